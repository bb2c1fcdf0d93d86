package io.spinexr.cds.wire;

import java.util.Objects;

/**
 * A request that cannot be answered, with the HTTP status that CDS Hooks asks for. The message
 * names the field and the rule, never a value: values may be personal data.
 */
public final class CdsException extends RuntimeException {
  private final int status;
  private final String issue;
  private final String field;
  private final String rule;

  private CdsException(int status, String issue, String field, String rule) {
    super(field.isEmpty() ? rule : field + ": " + rule);
    this.status = status;
    this.issue = issue;
    this.field = Objects.requireNonNull(field, "field");
    this.rule = rule;
  }

  /** 400: a field is absent. */
  public static CdsException missing(String field) {
    return new CdsException(400, "required", field, "is required");
  }

  /** 400: a field breaks a rule. */
  public static CdsException invalid(String field, String rule) {
    return new CdsException(400, "value", field, rule);
  }

  /** 400: the body is no JSON. */
  static CdsException malformed(String rule) {
    return new CdsException(400, "structure", "", rule);
  }

  /** 404: there is no such service. */
  public static CdsException unknownService() {
    return new CdsException(
        404, "not-found", "", "there is no such service; GET /cds-services lists them");
  }

  /** 412: data that the decision needs is neither in the prefetch nor readable. */
  public static CdsException notObtainable(String field, String reason) {
    return new CdsException(412, "incomplete", field, reason);
  }

  /** 412: the same fault, in what the EHR's FHIR server answered and not in the request. */
  public CdsException notObtainable() {
    return notObtainable(field, rule);
  }

  /** 413: the body is longer than allowed. */
  static CdsException tooLarge(long limit) {
    return new CdsException(
        413, "too-long", "", "the body is longer than " + limit + " bytes (spinexr.cds.max-body)");
  }

  /** 415: the body is not said to be JSON, or to be something else as well. */
  static CdsException unsupportedType() {
    return new CdsException(
        415,
        "not-supported",
        "",
        "Content-Type must be there once and be application/json, in UTF-8");
  }

  /** 503: nothing is wrong with the request; sending it again later will do. */
  public static CdsException unavailable(String field, String rule) {
    return new CdsException(503, "transient", field, rule);
  }

  /** The HTTP status: 400, 404, 412, 413, 415 or 503. */
  public int status() {
    return status;
  }

  /** FHIR issue type (http://hl7.org/fhir/R4/valueset-issue-type.html). */
  String issue() {
    return issue;
  }

  /** Path of the field at fault, e.g. {@code context.draftOrders.entry[0]}; empty if none is. */
  String field() {
    return field;
  }

  /** Never null: every constructor is given one. */
  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
