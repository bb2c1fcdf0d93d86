package io.spinexr.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that do not say which image they hold are analysed nevertheless. */
class OddFilesCommandTest {
  /** Tags and representations of the UIDs of study, series and instance, little endian. */
  private static final List<String> UIDS = List.of(" \0\r\0UI", " \0\016\0UI", "\b\0\030\0UI");

  @TempDir private static Path folder;
  private static Path whole;
  private static Path nameless;
  private static List<JsonNode> documents;

  @BeforeAll
  static void analyse() throws IOException {
    try (Stream<Path> images = Files.list(PhantomImages.write(folder.resolve("phantom"), 1, 7))) {
      whole = images.findFirst().orElseThrow();
    }
    nameless =
        Files.writeString(folder.resolve("a.dcm"), withoutUids(), StandardCharsets.ISO_8859_1);
    Path copy = Files.copy(nameless, folder.resolve("b.dcm"));
    documents =
        CommandLineTest.run(
                "analyze",
                "--models",
                Path.of("..", "inference-tf", "models", "demo"),
                "--out",
                folder.resolve("out"),
                whole,
                nameless,
                copy)
            .documents();
  }

  /** The elements stay where they are, under tags that mean nothing. */
  private static String withoutUids() throws IOException {
    String file = Files.readString(whole, StandardCharsets.ISO_8859_1);
    for (String uid : UIDS) {
      assertThat(file).containsOnlyOnce(uid);
      file = file.replace(uid, uid.charAt(0) + "\0" + (char) (uid.charAt(2) + 0x40) + "\0UI");
    }
    return file;
  }

  @Test
  void analysesAFileWithoutUidsAndSaysSo() {
    JsonNode named = documents.get(0);
    JsonNode document = documents.get(1);

    assertThat(document.path("probability")).isEqualTo(named.path("probability"));
    assertThat(named.path("warnings").findValuesAsText("code"))
        .doesNotContain("data-set-irregular");
    assertThat(document.path("warnings").findValuesAsText("code")).contains("data-set-irregular");
    assertThat(document.path("warnings").findValuesAsText("text"))
        .contains(
            "StudyInstanceUID (0020,000D), SeriesInstanceUID (0020,000E), SOPInstanceUID"
                + " (0008,0018): missing or no UID; replaced by one made of the file's content");
  }

  @Test
  void givesTheSameFileTheSameUidsAndEachLevelItsOwn() {
    JsonNode document = documents.get(1);
    List<String> uids =
        Stream.of("studyInstanceUid", "seriesInstanceUid", "sopInstanceUid")
            .map(name -> document.path(name).asText())
            .toList();

    assertThat(uids)
        .doesNotHaveDuplicates()
        .allMatch(uid -> uid.matches("2\\.25\\.[1-9]\\d{0,38}"));
    assertThat(documents.get(2).path("sopInstanceUid").asText()).isEqualTo(uids.get(2));
    assertThat(Path.of(document.path("annotatedImage").asText()))
        .hasFileName(uids.get(2) + ".png")
        .isRegularFile();
  }
}
