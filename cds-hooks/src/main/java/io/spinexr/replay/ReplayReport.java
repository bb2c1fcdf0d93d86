package io.spinexr.replay;

import java.util.ArrayList;
import java.util.List;

/**
 * What came of computing a result again.
 *
 * @param images that were analysed then
 * @param notes what is not as it was then, in sentences, whether or not it matters
 * @param impossible why the result, or a part of it, could not be computed again, in sentences
 * @param differences of the result, in sentences
 */
public record ReplayReport(
    int images, List<String> notes, List<String> impossible, List<String> differences) {
  private static final int MOST = 12;

  public ReplayReport {
    notes = List.copyOf(notes);
    impossible = List.copyOf(impossible);
    differences = List.copyOf(differences);
  }

  /** What can become of it. */
  public enum Outcome {
    SAME,
    DIFFERENT,
    /** Nothing differs as far as it could be computed. */
    NOT_COMPUTED
  }

  static ReplayReport impossible(String why) {
    return new ReplayReport(0, List.of(), List.of(why), List.of());
  }

  public Outcome outcome() {
    return differences.isEmpty()
        ? impossible.isEmpty() ? Outcome.SAME : Outcome.NOT_COMPUTED
        : Outcome.DIFFERENT;
  }

  /** For people, on one screen. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>(first(notes));
    lines.addAll(first(impossible));
    lines.addAll(first(differences));
    lines.add(
        switch (outcome()) {
          case SAME ->
              "The same: %d image(s) computed again, verdict equal, kept boxes within %.0f px, scores within %s."
                  .formatted(images, Comparison.BOX, Comparison.SCORE);
          case DIFFERENT -> "It differs.";
          case NOT_COMPUTED -> "It could not be computed again.";
        });
    return lines;
  }

  private static List<String> first(List<String> sentences) {
    if (sentences.size() <= MOST) {
      return sentences;
    }
    List<String> some = new ArrayList<>(sentences.subList(0, MOST));
    some.add("... and %d more.".formatted(sentences.size() - MOST));
    return some;
  }
}
