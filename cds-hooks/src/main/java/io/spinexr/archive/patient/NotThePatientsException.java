package io.spinexr.archive.patient;

import java.util.Objects;

/** Images that are listed as a patient's show somebody else, or may do so. */
public final class NotThePatientsException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public NotThePatientsException() {
    super(
        "the images' patient identifier, issuer, birth date or sex are not those of the order's"
            + " patient");
  }

  /** Never null: every constructor is given one. */
  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
