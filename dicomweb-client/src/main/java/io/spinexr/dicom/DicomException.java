package io.spinexr.dicom;

/**
 * A file, data set or image that is not what DICOM prescribes or that exceeds a limit. The message
 * says what was wrong and where; it never quotes an attribute's value.
 */
public class DicomException extends RuntimeException {
  public DicomException(String message) {
    super(message);
  }

  public DicomException(String message, Throwable cause) {
    super(message, cause);
  }
}
