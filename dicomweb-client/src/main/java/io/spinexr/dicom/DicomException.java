package io.spinexr.dicom;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file, data set or image that is not what DICOM prescribes or that exceeds a limit. The message
 * says what was wrong and where; it never quotes an attribute's value.
 */
public class DicomException extends RuntimeException {
  public DicomException(String message) {
    super(message);
  }

  public DicomException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Never null: every constructor is given one. */
  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
