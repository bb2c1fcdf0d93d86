package io.spinexr.finding;

import java.util.Locale;
import java.util.Objects;

/**
 * One lesion that a detector found on one image.
 *
 * @param score the detector's confidence in [0,1]
 * @param certainty what the score is worth, as the model set says for the type
 */
public record Finding(LesionType type, BoundingBox box, double score, Certainty certainty) {
  /** What becomes of a finding, by its score. */
  public enum Certainty {
    /** Nobody is shown it; it counts where detectors are measured. */
    UNDISPLAYED,
    /** People are shown it as uncertain; it is no conclusion of a report. */
    UNCERTAIN,
    /** It is reported. */
    REPORTED;

    /** In lower case, e.g. {@code uncertain}. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Finding {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(box, "box");
    Probability.require("score", score);
    Objects.requireNonNull(certainty, "certainty");
  }

  /** A finding that is reported, whatever its score: nobody has said otherwise. */
  public Finding(LesionType type, BoundingBox box, double score) {
    this(type, box, score, Certainty.REPORTED);
  }

  /** The same finding with another certainty. */
  public Finding with(Certainty other) {
    return new Finding(type, box, score, other);
  }

  /** Whether people are shown it. */
  public boolean displayed() {
    return certainty != Certainty.UNDISPLAYED;
  }

  /** Whether it is a conclusion of a report. */
  public boolean reported() {
    return certainty == Certainty.REPORTED;
  }

  /** For people: {@code Osteophytes} or {@code Osteophytes (uncertain)}. */
  public String display() {
    return reported() ? type.display() : type.display() + " (" + certainty.code() + ")";
  }
}
