package io.spinexr.store.migration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;

/**
 * The types of a study's findings, so that the worklist need not read the findings themselves, told
 * of those that are stored. The version before writes findings without them: they hold only for the
 * analysis whose time they carry.
 */
public final class V9__Finding_types extends BaseJavaMigration {
  private static final int ROWS_AT_ONCE = 100;

  private record Found(String study, String modelSet, String types) {}

  private record Lesion(String type, double score) {}

  @Override
  public void migrate(Context context) throws Exception {
    Connection connection = context.getConnection();
    try (Statement statement = connection.createStatement()) {
      statement.execute("alter table study_analysis add column finding_types varchar(1000)");
      statement.execute(
          "alter table study_analysis add column finding_types_at timestamp with time zone");
    }
    List<Found> known = known(connection);
    try (PreparedStatement update =
        connection.prepareStatement(
            "update study_analysis set finding_types = ?, finding_types_at = analysed_at"
                + " where study_uid = ? and model_set = ?")) {
      for (Found found : known) {
        update.setString(1, found.types());
        update.setString(2, found.study());
        update.setString(3, found.modelSet());
        update.executeUpdate();
      }
    }
  }

  private static List<Found> known(Connection connection) throws Exception {
    ObjectMapper json = new ObjectMapper();
    List<Found> known = new ArrayList<>();
    try (Statement read = connection.createStatement()) {
      read.setFetchSize(ROWS_AT_ONCE); // findings may be long, and years of them many
      try (ResultSet rows =
          read.executeQuery(
              "select study_uid, model_set, findings from study_analysis"
                  + " where findings is not null")) {
        while (rows.next()) {
          known.add(
              new Found(
                  rows.getString("study_uid"),
                  rows.getString("model_set"),
                  types(json.readTree(rows.getString("findings")).path("images"))));
        }
      }
    }
    return known;
  }

  /** Each once, that with the highest score first; the first format spells them as constants. */
  private static String types(JsonNode images) {
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
