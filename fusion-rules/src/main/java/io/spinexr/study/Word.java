package io.spinexr.study;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A word or a few that tell what an examination is, as {@code examination-words.tsv} lists them.
 * Words are looked for as they stand, without patterns, so that no text can make that slow.
 *
 * @param part a folded text that has this has the word
 * @param segments of the spine that it names: letters of C, T, L and S; empty for none in
 *     particular
 */
record Word(Kind kind, String part, String segments) {
  /** What a word tells. The head of the list says it in full. */
  enum Kind {
    SPINE,
    HINT,
    PART,
    RADIOGRAPH,
    VIEW,
    SHORTHAND,
    FILLER,
    OTHER,
    TREATMENT,
    ELSEWHERE,
    NOT_SPINE,
    NEGATION
  }

  private static final Map<Kind, List<Word>> WORDS = load();

  static List<Word> all(Kind kind) {
    return WORDS.getOrDefault(kind, List.of());
  }

  boolean isIn(String folded) {
    return folded.contains(part);
  }

  /**
   * {@code lumbar*} is found at the start of a word, {@code *spine} at its end, {@code mr} alone.
   */
  private static Word read(String line) {
    String[] columns = line.split("\t", -1);
    String word = columns[1];
    String part =
        (word.startsWith("*") ? "" : " ")
            + word.replace("*", "").replace("^", ExaminationText.START)
            + (word.endsWith("*") ? "" : " ");
    return new Word(Kind.valueOf(columns[0]), part, columns.length > 2 ? columns[2] : "");
  }

  private static Map<Kind, List<Word>> load() {
    try (InputStream resource = Word.class.getResourceAsStream("examination-words.tsv");
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(Word::read)
          .collect(Collectors.groupingBy(Word::kind));
    } catch (IOException e) {
      throw new UncheckedIOException("the words for examinations cannot be read", e);
    }
  }
}
