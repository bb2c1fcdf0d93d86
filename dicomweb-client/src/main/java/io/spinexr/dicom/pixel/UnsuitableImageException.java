package io.spinexr.dicom.pixel;

import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.codec.CodecException;
import org.jspecify.annotations.Nullable;

/**
 * An object that holds no radiograph the networks can look at. The message is a clause that fits
 * behind "not analysable: ".
 */
public class UnsuitableImageException extends DicomException {
  private final boolean needsTranscoding;

  private UnsuitableImageException(
      String reason, boolean needsTranscoding, @Nullable Throwable cause) {
    super(reason, cause);
    this.needsTranscoding = needsTranscoding;
  }

  public UnsuitableImageException(String reason) {
    this(reason, false, null);
  }

  public UnsuitableImageException(String reason, Throwable cause) {
    this(reason, false, cause);
  }

  static UnsuitableImageException needingTranscoding(CodecException unsupported) {
    return new UnsuitableImageException(
        unsupported.getMessage() + " and the archive did not convert it", true, unsupported);
  }

  /**
   * Whether the same image in an uncompressed transfer syntax could be decoded: ask the archive for
   * it.
   */
  public boolean needsTranscoding() {
    return needsTranscoding;
  }
}
