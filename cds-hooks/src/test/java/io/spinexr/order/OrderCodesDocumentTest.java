package io.spinexr.order;

import io.spinexr.GeneratedDocument;
import io.spinexr.study.SpineRegion;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** docs/order-codes.md lists the codes that the code knows. */
class OrderCodesDocumentTest {
  private static final String BEGIN =
      "<!-- codes: made from spine-codes.tsv, see OrderCodesDocumentTest -->\n";
  private static final String END = "<!-- end of codes -->\n";

  @Test
  void listsEveryCodeWithItsMeaningAndSource() throws IOException {
    new GeneratedDocument("order-codes", BEGIN, END).assertHas(tables());
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
