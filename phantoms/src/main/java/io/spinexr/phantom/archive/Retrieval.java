package io.spinexr.phantom.archive;

import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.DicomReader;
import io.spinexr.dicom.file.DicomWriter;
import io.spinexr.dicom.file.TransferSyntax;
import io.spinexr.dicomweb.message.MediaType;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * The instances that a WADO-RS request gets, in the transfer syntax it accepts (PS3.18 section
 * 8.7.3). Uncompressed instances can be had in Explicit VR Little Endian; compressed ones only as
 * they are stored.
 *
 * @param transferSyntax accepted; {@code *} for any
 */
record Retrieval(List<StoredInstance> instances, String transferSyntax, String boundary) {

  /**
   * @throws Refusal 404 if there is nothing, 406 if it cannot be sent as accepted
   */
  static Retrieval of(List<StoredInstance> instances, String accept) {
    if (instances.isEmpty()) {
      throw new Refusal(404, "the archive does not hold it");
    }
    String syntax =
        Arrays.stream(accept.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)"))
            .map(MediaType::parse)
            .filter(Retrieval::isInstances)
            .map(Retrieval::transferSyntax)
            .findFirst()
            .orElseThrow(
                () ->
                    new Refusal(
                        406, "only multipart/related; type=\"application/dicom\" can be had"));
    for (StoredInstance instance : instances) {
      String stored = instance.transferSyntaxUid();
      boolean convertible =
          syntax.equals(TransferSyntax.EXPLICIT_LITTLE_ENDIAN) && TransferSyntax.isNative(stored);
      if (!syntax.equals("*") && !syntax.equals(stored) && !convertible) {
        throw new Refusal(406, "this archive does not decompress; ask for transfer-syntax=*");
      }
    }
    return new Retrieval(instances, syntax, UUID.randomUUID().toString());
  }

  private static boolean isInstances(MediaType type) {
    return type.name().equals("*/*")
        || type.name().equals("multipart/related")
            && type.parameter("type").orElse("application/dicom").equals("application/dicom");
  }

  private static String transferSyntax(MediaType type) {
    return type.parameter("transfer-syntax")
        .orElse(type.name().equals("*/*") ? "*" : TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
  }

  String contentType() {
    return "multipart/related; type=\"application/dicom\"; boundary=" + boundary;
  }

  void writeTo(OutputStream out) throws IOException {
    for (StoredInstance instance : instances) {
      out.write(ascii("--" + boundary + "\r\nContent-Type: application/dicom\r\n\r\n"));
      if (transferSyntax.equals("*") || transferSyntax.equals(instance.transferSyntaxUid())) {
        Files.copy(instance.path(), out);
      } else {
        DicomFile stored = DicomReader.read(instance.path());
        DicomWriter.write(new DicomFile(transferSyntax, stored.dataSet()), out);
      }
      out.write(ascii("\r\n"));
    }
    out.write(ascii("--" + boundary + "--\r\n"));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
