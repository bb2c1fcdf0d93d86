package io.spinexr.cds;

import io.spinexr.audit.AuditTrail;
import io.spinexr.cds.card.Card;
import io.spinexr.cds.card.CardMaker;
import io.spinexr.cds.card.CdsResponse;
import io.spinexr.cds.card.History;
import io.spinexr.cds.card.IssuedCards;
import io.spinexr.cds.card.Knowledge;
import io.spinexr.cds.order.EndedOrders;
import io.spinexr.cds.order.OrderReader;
import io.spinexr.cds.order.SpineOrder;
import io.spinexr.cds.request.CdsRequest;
import io.spinexr.cds.request.CdsService;
import io.spinexr.cds.request.ChartPatient;
import io.spinexr.cds.request.HookContext;
import io.spinexr.cds.request.OrderSubject;
import io.spinexr.cds.request.Viewer;
import io.spinexr.cds.token.CdsProperties;
import io.spinexr.cds.token.ClientProfile;
import io.spinexr.cds.wire.CdsException;
import io.spinexr.cds.wire.Deadline;
import io.spinexr.cds.wire.JsonObject;
import io.spinexr.cds.wire.WithoutMessages;
import io.spinexr.order.OrderEnd;
import io.spinexr.order.PatientIdentity;
import io.spinexr.order.PrivacyStatement;
import io.spinexr.order.Restriction;
import io.spinexr.service.OrderAnalyses;
import io.spinexr.state.OrderAnswer;
import io.spinexr.state.StudyResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
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
  private final CallReader reader;
  private final OrderReader orderReader;
  private final CardMaker cardMaker;
  private final IssuedCards issuedCards;
  private final UnaryOperator<List<Card.Issued>> links;
  private final boolean respectOverrides;
  private final CdsMetrics metrics;
  private final ExecutorService workers;

  /**
   * @param links what is done to cards before they are shown
   */
  CdsAnswers(
      OrderAnalyses analyses,
      CallReader reader,
      OrderReader orderReader,
      CardMaker cardMaker,
      IssuedCards issuedCards,
      UnaryOperator<List<Card.Issued>> links,
      boolean respectOverrides,
      CdsMetrics metrics,
      ExecutorService workers) {
    this.analyses = analyses;
    this.reader = reader;
    this.orderReader = orderReader;
    this.cardMaker = cardMaker;
    this.issuedCards = issuedCards;
    this.links = links;
    this.respectOverrides = respectOverrides;
    this.metrics = metrics;
    this.workers = workers;
  }

  /**
   * @param client who asks, if clients are authenticated
   * @param recording of the call; what cannot be recorded tells nothing that is known, though its
   *     orders are kept
   * @throws CdsException 400 or 412 when the request is at fault
   */
  CdsResponse answer(
      CdsService service,
      CdsRequest request,
      Optional<CdsProperties.Client> client,
      AuditTrail.Recording recording,
      Deadline deadline) {
    Viewer viewer = Viewer.of(request, client);
    CardMaker.Call call =
        new CardMaker.Call(
            request.hook().wireName() + "\n" + request.hookInstance(),
            client.map(CdsProperties.Client::profile).orElse(ClientProfile.STANDARD));
    if (request.context() instanceof HookContext.PatientView) {
      ChartPatient patient = reader.patient(request, client, deadline);
      if (isRestricted(request, patient, client, deadline)) {
        return new CdsResponse(List.of());
      }
      List<StudyResult> finished = known(patient.identity(), deadline);
      if (!recording.isWrittenWithin(deadline.remaining())) {
        return new CdsResponse(List.of());
      }
      History history = history(viewer, finished, deadline);
      CdsResponse response =
          respond(service, viewer, cardMaker.forChart(call, finished, history), deadline);
      tell(patient, client);
      return response;
    }
    List<JsonObject> requests = reader.requests(request, client, deadline);
    List<JsonObject> spine = requests.stream().filter(orderReader::isSpineOrder).toList();
    requireReadable(requests, spine);
    EndedOrders ended = EndedOrders.of(request, requests, spine, orderReader);
    List<OrderEnd> ends = ended.at(request.source(client), request.context().patientId());
    if (spine.isEmpty()) {
      end(ends).ifPresent(task -> await(task, deadline));
      return new CdsResponse(List.of());
    }
    if (spine.size() > MAX_ORDERS) {
      throw CdsException.invalid(
          "context", "must not hold more than " + MAX_ORDERS + " orders for spine radiographs");
    }
    ChartPatient patient = reader.patient(request, client, deadline);
    OrderSubject subject = reader.subject(request, patient, client);
    spine.forEach(subject::require);
    if (isRestricted(request, patient, client, deadline)) {
      end(ends).ifPresent(task -> await(task, deadline));
      return new CdsResponse(List.of());
    }
    List<SpineOrder> orders = new ArrayList<>();
    for (JsonObject order : spine) {
      if (orderReader.end(order).isEmpty() && !ended.contains(order)) {
        String idIfNone = request.hookInstance() + "." + orders.size();
        orders.add(
            orderReader.read(order, request, request.source(client), patient.identity(), idIfNone));
      }
    }
    metrics.orders(request.hook(), orders.size());
    if (spine.stream().anyMatch(orderReader::isConfidential)) {
      restricted(Restriction.CONFIDENTIAL);
    }
    Optional<Future<Integer>> ending = end(ends);
    Knowledge known = known(orders, deadline);
    Knowledge knowledge =
        recording.isWrittenWithin(deadline.remaining()) ? known : Knowledge.of(List.of(), true);
    metrics.notices(knowledge.notices());
    History history =
        respectOverrides ? history(viewer, knowledge.finished(), deadline) : History.NONE;
    CdsResponse response =
        respond(service, viewer, cardMaker.forOrders(call, knowledge, history), deadline);
    ending.ifPresent(task -> await(task, deadline));
    tell(patient, client);
    return response;
  }

  /**
   * Whether nothing may be done for the patient. What is not known in time the analyses find out
   * themselves, before they do anything.
   */
  private boolean isRestricted(
      CdsRequest request,
      ChartPatient patient,
      Optional<CdsProperties.Client> client,
      Deadline deadline) {
    List<PrivacyStatement> statements = reader.statements(request, patient, client);
    Optional<Restriction> known =
        await(submit(() -> analyses.restriction(patient.identity(), statements)), deadline)
            .orElseGet(
                () ->
                    statements.stream()
                        .flatMap(statement -> statement.restriction().stream())
                        .findFirst());
    known.ifPresent(this::restricted);
    return known.isPresent();
  }

  private void restricted(Restriction restriction) {
    metrics.restricted(restriction);
    LOG.info("A CDS Hooks call shows nothing, or not all: {}", restriction.sentence());
  }

  /**
   * An order whose code cannot be read may be for the spine: a call with nothing else to answer is
   * refused.
   */
  private void requireReadable(List<JsonObject> requests, List<JsonObject> spine) {
    for (JsonObject order : requests) {
      try {
        orderReader.requireReadable(order);
      } catch (CdsException e) {
        if (spine.isEmpty() || spine.contains(order)) {
          throw e;
        }
        LOG.warn("An order beside those for the spine was left out: {}", e.getMessage());
      }
    }
  }

  private Optional<Future<Integer>> end(List<OrderEnd> ends) {
    return ends.isEmpty()
        ? Optional.empty()
        : Optional.of(
            submit(
                () -> {
                  ends.forEach(analyses::end);
                  return ends.size();
                }));
  }

  /**
   * Passes on what the patient's resource says, if it is to be believed: it was read from a
   * registered server, or an authenticated client sent it. Nobody waits for it.
   */
  private void tell(ChartPatient patient, Optional<CdsProperties.Client> client) {
    if (patient.resource().fetched() || client.isPresent()) {
      submit(
          () -> {
            try {
              analyses.stated(reader.statement(patient));
            } catch (RuntimeException e) {
              failed("what the EHR says of a patient could not be kept", e);
            }
            return patient;
          });
    }
  }

  private List<StudyResult> known(PatientIdentity patient, Deadline deadline) {
    return await(submit(() -> analyses.known(patient)), deadline).orElse(List.of());
  }

  /** Nothing if it is not known in time: then everything is shown. */
  private History history(Viewer viewer, List<StudyResult> finished, Deadline deadline) {
    List<String> studies = finished.stream().map(r -> r.findings().studyUid()).toList();
    if (viewer.user().isEmpty() || studies.isEmpty()) {
      return History.NONE;
    }
    return await(submit(() -> issuedCards.history(viewer, studies)), deadline).orElse(History.NONE);
  }

  private Knowledge known(List<SpineOrder> orders, Deadline deadline) {
    List<Future<OrderAnswer>> pending =
        orders.stream()
            .map(order -> submit(() -> analyses.answer(order.order(), budget(deadline))))
            .toList();
    List<Knowledge.Answered> answers = new ArrayList<>();
    for (int i = 0; i < orders.size(); i++) {
      SpineOrder order = orders.get(i);
      await(pending.get(i), deadline)
          .ifPresent(answer -> answers.add(new Knowledge.Answered(order, answer)));
    }
    return Knowledge.of(answers, answers.size() < orders.size());
  }

  private static Duration budget(Deadline deadline) {
    Duration left = deadline.remaining().minus(RESERVE);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** On a worker, so that a stalled database or archive cannot hold the clinician. */
  private <T> Future<T> submit(Callable<T> task) {
    return workers.submit(task);
  }

  /** The result, if it comes in time. A late task is not stopped: it still records its order. */
  private <T> Optional<T> await(Future<T> task, Deadline deadline) {
    try {
      return Optional.of(task.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      metrics.failure();
      LOG.warn("A CDS Hooks call lacks an answer: none came within its time budget");
    } catch (ExecutionException e) {
      failed("the analysis failed to answer", Objects.requireNonNullElse(e.getCause(), e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Optional.empty();
  }

  private void failed(String what, Throwable cause) {
    metrics.failure();
    LOG.error("A CDS Hooks call was not served in full: {}", what, WithoutMessages.of(cause));
  }

  private CdsResponse respond(
      CdsService service, Viewer viewer, List<Card.Issued> made, Deadline deadline) {
    List<Card.Issued> cards = links.apply(made);
    cards.forEach(card -> metrics.card(card.kind()));
    // Without it these cards are shown again, and feedback on them cannot be acted on.
    await(
        submit(
            () -> {
              issuedCards.remember(service, viewer, cards);
              return cards.size();
            }),
        deadline);
    return new CdsResponse(cards.stream().map(Card.Issued::card).toList());
  }
}
