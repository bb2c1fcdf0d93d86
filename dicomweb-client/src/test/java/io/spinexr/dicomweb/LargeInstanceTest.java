package io.spinexr.dicomweb;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.dicom.Tag;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.DicomWriter;
import io.spinexr.dicom.image.RadiographDecoder;
import io.spinexr.dicomweb.ScriptedServer.Reply;
import io.spinexr.dicomweb.http.DicomWebOptions;
import io.spinexr.finding.ImageId;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Retrieves and decodes an instance of 80 MB in a process of its own, whose heap is too small for
 * what it must not do.
 */
class LargeInstanceTest {
  private static final int ROWS = 8000;
  private static final int COLUMNS = 5000;
  private final DicomFile large =
      SampleImages.image(
          SampleImages.newUid(), SampleImages.newUid(), SampleImages.newUid(), "P", ROWS, COLUMNS);

  @TempDir Path folder;

  /** The heap holds the instance and its 8-bit image (120 MB), but not the instance twice. */
  @Test
  void isHeldOnceWhereTheArchiveTellsTheLength() throws Exception {
    assertThat(retrieveIn(150, true)).isEqualTo(crc(large));
  }

  /** The heap cannot hold it three times (240 MB). */
  @Test
  void isHeldLessThanThreeTimesWhereTheLengthIsUnknown() throws Exception {
    assertThat(retrieveIn(220, false)).isEqualTo(crc(large));
  }

  /** Sends the instance as it is written, as an archive does that keeps files. */
  private Reply send(Path file, boolean tellLength) {
    return out -> {
      String start = "--abc\r\nContent-Type: application/dicom\r\n\r\n";
      String end = "\r\n--abc--";
      long length = start.length() + Files.size(file) + end.length();
      out.write(
          ("HTTP/1.1 200 OK\r\nContent-Type: multipart/related; boundary=abc\r\n"
                  + (tellLength ? "Content-Length: " + length + "\r\n" : "")
                  + "\r\n"
                  + start)
              .getBytes(StandardCharsets.ISO_8859_1));
      Files.copy(file, out);
      out.write(end.getBytes(StandardCharsets.ISO_8859_1));
    };
  }

  private static String crc(DicomFile file) {
    CRC32 crc = new CRC32();
    crc.update(file.dataSet().bytes(Tag.PixelData).orElseThrow());
    crc.update(new RadiographDecoder().decode(file).image().pixels());
    return Long.toHexString(crc.getValue());
  }

  private String retrieveIn(int heapMegabytes, boolean tellLength) throws Exception {
    ImageId id = SampleImages.id(large);
    Path file = folder.resolve("large.dcm");
    DicomWriter.write(large, file);
    try (ScriptedServer server = new ScriptedServer(send(file, tellLength))) {
      return retrieveIn(heapMegabytes, server.baseUrl(), id);
    }
  }

  private String retrieveIn(int heapMegabytes, URI baseUrl, ImageId id) throws Exception {
    Path output = Files.createTempFile(folder, "retrieve", ".log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx%dm".formatted(heapMegabytes),
                "-XX:+UseG1GC",
                "-XX:G1HeapRegionSize=1m",
                "-cp",
                System.getProperty("java.class.path"),
                Retrieve.class.getName(),
                baseUrl.toString(),
                id.studyUid(),
                id.seriesUid(),
                id.sopInstanceUid())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    return Files.readString(output).strip();
  }

  /** What runs in the small heap: prints the checksum of the pixels as stored and as decoded. */
  static final class Retrieve {
    public static void main(String[] arguments) {
      DicomFile file =
          new DicomWebClient(DicomWebOptions.of(URI.create(arguments[0])))
              .retrieveInstance(new ImageId(arguments[1], arguments[2], arguments[3]));
      System.out.println(crc(file));
    }
  }
}
