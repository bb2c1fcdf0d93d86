package io.spinexr.cds;

import io.spinexr.analysis.OrderAnalyses;
import io.spinexr.analysis.OrderAnswer;
import io.spinexr.analysis.StudyResult;
import io.spinexr.order.PatientIdentity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.hl7.fhir.r4.model.Patient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a valid request to its cards. Bad requests are refused; trouble on this server's side never
 * is the clinician's: it becomes a card.
 */
final class CdsAnswers {
  private static final Logger LOG = LoggerFactory.getLogger(CdsAnswers.class);

  /** Kept back from the time budget for making and sending the cards. */
  private static final Duration RESERVE = Duration.ofMillis(75);

  /** More orders for spine radiographs of one patient at once are a mistake, or an attack. */
  private static final int MAX_ORDERS = 10;

  private final OrderAnalyses analyses;
  private final ChartData chart;
  private final FhirJson fhirJson;
  private final PatientReader patientReader;
  private final OrderReader orderReader;
  private final CardMaker cardMaker;
  private final IssuedCards issuedCards;
  private final CdsMetrics metrics;
  private final ExecutorService workers;

  CdsAnswers(
      OrderAnalyses analyses,
      ChartData chart,
      FhirJson fhirJson,
      PatientReader patientReader,
      OrderReader orderReader,
      CardMaker cardMaker,
      IssuedCards issuedCards,
      CdsMetrics metrics,
      ExecutorService workers) {
    this.analyses = analyses;
    this.chart = chart;
    this.fhirJson = fhirJson;
    this.patientReader = patientReader;
    this.orderReader = orderReader;
    this.cardMaker = cardMaker;
    this.issuedCards = issuedCards;
    this.metrics = metrics;
    this.workers = workers;
  }

  /**
   * @param client who asks, if clients are authenticated
   * @throws CdsException 400 or 412 when the request is at fault
   */
  CdsResponse answer(
      CdsService service,
      CdsRequest request,
      Optional<CdsProperties.Client> client,
      Deadline deadline) {
    if (request.context() instanceof HookContext.PatientView) {
      PatientIdentity patient = patient(request, client, deadline);
      return respond(service, request, known(patient, deadline), List.of());
    }
    List<JsonObject> resources =
        orders(request, client, deadline).stream().filter(orderReader::isSpineOrder).toList();
    if (resources.isEmpty()) {
      return new CdsResponse(List.of());
    }
    if (resources.size() > MAX_ORDERS) {
      throw CdsException.invalid(
          "context", "must not hold more than " + MAX_ORDERS + " orders for spine radiographs");
    }
    PatientIdentity patient = patient(request, client, deadline);
    String source =
        request
            .fhirServer()
            .map(Object::toString)
            .or(() -> client.map(CdsProperties.Client::name))
            .orElse("cds-client");
    boolean placed = request.hook() != CdsHook.ORDER_SELECT;
    List<SpineOrder> orders = new ArrayList<>();
    for (JsonObject resource : resources) {
      String idIfNone = request.hookInstance() + "." + orders.size();
      orders.add(orderReader.read(resource, source, patient, () -> idIfNone, placed));
    }
    metrics.orders(request.hook(), orders.size());
    return respond(service, request, known(orders, deadline), orders);
  }

  private List<JsonObject> orders(
      CdsRequest request, Optional<CdsProperties.Client> client, Deadline deadline) {
    HookContext context = request.context();
    if (context instanceof HookContext.OrderSign sign) {
      return serviceRequests(sign.draftOrders());
    }
    if (context instanceof HookContext.OrderSelect select) {
      return serviceRequests(select.draftOrders()).stream()
          .filter(
              order -> select.selections().stream().anyMatch(s -> RequestReader.isNamed(order, s)))
          .toList();
    }
    if (context instanceof HookContext.OrderDispatch dispatch) {
      return dispatch.dispatchedOrders().stream()
          .map(FhirIds::relative)
          .filter(order -> order.startsWith("ServiceRequest/"))
          .distinct()
          .limit(MAX_ORDERS + 1)
          .map(order -> chart.get(CdsService.ORDERS, order, request, client, deadline))
          .toList();
    }
    return List.of();
  }

  private static List<JsonObject> serviceRequests(List<JsonObject> resources) {
    return resources.stream()
        .filter(r -> r.node().path("resourceType").asText().equals("ServiceRequest"))
        .toList();
  }

  private PatientIdentity patient(
      CdsRequest request, Optional<CdsProperties.Client> client, Deadline deadline) {
    String id = request.context().patientId();
    JsonObject json = chart.get(CdsService.PATIENT, "Patient/" + id, request, client, deadline);
    return patientReader.read(id, fhirJson.read(Patient.class, json));
  }

  private Knowledge known(PatientIdentity patient, Deadline deadline) {
    Optional<List<StudyResult>> results =
        submit(() -> analyses.known(patient)).flatMap(r -> await(r, deadline));
    return results
        .map(Knowledge::of)
        .orElse(new Knowledge(List.of(), List.of(), 0, Set.of(), true));
  }

  private Knowledge known(List<SpineOrder> orders, Deadline deadline) {
    List<Optional<Future<OrderAnswer>>> pending =
        orders.stream()
            .map(order -> submit(() -> analyses.answer(order.order(), budget(deadline))))
            .toList();
    List<OrderAnswer> answers =
        pending.stream()
            .flatMap(answer -> answer.flatMap(a -> await(a, deadline)).stream())
            .toList();
    return Knowledge.of(answers, answers.size() < orders.size());
  }

  private static Duration budget(Deadline deadline) {
    Duration left = deadline.remaining().minus(RESERVE);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** On a worker, so that a stalled database or archive cannot hold the clinician. */
  private <T> Optional<Future<T>> submit(Callable<T> task) {
    try {
      return Optional.of(workers.submit(task));
    } catch (RejectedExecutionException e) {
      failed("all workers are busy", e);
      return Optional.empty();
    }
  }

  /** The result, if it comes in time. A late task is not stopped: it still records its order. */
  private <T> Optional<T> await(Future<T> task, Deadline deadline) {
    try {
      return Optional.of(task.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      metrics.failure();
      LOG.warn("No AI answer for a CDS Hooks call: none came within its time budget");
    } catch (ExecutionException e) {
      failed("the analysis failed to answer", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Optional.empty();
  }

  private void failed(String what, Throwable cause) {
    metrics.failure();
    LOG.error("No AI answer for a CDS Hooks call: {}", what, WithoutMessages.of(cause));
  }

  private CdsResponse respond(
      CdsService service, CdsRequest request, Knowledge knowledge, List<SpineOrder> orders) {
    List<Card.Issued> cards =
        cardMaker.cards(service.id() + "\n" + request.hookInstance(), knowledge, orders);
    cards.forEach(card -> metrics.card(card.kind()));
    try {
      issuedCards.remember(service, cards);
    } catch (RuntimeException e) {
      // Only later feedback is harder to read without it.
      metrics.failure();
      LOG.error("Issued cards could not be remembered", WithoutMessages.of(e));
    }
    return new CdsResponse(cards.stream().map(Card.Issued::card).toList());
  }
}
