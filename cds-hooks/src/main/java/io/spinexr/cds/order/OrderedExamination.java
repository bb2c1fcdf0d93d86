package io.spinexr.cds.order;

import com.fasterxml.jackson.databind.JsonNode;
import io.spinexr.order.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a ServiceRequest asks for.
 *
 * @param code ServiceRequest.code
 * @param bodySites ServiceRequest.bodySite
 * @param details ServiceRequest.orderDetail
 */
record OrderedExamination(Concept code, List<Concept> bodySites, List<Concept> details) {
  /** More concepts and texts than this are padding. */
  private static final int MOST = 10;

  OrderedExamination {
    Objects.requireNonNull(code, "code");
    bodySites = List.copyOf(bodySites);
    details = List.copyOf(details);
  }

  /**
   * A CodeableConcept.
   *
   * @param texts its text and the displays of its codings, none of them blank
   */
  record Concept(List<Code> codes, List<String> texts) {
    Concept {
      codes = List.copyOf(codes);
      texts = List.copyOf(texts);
    }
  }

  /** Reads what is of use; what is absent or of a wrong type counts as not there. */
  static OrderedExamination of(JsonNode serviceRequest) {
    return new OrderedExamination(
        concept(serviceRequest.path("code")),
        concepts(serviceRequest.path("bodySite")),
        concepts(serviceRequest.path("orderDetail")));
  }

  private static List<Concept> concepts(JsonNode list) {
    return elements(list).limit(MOST).map(OrderedExamination::concept).toList();
  }

  private static Concept concept(JsonNode concept) {
    List<Code> codes = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    text(concept, "text").ifPresent(texts::add);
    elements(concept.path("coding"))
        .forEach(
            coding -> {
              text(coding, "display").filter(text -> texts.size() < MOST).ifPresent(texts::add);
              text(coding, "system")
                  .flatMap(system -> text(coding, "code").map(code -> new Code(system, code)))
                  .ifPresent(codes::add);
            });
    return new Concept(codes, texts);
  }

  private static Stream<JsonNode> elements(JsonNode list) {
    return list.isArray() ? list.valueStream() : Stream.empty();
  }

  private static Optional<String> text(JsonNode object, String field) {
    return Optional.ofNullable(object.path(field).textValue()).filter(text -> !text.isBlank());
  }
}
