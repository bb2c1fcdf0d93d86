package io.spinexr.store.migration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;

/**
 * What the AI says of a study in one word, told of the findings that are stored, and the decision
 * rule of each model set. {@code abnormal}, the classifier's word alone, stays for the version
 * before.
 */
public final class V5__Verdicts extends BaseJavaMigration {
  private static final int ROWS_AT_ONCE = 100;

  private record Said(String study, String modelSet, String verdict) {}

  @Override
  public void migrate(Context context) throws Exception {
    Connection connection = context.getConnection();
    try (Statement statement = connection.createStatement()) {
      statement.execute("alter table study_analysis add column verdict varchar(32)");
      statement.execute("alter table known_model_set add column decision_rule varchar(200)");
    }
    List<Said> known = known(connection);
    try (PreparedStatement update =
        connection.prepareStatement(
            "update study_analysis set verdict = ? where study_uid = ? and model_set = ?")) {
      for (Said said : known) {
        update.setString(1, said.verdict());
        update.setString(2, said.study());
        update.setString(3, said.modelSet());
        update.executeUpdate();
      }
    }
  }

  private static List<Said> known(Connection connection) throws Exception {
    ObjectMapper json = new ObjectMapper();
    List<Said> known = new ArrayList<>();
    try (Statement read = connection.createStatement()) {
      read.setFetchSize(ROWS_AT_ONCE); // findings may be long, and years of them many
      try (ResultSet rows =
          read.executeQuery(
              "select study_uid, model_set, findings from study_analysis"
                  + " where findings is not null")) {
        while (rows.next()) {
          known.add(
              new Said(
                  rows.getString("study_uid"),
                  rows.getString("model_set"),
                  verdict(json.readTree(rows.getString("findings")).path("images"))));
        }
      }
    }
    return known;
  }

  private static String verdict(JsonNode images) {
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
