package io.spinexr.dicom.codec;

import io.spinexr.dicom.DicomException;

/**
 * A compressed frame that cannot be decoded. The message is a clause that fits behind "not
 * analysable: ".
 */
public final class CodecException extends DicomException {
  private static final long serialVersionUID = 1;

  /** What can be done about it. */
  public enum Kind {
    /** The bytes are not what an encoder made of an image: nobody can decode it. */
    DAMAGED,
    /** A legal way to compress that is not decoded here: the archive may convert it. */
    UNSUPPORTED
  }

  private final Kind kind;

  private CodecException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /**
   * @param codec e.g. {@code JPEG-LS}
   * @param how e.g. {@code it ends early}
   */
  public static CodecException damaged(String codec, String how) {
    return new CodecException(
        Kind.DAMAGED, "damaged, its %s data is not whole: %s".formatted(codec, how));
  }

  /**
   * @param compression e.g. {@code JPEG with arithmetic coding}
   */
  public static CodecException unsupported(String compression) {
    return new CodecException(
        Kind.UNSUPPORTED, "its compression (%s) cannot be decoded here".formatted(compression));
  }

  public Kind kind() {
    return kind;
  }
}
