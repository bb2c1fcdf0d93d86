package io.spinexr.cds.order;

import com.fasterxml.jackson.databind.JsonNode;
import io.spinexr.cds.request.CdsHook;
import io.spinexr.cds.request.CdsRequest;
import io.spinexr.cds.request.FhirIds;
import io.spinexr.cds.request.FhirReference;
import io.spinexr.cds.wire.CdsException;
import io.spinexr.cds.wire.JsonObject;
import io.spinexr.cds.wire.PlainText;
import io.spinexr.order.CodeSystem;
import io.spinexr.order.Examination;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.OrderEnd;
import io.spinexr.order.OrderNumbers;
import io.spinexr.order.OrderStage;
import io.spinexr.order.PatientIdentity;
import io.spinexr.triage.ReadingPriority;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What is used of a ServiceRequest. Of those that are not for spine radiography that is only what
 * tells so.
 */
public final class OrderReader {
  private static final String IDENTIFIER_TYPE = "http://terminology.hl7.org/CodeSystem/v2-0203";
  private static final int DESCRIPTION_LIMIT = 200;
  private static final int NUMBER_LIMIT = 255;
  private static final int FINGERPRINT_LIMIT = 500;

  private static final List<String> PRIORITIES = List.of("routine", "urgent", "asap", "stat");
  private static final List<String> STATUSES =
      List.of("draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown");

  private final SpineRadiography spineRadiography;
  private final PrivacyLabels privacy;

  public OrderReader(SpineRadiography spineRadiography, PrivacyLabels privacy) {
    this.spineRadiography = spineRadiography;
    this.privacy = privacy;
  }

  /** Whether the resource orders spine radiography, as far as it can be read. */
  public boolean isSpineOrder(JsonObject order) {
    return spineRadiography.isOrderedBy(OrderedExamination.of(order.node()));
  }

  /**
   * @throws CdsException 400 when it cannot be known what the resource orders
   */
  public void requireReadable(JsonObject order) {
    order
        .optionalObject("code")
        .ifPresent(
            code -> {
              code.optionalText("text");
              for (JsonObject coding : code.objects("coding")) {
                Stream.of("system", "code", "display").forEach(coding::optionalText);
              }
            });
  }

  /** Why nothing is to be done for the order, if so. */
  public Optional<OrderEnd.Reason> end(JsonObject order) {
    if (order.node().path("doNotPerform").booleanValue()) {
      return Optional.of(OrderEnd.Reason.REVOKED);
    }
    return switch (order.node().path("status").asText()) {
      case "revoked" -> Optional.of(OrderEnd.Reason.REVOKED);
      case "entered-in-error" -> Optional.of(OrderEnd.Reason.ENTERED_IN_ERROR);
      default ->
          privacy.confidential(order)
              ? Optional.of(OrderEnd.Reason.CONFIDENTIAL)
              : Optional.empty();
    };
  }

  public boolean isConfidential(JsonObject order) {
    return end(order).equals(Optional.of(OrderEnd.Reason.CONFIDENTIAL));
  }

  /** The orders that the resource takes the place of, as far as they can be read. */
  Stream<String> replaced(JsonObject order) {
    return elements(order.node().path("replaces"))
        .map(reference -> reference.path("reference"))
        .filter(JsonNode::isTextual)
        .map(JsonNode::textValue);
  }

  /**
   * The order's id at the EHR; empty for a draft without one.
   *
   * @throws CdsException 400 when it, or what tells whether the order stands, is no FHIR R4
   */
  Optional<String> id(JsonObject order) {
    order.optionalText("status", STATUSES);
    Optional<JsonNode> prohibition = order.optional("doNotPerform");
    if (prohibition.isPresent() && !prohibition.get().isBoolean()) {
      throw CdsException.invalid(order.pathOf("doNotPerform"), "must be true or false");
    }
    Optional<String> id = order.optionalText("id");
    if (id.isPresent() && !FhirIds.isId(id.get())) {
      throw CdsException.invalid(order.pathOf("id"), FhirIds.ID_RULE);
    }
    return id;
  }

