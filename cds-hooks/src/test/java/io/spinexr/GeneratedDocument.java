package io.spinexr;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A document of docs/ with a part that is made from the code.
 *
 * @param name without ending
 * @param begin line before that part
 * @param end line behind it
 */
public record GeneratedDocument(String name, String begin, String end) {
  /** Holds that the part is as the code makes it now, and writes the document as it should be. */
  public void assertHas(String part) throws IOException {
    String document = Files.readString(Path.of("..", "docs", name + ".md"));
    String expected =
        document.substring(0, document.indexOf(begin) + begin.length())
            + part
            + document.substring(document.indexOf(end));
    Path made = Files.writeString(Path.of("target", name + ".md"), expected);
    assertThat(document)
        .as("docs/%s.md; the document as it should be is in %s", name, made)
        .isEqualTo(expected);
  }
}
