package io.spinexr.fhir;

import java.util.Objects;
import java.util.Optional;
import org.hl7.fhir.r4.model.ServiceRequest;

/**
 * What a FHIR server says of one of its orders.
 *
 * @param status of the ServiceRequest as FHIR writes it, e.g. {@code active}; {@code revoked} also
 *     for one that is not to be performed; empty if it does not tell
 * @param priority as FHIR writes it, e.g. {@code stat}; empty if it does not tell
 * @param replaced whether another order there takes its place
 */
public record StandingOrder(Optional<String> status, Optional<String> priority, boolean replaced) {
  public StandingOrder {
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(priority, "priority");
  }

  public static StandingOrder of(ServiceRequest order, boolean replaced) {
    Optional<String> status = Optional.ofNullable(order.getStatus()).map(code -> code.toCode());
    return new StandingOrder(
        order.getDoNotPerform() ? Optional.of("revoked") : status,
        Optional.ofNullable(order.getPriority()).map(code -> code.toCode()),
        replaced);
  }
}