  /**
   * @param source names the EHR
   * @param patient who was found to be the order's subject
   * @param idIfNone for a draft without one
   * @throws CdsException 400 naming the element that is not what FHIR R4 says
   */
  public SpineOrder read(
      JsonObject order,
      CdsRequest request,
      String source,
      PatientIdentity patient,
      String idIfNone) {
    Optional<String> id = id(order);
    ImagingOrder imagingOrder =
        new ImagingOrder(
            source,
            id.orElse(idIfNone),
            id.isPresent(),
            patient,
            new OrderNumbers(number(order, "ACSN"), number(order, "PLAC")),
            new Examination(
                description(order),
                fingerprint(order),
                spineRadiography.regionOf(OrderedExamination.of(order.node()))),
            order
                .optionalText("priority", PRIORITIES)
                .map(code -> ReadingPriority.valueOf(code.toUpperCase(Locale.ROOT)))
                .orElse(ReadingPriority.ROUTINE),
            stage(request.hook()),
            requesters(order, request));
    return new SpineOrder(imagingOrder, order);
  }

  private static OrderStage stage(CdsHook hook) {
    return switch (hook) {
      case ORDER_SELECT, PATIENT_VIEW -> OrderStage.SELECTED;
      case ORDER_SIGN -> OrderStage.SIGNED;
      case ORDER_DISPATCH -> OrderStage.DISPATCHED;
    };
  }

  /** The requisition is no number of this order: it groups several. */
  private static Optional<String> number(JsonObject order, String type) {
    return order.objects("identifier").stream()
        .filter(
            identifier ->
                elements(identifier.node().path("type").path("coding"))
                    .anyMatch(
                        coding ->
                            coding.path("system").asText().equals(IDENTIFIER_TYPE)
                                && coding.path("code").asText().equals(type)))
        .flatMap(identifier -> number(identifier).stream())
        .findFirst();
  }

  private static Optional<String> number(JsonObject identifier) {
    Optional<String> number = identifier.optionalText("value");
    if (number.isPresent()
        && (number.get().length() > NUMBER_LIMIT
            || number.get().chars().anyMatch(Character::isISOControl))) {
      throw CdsException.invalid(
          identifier.pathOf("value"),
          "must be one line of at most %d characters".formatted(NUMBER_LIMIT));
    }
    return number;
  }

  private static String description(JsonObject order) {
    return concepts(order)
        .flatMap(OrderReader::texts)
        .findFirst()
        .map(text -> PlainText.line(text, DESCRIPTION_LIMIT))
        .orElse("Spine radiograph");
  }

  /** Body sites and details belong to it: "X-ray" of neck and back are two examinations. */
  private static String fingerprint(JsonObject order) {
    String fingerprint =
        concepts(order)
            .map(
                concept -> {
                  String codes =
                      elements(concept.path("coding"))
                          .filter(coding -> coding.path("code").isTextual())
                          .map(
                              coding ->
                                  CodeSystem.canonical(coding.path("system").asText())
                                      + "|"
                                      + coding.path("code").asText())
                          .sorted()
                          .collect(Collectors.joining(" "));
                  return codes.isEmpty() ? normal(texts(concept).findFirst().orElse("")) : codes;
                })
            .filter(Predicate.not(String::isEmpty))
            .collect(Collectors.joining(" + "));
    return fingerprint.substring(0, Math.min(fingerprint.length(), FINGERPRINT_LIMIT));
  }

  private static String normal(String text) {
    return text.strip().toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
  }

  private static Stream<JsonNode> concepts(JsonObject order) {
    JsonNode node = order.node();
    return Stream.of(
            Stream.of(node.path("code")),
            elements(node.path("bodySite")),
            elements(node.path("orderDetail")))
        .flatMap(concepts -> concepts);
  }

  private static Stream<String> texts(JsonNode concept) {
    return Stream.concat(
            Stream.of(concept.path("text")),
            elements(concept.path("coding")).map(coding -> coding.path("display")))
        .filter(JsonNode::isTextual)
        .map(JsonNode::textValue)
        .filter(Predicate.not(String::isBlank));
  }

  private static Set<String> requesters(JsonObject order, CdsRequest request) {
    Stream<String> ofOrder =
        Optional.ofNullable(order.node().at("/requester/reference").textValue())
            .flatMap(FhirReference::parse)
            .filter(reference -> reference.isOn(request.fhirServer()))
            .map(FhirReference::name)
            .filter(FhirIds::isUser)
            .stream();
    return Stream.concat(request.context().user().stream(), ofOrder)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Stream<JsonNode> elements(JsonNode array) {
    return array.isArray() ? StreamSupport.stream(array.spliterator(), false) : Stream.empty();
  }
}
