package io.spinexr.study;

import io.spinexr.study.Word.Kind;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the words of an order, a study or a series say about radiographs of the spine, in English,
 * German, French, Spanish, Italian, Portuguese and Vietnamese, with or without diacritics, in any
 * case. Takes time in proportion to the text's length, whatever it holds.
 */
public final class ExaminationText {
  /** Marks the start of a text, for words that mean something there only. */
  static final String START = "^ ";

  private static final int LONGEST_TEXT = 500;
  private static final int LONGEST_OF_ALL = 2000;
  private static final String NEGATED = " ~ ";

  private final String folded;

  private ExaminationText(String folded) {
    this.folded = folded;
  }

  /** What one text says; what is beyond its first 500 characters is not read. */
  public static ExaminationText of(String text) {
    return of(List.of(text));
  }

  /** What several texts about one examination say together, in their first 2000 characters. */
  public static ExaminationText of(List<String> texts) {
    String folded = texts.stream().map(ExaminationText::folded).collect(Collectors.joining());
    return new ExaminationText(folded.substring(0, Math.min(folded.length(), LONGEST_OF_ALL)));
  }

  /** Lower case letters and digits, each word between blanks. */
  private static String folded(String text) {
    String cut = text.substring(0, Math.min(text.length(), LONGEST_TEXT));
    String plain =
        Normalizer.normalize(cut, Normalizer.Form.NFKD)
            .toLowerCase(Locale.ROOT)
            .replaceAll("\\p{M}", "")
            .replace('đ', 'd')
            .replace("ß", "ss");
    return " " + START + plain.replaceAll("[^a-z0-9]+", " ").strip() + " ";
  }

  /**
   * Whether the spine is what is examined. Words that can also be a complaint or an organ, such as
   * scoliosis or cervical, count unless another part of the body is named.
   */
  public boolean namesSpine() {
    String text = without(folded, Kind.NOT_SPINE);
    return namesElsewhere()
        ? names(without(text, Kind.HINT), Kind.SPINE)
        : names(text, Kind.SPINE) || names(text, Kind.HINT);
  }

  /** Whether a part of the body other than the spine is named. */
  public boolean namesElsewhere() {
    return names(folded, Kind.ELSEWHERE);
  }

  /**
   * Whether it asks for a radiograph: by name, or by its views ("2 views", "AP/LAT", "2 Ebenen") as
   * order catalogues do, unless a treatment is named or a radiograph is refused.
   */
  public boolean namesRadiograph() {
    String asserted = withoutNegatedRadiographs();
    return names(asserted, Kind.RADIOGRAPH)
        || (asserted.equals(folded) && names(folded, Kind.VIEW) && !names(folded, Kind.TREATMENT));
  }

  /** Whether it names an examination or an intervention other than a radiograph. */
  public boolean namesOther() {
    return names(folded, Kind.OTHER);
  }

  /**
   * Whether it is nothing but a shorthand that order catalogues use for radiographs of the spine,
   * such as "whole spine", "T/L spine", "LWS" or "EOS".
   */
  public boolean isShorthand() {
    String rest = without(without(folded, Kind.SHORTHAND), Kind.FILLER);
    return names(folded, Kind.SHORTHAND) && rest.replace(START, "").isBlank();
  }

  /** The part of the spine that is named; {@link SpineRegion#SPINE} when that is all of it. */
  public Optional<SpineRegion> region() {
    String text = without(folded, Kind.NOT_SPINE);
    String segments =
        List.of(Kind.SPINE, Kind.HINT, Kind.PART).stream()
            .flatMap(kind -> Word.all(kind).stream())
            .filter(word -> word.isIn(text))
            .map(Word::segments)
            .collect(Collectors.joining());
    return segments.isEmpty() ? Optional.empty() : Optional.of(SpineRegion.of(segments));
  }

  private String withoutNegatedRadiographs() {
    String rest = folded;
    for (Word no : Word.all(Kind.NEGATION)) {
      if (no.isIn(folded)) {
        for (Word radiograph : Word.all(Kind.RADIOGRAPH)) {
          rest = rest.replace(no.part() + radiograph.part().strip(), NEGATED);
        }
      }
    }
    return rest;
  }

  private static boolean names(String text, Kind kind) {
    return Word.all(kind).stream().anyMatch(word -> word.isIn(text));
  }

  private static String without(String text, Kind kind) {
    String rest = text;
    for (Word word : Word.all(kind)) {
      rest = rest.replace(word.part(), " ");
    }
    return rest;
  }
}
