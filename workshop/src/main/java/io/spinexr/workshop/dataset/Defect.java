package io.spinexr.workshop.dataset;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;

/**
 * Something that is wrong with a data set or with predictions for it, and what is done about it.
 *
 * @param file its name, without folders
 * @param line from 1; 0 where it is about no line
 * @param imageId may be empty
 * @param text what is wrong, a clause
 */
public record Defect(Kind kind, String file, long line, String imageId, String text) {
  /** What becomes of it. */
  public enum Treatment {
    /** It is told, and nothing is left out. */
    KEPT,
    /** The row does not count, and nothing else changes. */
    ROW_LEFT_OUT,
    /** The image is not measured. */
    IMAGE_LEFT_OUT;

    /** In words: {@code row left out}. */
    public String display() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /** The kinds, each with its rule. docs/evaluation.md explains them. */
  public enum Kind {
    NAMELESS_ROW(Treatment.ROW_LEFT_OUT),
    BROKEN_ROW(Treatment.IMAGE_LEFT_OUT),
    DUPLICATE_ROW(Treatment.ROW_LEFT_OUT),
    CONTRADICTION(Treatment.IMAGE_LEFT_OUT),
    TWO_STUDIES(Treatment.IMAGE_LEFT_OUT),
    NO_STUDY(Treatment.KEPT),
    BOTH_SPLITS(Treatment.KEPT),
    UNKNOWN_TYPE(Treatment.ROW_LEFT_OUT),
    EMPTY_BOX(Treatment.ROW_LEFT_OUT),
    CLIPPED_BOX(Treatment.KEPT),
    OUTSIDE_BOX(Treatment.ROW_LEFT_OUT),
    UNKNOWN_SIZE(Treatment.KEPT),
    BROKEN_SIZE(Treatment.ROW_LEFT_OUT),
    OTHER_SIZE(Treatment.KEPT),
    SEVERAL_FILES(Treatment.KEPT),
    UNANNOTATED_IMAGE(Treatment.IMAGE_LEFT_OUT),
    UNPREDICTED_IMAGE(Treatment.IMAGE_LEFT_OUT),
    UNKNOWN_IMAGE(Treatment.ROW_LEFT_OUT),
    UNMEASURED_TYPE(Treatment.ROW_LEFT_OUT);

    private final Treatment treatment;

    Kind(Treatment treatment) {
      this.treatment = treatment;
    }

    public Treatment treatment() {
      return treatment;
    }

    /** In lower case with hyphens: {@code broken-row}. */
    public String code() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  public Defect {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(imageId, "imageId");
    Objects.requireNonNull(text, "text");
  }

  /** In a row of a table, about an image. */
  static Defect in(CsvTable.Row row, Kind kind, String imageId, String text) {
    return new Defect(kind, name(row.file()), row.line(), imageId, text);
  }

  /** About an image and no line. */
  public static Defect of(Path file, Kind kind, String imageId, String text) {
    return new Defect(kind, name(file), 0, imageId, text);
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  /** For people, in one line. */
  public String sentence() {
    return "%s%s: %s%s (%s)"
        .formatted(
            file,
            line == 0 ? "" : " line " + line,
            imageId.isEmpty() ? "" : "image " + imageId + ": ",
            text,
            kind.treatment().display());
  }
}
