package io.spinexr.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.DicomReader;
import io.spinexr.dicom.file.DicomWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image whose compressed data ends early is refused, and those behind it are analysed. */
class DamagedImageTest {
  private static final Path DEMO = Path.of("..", "inference-tf", "models", "demo");

  @TempDir Path folder;

  @Test
  void oneDamagedImageEndsNoRun() throws IOException {
    Path damaged = folder.resolve("a-damaged.dcm");
    DicomWriter.write(truncatedJpeg2000(), damaged);
    PhantomImages.write(folder.resolve("good"), 1, 7);

    Outcome outcome =
        CommandLineTest.run(
            "analyze",
            "--ignore-scope", // the damaged image is small
            "--models",
            DEMO,
            "--out",
            folder.resolve("out"),
            damaged,
            folder.resolve("good"));

    assertThat(outcome.status()).isEqualTo(1);
    List<JsonNode> documents = outcome.documents();
    assertThat(documents).hasSize(2);
    assertThat(documents.get(0).path("error").asText())
        .startsWith("not analysable: damaged, its JPEG 2000 data is not whole");
    assertThat(documents.get(1).path("verdict").asText()).isNotEmpty();
  }

  @Test
  void leavesOutWhatIsLargerThanAsked() throws IOException {
    PhantomImages.write(folder.resolve("good"), 1, 7);
    DicomFile large =
        new DicomFile(
            whole().transferSyntaxUid(),
            whole().dataSet().toBuilder().put(Tag.Rows, 2000).put(Tag.Columns, 1000).build());
    Path file = folder.resolve("large.dcm");
    DicomWriter.write(large, file);

    Outcome outcome =
        CommandLineTest.run(
            "analyze",
            "--models",
            DEMO,
            "--max-megapixels",
            1,
            "--out",
            folder.resolve("out"),
            file);

    assertThat(outcome.documents().get(0).path("error").asText())
        .contains("more than the configured limit of 1 million");
    assertThat(CommandLineTest.run("analyze", "--max-megapixels", 0, file).err())
        .contains("--max-megapixels: the limit must be 1 to 1000 million pixels");
  }

  private static DicomFile truncatedJpeg2000() throws IOException {
    DataSet dataSet = whole().dataSet();
    ByteBuffer frame = dataSet.fragments(Tag.PixelData).get(1);
    return new DicomFile(
        whole().transferSyntaxUid(),
        dataSet.toBuilder()
            .put(Tag.StudyInstanceUID, "1.2.3")
            .put(Tag.SeriesInstanceUID, "1.2.3.1")
            .putFragments(
                Tag.PixelData,
                List.of(ByteBuffer.allocate(0), frame.slice(0, frame.remaining() / 4 * 2)))
            .build());
  }

  private static DicomFile whole() throws IOException {
    try (InputStream resource = DicomReader.class.getResourceAsStream("fuzz/j2k.dcm")) {
      return DicomReader.read(resource);
    }
  }
}
