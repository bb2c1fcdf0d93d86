package io.spinexr.cds;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OrderReaderTest {
  private final OrderReader reader =
      new OrderReader(
          new FhirJson(FhirContext.forR4Cached()),
          new SpineRadiography(TestProperties.with(Map.of()).spineOrders()));

  private static ObjectNode order() {
    ObjectNode order = JsonNodeFactory.instance.objectNode().put("resourceType", "ServiceRequest");
    order.putObject("code").put("text", "XR spine");
    return order;
  }

  private boolean isSpineOrder(ObjectNode order) {
    return reader.isSpineOrder(new JsonObject("order", order));
  }

  @Test
  void leavesRevokedAndForbiddenOrdersAlone() {
    assertThat(isSpineOrder(order())).isTrue();
    assertThat(isSpineOrder(order().put("status", "draft"))).isTrue();
    assertThat(isSpineOrder(order().put("doNotPerform", true))).isFalse();
    assertThat(isSpineOrder(order().put("status", "revoked"))).isFalse();
    assertThat(isSpineOrder(order().put("status", "entered-in-error"))).isFalse();
  }
}
