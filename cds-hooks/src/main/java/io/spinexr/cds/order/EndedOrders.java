package io.spinexr.cds.order;

import io.spinexr.cds.request.CdsHook;
import io.spinexr.cds.request.CdsRequest;
import io.spinexr.cds.request.ChartResource;
import io.spinexr.cds.request.FhirReference;
import io.spinexr.cds.request.RequestReader;
import io.spinexr.cds.wire.CdsException;
import io.spinexr.cds.wire.JsonObject;
import io.spinexr.order.OrderEnd;
import io.spinexr.order.OrderEnd.Reason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The orders that a call says are over: spine orders that are revoked, entered in error, not to be
 * performed or confidential, and orders of any kind that a standing order of the call replaces. A
 * draft that is only selected may still be given up, and replaces nothing.
 *
 * <p>An order counts as the context's patient's: of another patient it would have another key.
 * Those without an id are known to nobody, so there is nothing to end.
 *
 * @param reasons by id of the order
 */
public record EndedOrders(Map<String, Reason> reasons) {
  /** More at once are a mistake, or an attack. */
  private static final int LIMIT = 100;

  public EndedOrders {
    if (reasons.size() > LIMIT) {
      throw CdsException.invalid("context", "must not end more than " + LIMIT + " orders");
    }
  }

  /**
   * @param requests the ServiceRequests that the call is about
   * @param spine those of them that are for spine radiography
   * @throws CdsException 400 when a spine order does not tell whether it stands
   */
  public static EndedOrders of(
      CdsRequest request, List<JsonObject> requests, List<JsonObject> spine, OrderReader reader) {
    Map<String, Reason> reasons = new LinkedHashMap<>();
    for (JsonObject order : spine) {
      Optional<String> id = reader.id(order);
      reader.end(order).ifPresent(reason -> id.ifPresent(each -> reasons.put(each, reason)));
    }
    if (request.hook() != CdsHook.ORDER_SELECT) {
      for (JsonObject order : requests) {
        replacedBy(order, request, reader).forEach(id -> reasons.putIfAbsent(id, Reason.REPLACED));
      }
    }
    return new EndedOrders(reasons);
  }

  private static List<String> replacedBy(JsonObject order, CdsRequest request, OrderReader reader) {
    List<String> ids = new ArrayList<>();
    if (reader.end(order).isEmpty() || reader.isConfidential(order)) {
      reader
          .replaced(order)
          .flatMap(reference -> id(reference, request).stream())
          .filter(id -> !id.equals(order.node().path("id").textValue()))
          .forEach(ids::add);
    }
    return ids;
  }

  /** The id of an order of the EHR, or of a draft that is named by the URL of its entry. */
  private static Optional<String> id(String reference, CdsRequest request) {
    return request.context().draftOrders().stream()
        .filter(draft -> draft.fullUrl().equals(Optional.of(reference)))
        .findFirst()
        .map(ChartResource::name)
        .or(() -> Optional.of(reference))
        .flatMap(FhirReference::parse)
        .filter(order -> order.type().equals(RequestReader.SERVICE_REQUEST))
        .filter(order -> order.isOn(request.fhirServer()))
        .map(FhirReference::id);
  }

  /** Whether another order of the call takes this one's place. */
  public boolean contains(JsonObject order) {
    return reasons.containsKey(order.node().path("id").asText());
  }

  public List<OrderEnd> at(String source, String patientId) {
    return reasons.entrySet().stream()
        .map(end -> new OrderEnd(source, patientId, end.getKey(), end.getValue()))
        .toList();
  }
}
