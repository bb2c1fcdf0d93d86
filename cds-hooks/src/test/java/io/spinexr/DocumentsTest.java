package io.spinexr;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents point to is there. */
class DocumentsTest {
  private static final Path HOME = Path.of("..");
  private static final Pattern LINK = Pattern.compile("]\\((?!\\w+:)([^)#]*)(?:#([^)]*))?\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.*)$");
  private static final Pattern CLASS = Pattern.compile("`([A-Z]\\w+)(?:\\.([A-Z_]+))?`");

  @Test
  void linksLeadToFilesAndHeadings() throws IOException {
    for (Path document : documents()) {
      for (MatchResult link : LINK.matcher(Files.readString(document)).results().toList()) {
        Path target =
            link.group(1).isEmpty() ? document : document.resolveSibling(link.group(1)).normalize();
        assertThat(target).as("%s: %s", document, link.group()).exists();
        if (link.group(2) != null) {
          assertThat(anchors(target)).as("%s: %s", document, link.group()).contains(link.group(2));
        }
      }
    }
  }

  @Test
  void contributorsAreShownClassesAndConstantsThatExist() throws IOException {
    Map<String, String> sources = new HashMap<>();
    for (Path module : list(HOME, folder -> Files.isDirectory(folder.resolve("src")))) {
      try (Stream<Path> files = Files.walk(module.resolve("src"))) {
        for (Path file : files.filter(one -> one.toString().endsWith(".java")).toList()) {
          String name = file.getFileName().toString();
          sources.put(name.substring(0, name.length() - ".java".length()), Files.readString(file));
        }
      }
    }
    for (String document : List.of("CONTRIBUTING.md", "RELEASE.md")) {
      assertThat(CLASS.matcher(Files.readString(HOME.resolve(document))).results())
          .isNotEmpty()
          .allSatisfy(
              name ->
                  assertThat(sources.get(name.group(1)))
                      .as(name.group())
                      .isNotNull()
                      .contains(Objects.requireNonNullElse(name.group(2), "")));
    }
  }

  private static List<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>();
    for (Path folder : List.of(HOME, HOME.resolve("docs"))) {
      documents.addAll(list(folder, file -> file.toString().endsWith(".md")));
    }
    return documents;
  }

  private static List<Path> list(Path folder, Predicate<Path> wanted) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(wanted).toList();
    }
  }

  /** As forges make them of headings. */
  private static List<String> anchors(Path document) throws IOException {
    return HEADING
        .matcher(Files.readString(document))
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(text -> text.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .toList();
  }
}
