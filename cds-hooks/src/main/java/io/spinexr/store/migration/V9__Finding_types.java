package io.spinexr.store.migration;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The types of a study's findings, so that the worklist need not read the findings themselves, told
 * of those that are stored. The version before writes findings without them: they hold only for the
 * analysis whose time they carry.
 */
public final class V9__Finding_types extends ColumnOfFindings {
  private record Lesion(String type, double score) {}

  public V9__Finding_types() {
    super(
        List.of(
            "alter table study_analysis add column finding_types varchar(1000)",
            "alter table study_analysis add column finding_types_at timestamp with time zone"),
        "finding_types = ?, finding_types_at = analysed_at");
  }

  /** Each once, that with the highest score first; the first format spells them as constants. */
  @Override
  String tell(JsonNode images) {
    List<Lesion> lesions = new ArrayList<>();
    for (JsonNode image : images) {
      for (JsonNode lesion : image.path("findings")) {
        lesions.add(
            new Lesion(
                lesion.path("type").asText().toLowerCase(Locale.ROOT).replace('_', '-'),
                lesion.path("score").asDouble()));
      }
    }
    return lesions.stream()
        .sorted(Comparator.comparingDouble(Lesion::score).reversed())
        .map(Lesion::type)
        .distinct()
        .collect(Collectors.joining(","));
  }
}
