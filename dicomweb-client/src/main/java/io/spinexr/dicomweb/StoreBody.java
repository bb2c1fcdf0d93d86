package io.spinexr.dicomweb;

import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.DicomWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The multipart body of a store request, one part at a time in memory. It can be sent again.
 *
 * @param files instances to store
 * @param boundary 122 random bits: it does not occur in the files
 */
record StoreBody(List<DicomFile> files, String boundary) implements Iterable<byte[]> {
  StoreBody(List<DicomFile> files) {
    this(List.copyOf(files), UUID.randomUUID().toString());
  }

  String contentType() {
    return "multipart/related; type=\"application/dicom\"; boundary=" + boundary;
  }

  @Override
  public Iterator<byte[]> iterator() {
    return Stream.concat(files.stream().map(this::part), Stream.of(ascii("--" + boundary + "--")))
        .iterator();
  }

  /**
   * Nothing but the plain type in the header: some archives answer 200 and store nothing when it
   * carries a transfer syntax.
   */
  private byte[] part(DicomFile file) {
    ByteArrayOutputStream part = new ByteArrayOutputStream();
    try {
      part.write(ascii("--" + boundary + "\r\nContent-Type: application/dicom\r\n\r\n"));
      DicomWriter.write(file, part);
      part.write(ascii("\r\n"));
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    }
    return part.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
