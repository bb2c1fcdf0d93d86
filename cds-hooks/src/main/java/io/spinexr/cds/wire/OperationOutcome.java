package io.spinexr.cds.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/** The body of every error, in the shape of FHIR's OperationOutcome. */
@JsonPropertyOrder({"resourceType", "issue"})
public record OperationOutcome(String resourceType, List<Issue> issue) {
  record Issue(
      String severity,
      String code,
      String diagnostics,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> expression) {}

  public static OperationOutcome of(List<CdsException> errors) {
    return new OperationOutcome(
        "OperationOutcome",
        errors.stream()
            .map(
                e ->
                    new Issue(
                        "error",
                        e.issue(),
                        e.getMessage(),
                        e.field().isEmpty() ? List.of() : List.of(e.field())))
            .toList());
  }

  public static OperationOutcome of(String code, String diagnostics) {
    return new OperationOutcome(
        "OperationOutcome", List.of(new Issue("error", code, diagnostics, List.of())));
  }

  String json() {
    return Json.write(this);
  }
}
