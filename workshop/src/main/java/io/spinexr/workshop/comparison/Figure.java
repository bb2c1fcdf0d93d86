package io.spinexr.workshop.comparison;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What model sets are compared by, each in [0,1] and better the higher. The first five are of the
 * ensemble, in the order of {@link io.spinexr.evaluation.bootstrap.ClassifierFigure}.
 */
public enum Figure {
  AUROC("AUROC"),
  F1("F1"),
  SENSITIVITY("sensitivity"),
  SPECIFICITY("specificity"),
  PRECISION("precision"),
  /** At IoU 0.5, of the detector alone. */
  MAP50("mAP@0.5, detector alone"),
  /** At IoU 0.5, after the set's decision rule. */
  FUSED_MAP50("mAP@0.5, with the decision rule");

  static final List<Figure> OF_CLASSIFIERS =
      List.of(AUROC, F1, SENSITIVITY, SPECIFICITY, PRECISION);
  static final List<Figure> OF_DETECTORS = List.of(MAP50, FUSED_MAP50);

  private final String display;

  Figure(String display) {
    this.display = display;
  }

  /** For people. */
  public String display() {
    return display;
  }

  /** As files and options name it: {@code fused_map50}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The figure of a code. */
  public static Optional<Figure> of(String code) {
    return Stream.of(values()).filter(figure -> figure.code().equals(code)).findFirst();
  }

  /** All codes, for messages. */
  public static String codes() {
    return Stream.of(values()).map(Figure::code).collect(Collectors.joining(", "));
  }
}
