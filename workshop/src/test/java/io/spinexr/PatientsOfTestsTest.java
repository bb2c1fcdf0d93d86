package io.spinexr;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The list of the patients of all tests, for whom {@code ./spinexr test} searches the logs. */
class PatientsOfTestsTest {
  /** A name, or a number of an order, as tests write them down; its last group. */
  private static final Pattern WRITTEN =
      Pattern.compile(
          "(family\\\\?\": *\\\\?\"|setFamily\\(\""
              + "|Tag\\.(PatientName|AccessionNumber|PlacerOrderNumber\\w+), \")"
              + "([^\"\\\\% ]{3,})");

  @Test
  void hasEverybodyWhomATestWritesDown() throws IOException {
    List<Pattern> listed =
        Files.readAllLines(Path.of("src/test/patients")).stream()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .map(Pattern::compile)
            .toList();
    List<String> written;
    try (Stream<Path> files = Files.list(Path.of(".."))) {
      written =
          files
              .map(module -> module.resolve("src/test"))
              .filter(Files::isDirectory)
              .flatMap(PatientsOfTestsTest::sources)
              .flatMap(PatientsOfTestsTest::written)
              .distinct()
              .toList();
    }

    assertThat(written).contains("Weatherwax", "A-STUDY").hasSizeGreaterThan(5);
    assertThat(written)
        .allMatch(value -> listed.stream().anyMatch(known -> known.matcher(value).find()));
  }

  private static Stream<Path> sources(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().matches(".*\\.(java|json)")).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<String> written(Path file) {
    try {
      return WRITTEN.matcher(Files.readString(file)).results().map(found -> found.group(3));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
