package io.spinexr.fusion;

import io.spinexr.finding.Finding;
import io.spinexr.finding.LesionType;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What scores are worth, for each lesion type: a detector's scores of different types mean
 * different things.
 *
 * @param stated the types of which the model set says it; all others are as in {@link
 *     CertaintyScores#DEFAULT}
 */
public record LesionScores(Map<LesionType, CertaintyScores> stated) {
  public LesionScores {
    stated = Map.copyOf(stated);
  }

  /** For findings of one type. */
  public CertaintyScores of(LesionType type) {
    return stated.getOrDefault(type, CertaintyScores.DEFAULT);
  }

  /** The same findings, each with the certainty that its score has. */
  public List<Finding> judge(List<Finding> findings) {
    return findings.stream()
        .map(finding -> finding.with(of(finding.type()).of(finding.score())))
        .toList();
  }

  /** In the order of the types, so that equal scores have equal words. */
  @Override
  public String toString() {
    return stated.isEmpty() ? "default" : new EnumMap<>(stated).toString();
  }
}
