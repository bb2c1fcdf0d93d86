package io.spinexr.finding;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.finding.ImageWarning.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/dicom.md explains the codes that results have. */
class WarningCodesDocumentTest {
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([a-z-]+)` \\| [^|]+ \\| [^|]+ \\|$");

  @Test
  void explainsEveryCodeOnceInTheirOrder() throws IOException {
    String document = Files.readString(Path.of("..", "docs", "dicom.md"));
    String warnings = document.substring(document.indexOf("\n## Warnings\n"));
    List<String> explained = ROW.matcher(warnings).results().map(row -> row.group(1)).toList();

    assertThat(explained).isEqualTo(Stream.of(Code.values()).map(Code::code).toList());
  }
}
