package io.spinexr.dicomweb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/pacs.md names a test for each thing that archives do. */
class ArchiveTableTest {
  private static final Pattern NAME = Pattern.compile("`([A-Z]\\w+Test)\\.(\\w+)`");
  private static final List<String> PACKAGES =
      List.of(
          "io.spinexr.dicomweb.",
          "io.spinexr.dicomweb.http.",
          "io.spinexr.dicomweb.message.",
          "io.spinexr.dicom.",
          "io.spinexr.dicom.file.");

  @Test
  void namesTestsThatThereAre() throws IOException {
    List<String> rows =
        Files.readString(Path.of("..", "docs", "pacs.md"))
            .replaceAll("(?s).*## What archives do\n", "")
            .replaceAll("(?s)\n## .*", "")
            .lines()
            .filter(line -> line.startsWith("| ") && !line.startsWith("| what "))
            .toList();
    assertThat(rows)
        .hasSizeGreaterThan(40)
        .allSatisfy(
            row ->
                assertThat(NAME.matcher(row).results().toList())
                    .as(row)
                    .isNotEmpty()
                    .allSatisfy(
                        name -> assertThat(methods(name.group(1))).contains(name.group(2))));
  }

  private static List<String> methods(String className) {
    for (String name : PACKAGES) {
      try {
        return Arrays.stream(Class.forName(name + className).getDeclaredMethods())
            .map(Method::getName)
            .toList();
      } catch (ClassNotFoundException e) {
        // In another package, perhaps.
      }
    }
    return List.of();
  }
}
