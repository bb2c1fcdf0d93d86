package io.spinexr.dicom.codec;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.codec.jpeg.Jpeg;
import io.spinexr.dicom.codec.jpeg2000.Jpeg2000;
import io.spinexr.dicom.codec.jpegls.JpegLs;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.DicomReader;
import io.spinexr.dicom.file.TransferSyntax;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;

/** The compressed frame of one of the valid files that lie beside the tests, and its codec. */
record SampleFrame(String name, String transferSyntaxUid, byte[] bytes, FrameSize size) {
  /** One of each codec and of each way in which it goes through its data. */
  static final List<String> NAMES =
      List.of(
          "rle",
          "baseline",
          "extended",
          "sequential-restart",
          "lossless-sv1",
          "lossless-restart",
          "jpeg-ls",
          "jpeg-ls-near",
          "jpeg-ls-presets",
          "jpeg-ls-restart",
          "j2k");

  static SampleFrame read(String name) {
    DicomFile file;
    try (InputStream resource =
        DicomReader.class.getResourceAsStream("fuzz/%s.dcm".formatted(name))) {
      file = DicomReader.read(resource);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    DataSet dataSet = file.dataSet();
    ByteBuffer fragment = dataSet.fragments(Tag.PixelData).get(1);
    byte[] bytes = new byte[fragment.remaining()];
    fragment.get(bytes);
    return new SampleFrame(
        name,
        file.transferSyntaxUid(),
        bytes,
        new FrameSize(
            dataSet.integer(Tag.Columns).orElseThrow(), dataSet.integer(Tag.Rows).orElseThrow()));
  }

  SampleFrame with(byte[] otherBytes) {
    return new SampleFrame(name, transferSyntaxUid, otherBytes, size);
  }

  DecodedFrame decode() {
    return decode(size);
  }

  DecodedFrame decode(FrameSize statedSize) {
    ByteBuffer frame = ByteBuffer.wrap(bytes);
    return switch (transferSyntaxUid) {
      case TransferSyntax.RLE -> Rle.decode(frame, statedSize);
      case TransferSyntax.JPEG_LS, TransferSyntax.JPEG_LS_LOSSLESS ->
          JpegLs.decode(frame, statedSize);
      case TransferSyntax.JPEG_2000, TransferSyntax.JPEG_2000_LOSSLESS ->
          Jpeg2000.decode(frame, statedSize);
      default -> Jpeg.decode(frame, statedSize);
    };
  }
}
