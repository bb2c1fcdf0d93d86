package io.spinexr.dicomweb.message;

import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A DICOMweb request that did not succeed. The message names the request by its path, which holds
 * UIDs only: never query values, answers or credentials.
 */
public class DicomWebException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What a caller can do about it. */
  public enum Kind {
    /** The archive does not have it (404, 410). */
    NOT_FOUND,
    /**
     * The archive does not accept our credentials, now (401, 403): nothing is said of the image.
     */
    UNAUTHORIZED,
    /** The archive has no form of it that can be read here (406, 415). */
    NOT_ACCEPTABLE,
    /** The archive refuses this request and will refuse it again (other 4xx). */
    REJECTED,
    /** The archive is down, slow or failing (5xx, timeout, connection loss): try again later. */
    UNAVAILABLE,
    /**
     * The way to the archive is set up wrongly, here or there: its TLS certificate, a redirect to
     * an origin that is not allowed, a token that cannot be had. Nothing is said of the image: try
     * again later, and let people see the message.
     */
    MISCONFIGURED,
    /** The archive answered with something that is not what DICOMweb asks for. */
    MALFORMED,
    /** The answer is larger than configured. */
    TOO_LARGE;

    /** Whether nothing is said about what was asked for: no reason to give up on it. */
    public boolean passing() {
      return this == UNAVAILABLE || this == UNAUTHORIZED || this == MISCONFIGURED;
    }
  }

  private final Kind kind;
  private final int status;

  /** A failure that has no HTTP status: there was no answer, or its body was the problem. */
  public DicomWebException(Kind kind, String message) {
    this(kind, 0, message, null);
  }

  public DicomWebException(Kind kind, String message, Throwable cause) {
    this(kind, 0, message, cause);
  }

  public DicomWebException(Kind kind, int status, String message) {
    this(kind, status, message, null);
  }

  private DicomWebException(Kind kind, int status, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = Objects.requireNonNull(kind, "kind");
    this.status = status;
  }

  /** The same failure, with what it met, such as a request, in front of its message. */
  public DicomWebException during(String request) {
    DicomWebException named =
        new DicomWebException(kind, status, request + ": " + getMessage(), getCause());
    named.setStackTrace(getStackTrace());
    for (Throwable earlier : getSuppressed()) {
      named.addSuppressed(earlier);
    }
    return named;
  }

  public Kind kind() {
    return kind;
  }

  /** The HTTP status that was the failure, if it was one. */
  public OptionalInt status() {
    return status == 0 ? OptionalInt.empty() : OptionalInt.of(status);
  }

  /** Never null: every constructor is given one. */
  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
