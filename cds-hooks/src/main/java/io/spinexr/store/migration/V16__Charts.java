package io.spinexr.store.migration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.spinexr.order.Sha256;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;

/**
 * Which chart of the EHR an order is in, so that whoever the EHR lets into a chart is shown its
 * results. The version before writes orders without it.
 */
public final class V16__Charts extends BaseJavaMigration {
  @Override
  public void migrate(Context context) throws Exception {
    try (Statement change = context.getConnection().createStatement()) {
      change.execute("alter table imaging_order add column chart varchar(64)");
      change.execute("create index imaging_order_chart on imaging_order (chart)");
    }
    ObjectMapper json = new ObjectMapper();
    try (Statement read = context.getConnection().createStatement();
        ResultSet orders = read.executeQuery("select order_key, content from imaging_order");
        PreparedStatement update =
            context
                .getConnection()
                .prepareStatement("update imaging_order set chart = ? where order_key = ?")) {
      while (orders.next()) {
        JsonNode order = json.readTree(orders.getString("content"));
        update.setString(
            1,
            Sha256.of(
                "%s/Patient/%s"
                    .formatted(
                        order.path("source").asText(),
                        order.path("patient").path("fhirId").asText())));
        update.setString(2, orders.getString("order_key"));
        update.executeUpdate();
      }
    }
  }
}
