package io.spinexr.store.migration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.spinexr.order.Sha256;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashSet;
import java.util.Set;
import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;

/** Fills {@code order_patient} from the orders of the first version. */
public final class V3__Order_patients extends BaseJavaMigration {
  @Override
  public void migrate(Context context) throws Exception {
    ObjectMapper json = new ObjectMapper();
    try (Statement read = context.getConnection().createStatement();
        ResultSet orders = read.executeQuery("select order_key, content from imaging_order");
        PreparedStatement insert =
            context
                .getConnection()
                .prepareStatement("insert into order_patient (order_key, patient) values (?, ?)")) {
      while (orders.next()) {
        for (String patient : patients(json.readTree(orders.getString("content")))) {
          insert(insert, orders.getString("order_key"), patient);
        }
      }
    }
  }

  private static void insert(PreparedStatement insert, String order, String patient)
      throws SQLException {
    insert.setString(1, order);
    insert.setString(2, patient);
    insert.executeUpdate();
  }

  private static Set<String> patients(JsonNode order) {
    Set<String> patients = new LinkedHashSet<>();
    for (JsonNode identifier : order.path("patient").path("identifiers")) {
      patients.add(
          Sha256.of(
              identifier.path("system").asText()
                  + "\n"
                  + identifier.path("value").asText().strip()));
    }
    return patients;
  }
}
