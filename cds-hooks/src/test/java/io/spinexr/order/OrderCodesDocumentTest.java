package io.spinexr.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.study.SpineRegion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** docs/order-codes.md lists the codes that the code knows. */
class OrderCodesDocumentTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "order-codes.md");
  private static final String BEGIN =
      "<!-- codes: made from spine-codes.tsv, see OrderCodesDocumentTest -->\n";
  private static final String END = "<!-- end of codes -->\n";

  @Test
  void listsEveryCodeWithItsMeaningAndSource() throws IOException {
    String document = Files.readString(DOCUMENT);
    int begin = document.indexOf(BEGIN) + BEGIN.length();
    String expected =
        document.substring(0, begin) + tables() + document.substring(document.indexOf(END));
    Path made = Files.writeString(Path.of("target", "order-codes.md"), expected);
    assertThat(document)
        .as("docs/order-codes.md; the document as it should be is in %s", made)
        .isEqualTo(expected);
  }

  private static String tables() {
    StringBuilder tables = new StringBuilder();
    for (SpineCode.Kind kind : SpineCode.Kind.values()) {
      tables.append(
          "\n### %s\n\n| code | system | meaning | part | source |\n|---|---|---|---|---|\n"
              .formatted(title(kind)));
      for (SpineCode code : SpineCode.all()) {
        if (code.kind() == kind) {
          tables.append(
              "| %s | %s | %s | %s | %s |\n"
                  .formatted(
                      code.value(),
                      code.system().display(),
                      code.meaning(),
                      code.region().map(SpineRegion::display).orElse(""),
                      code.source()));
        }
      }
    }
    return tables.append("\n").toString();
  }

  private static String title(SpineCode.Kind kind) {
    return switch (kind) {
      case RADIOGRAPHY -> "Radiography of the spine";
      case MODALITY -> "Radiography of any part of the body";
      case SITE -> "The spine and its parts";
    };
  }
}
