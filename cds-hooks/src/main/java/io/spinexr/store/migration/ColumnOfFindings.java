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

/** Adds columns, one of which tells something of the findings that are stored. */
abstract class ColumnOfFindings extends BaseJavaMigration {
  private static final int ROWS_AT_ONCE = 100;

  private final List<String> columns;
  private final String assignment;

  private record Told(String study, String modelSet, String text) {}

  /**
   * @param columns statements that add them
   * @param assignment of what is told, in an update of {@code study_analysis}
   */
  ColumnOfFindings(List<String> columns, String assignment) {
    this.columns = columns;
    this.assignment = assignment;
  }

  /**
   * @param images of a study, analysed ones, as every format writes them
   */
  abstract String tell(JsonNode images);

  @Override
  public void migrate(Context context) throws Exception {
    Connection connection = context.getConnection();
    try (Statement statement = connection.createStatement()) {
      for (String column : columns) {
        statement.execute(column);
      }
    }
    List<Told> all = all(connection);
    try (PreparedStatement update =
        connection.prepareStatement(
            "update study_analysis set " + assignment + " where study_uid = ? and model_set = ?")) {
      for (Told told : all) {
        update.setString(1, told.text());
        update.setString(2, told.study());
        update.setString(3, told.modelSet());
        update.executeUpdate();
      }
    }
  }

  private List<Told> all(Connection connection) throws Exception {
    ObjectMapper json = new ObjectMapper();
    List<Told> all = new ArrayList<>();
    try (Statement read = connection.createStatement()) {
      read.setFetchSize(ROWS_AT_ONCE); // findings may be long, and years of them many
      try (ResultSet rows =
          read.executeQuery(
              "select study_uid, model_set, findings from study_analysis"
                  + " where findings is not null")) {
        while (rows.next()) {
          all.add(
              new Told(
                  rows.getString("study_uid"),
                  rows.getString("model_set"),
                  tell(json.readTree(rows.getString("findings")).path("images"))));
        }
      }
    }
    return all;
  }
}
