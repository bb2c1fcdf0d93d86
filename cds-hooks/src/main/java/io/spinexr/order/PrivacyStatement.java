package io.spinexr.order;

import java.util.Objects;
import java.util.Optional;

/**
 * What somebody says of whether AI may be used on a patient.
 *
 * @param restriction empty: nothing is in the way on this basis
 * @param trusted whether it may end what was stated before on the same basis; anybody may restrict
 */
public record PrivacyStatement(Basis basis, Optional<Restriction> restriction, boolean trusted) {
  /** Where it is written. One basis says nothing about another. */
  public enum Basis {
    /** A label of the Patient resource. */
    LABEL,
    /** The patient's Consents. */
    CONSENT,
    /** The list that is kept here. */
    LIST
  }

  public PrivacyStatement {
    Objects.requireNonNull(basis, "basis");
    Objects.requireNonNull(restriction, "restriction");
  }
}
