package io.spinexr.store.migration;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What the AI says of a study in one word, told of the findings that are stored, and the decision
 * rule of each model set. {@code abnormal}, the classifier's word alone, stays for the version
 * before.
 */
public final class V5__Verdicts extends ColumnOfFindings {
  public V5__Verdicts() {
    super(
        List.of(
            "alter table study_analysis add column verdict varchar(32)",
            "alter table known_model_set add column decision_rule varchar(200)"),
        "verdict = ?");
  }

  @Override
  String tell(JsonNode images) {
    if (images.isEmpty()) {
      return "not-analysable";
    }
    boolean found = false;
    for (JsonNode image : images) {
      if (image.path("probability").asDouble() >= image.path("threshold").asDouble()) {
        return "abnormal-by-classifier";
      }
      found |= !image.path("findings").isEmpty();
    }
    return found ? "abnormal-by-detector" : "nothing-found";
  }
}
