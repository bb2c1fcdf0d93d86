package io.spinexr.dicom.pixel;

import io.spinexr.dicom.file.TransferSyntax;
import java.util.List;

/** The transfer syntaxes whose images are decoded here. */
public final class DecodedSyntaxes {
  /** Native ones first, then lossless compressions, then lossy ones. */
  public static final List<String> UIDS =
      List.of(
          TransferSyntax.EXPLICIT_LITTLE_ENDIAN,
          TransferSyntax.IMPLICIT_LITTLE_ENDIAN,
          TransferSyntax.DEFLATED,
          TransferSyntax.EXPLICIT_BIG_ENDIAN,
          TransferSyntax.JPEG_LOSSLESS_SV1,
          TransferSyntax.JPEG_LOSSLESS,
          TransferSyntax.JPEG_LS_LOSSLESS,
          TransferSyntax.JPEG_2000_LOSSLESS,
          TransferSyntax.RLE,
          TransferSyntax.JPEG_2000,
          TransferSyntax.JPEG_LS,
          TransferSyntax.JPEG_BASELINE,
          TransferSyntax.JPEG_EXTENDED);

  private DecodedSyntaxes() {}
}
