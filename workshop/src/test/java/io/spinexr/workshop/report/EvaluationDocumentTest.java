package io.spinexr.workshop.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.workshop.dataset.Defect;
import io.spinexr.workshop.prediction.Attribute;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** docs/evaluation.md says what the code does. */
class EvaluationDocumentTest {
  private static final Pattern RULE =
      Pattern.compile("(?m)^\\| `([a-z-]+)` \\| [^|]+ \\| ([a-z ]+) \\|$");

  private String document;

  @BeforeEach
  void read() throws IOException {
    document = Files.readString(Path.of("..", "docs", "evaluation.md"));
  }

  @Test
  void hasTheRuleOfEveryDefectInTheirOrder() {
    List<String> explained =
        RULE.matcher(document).results().map(row -> row.group(1) + ": " + row.group(2)).toList();

    assertThat(explained)
        .isEqualTo(
            Stream.of(Defect.Kind.values())
                .map(kind -> kind.code() + ": " + kind.treatment().display())
                .toList());
  }

  @Test
  void namesTheAttributesOfSubgroups() {
    assertThat(document)
        .contains(
            Stream.of(Attribute.values())
                .map(Attribute::column)
                .collect(Collectors.joining(",", "`", "`")));
  }
}
