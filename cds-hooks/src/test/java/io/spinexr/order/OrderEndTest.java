package io.spinexr.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.study.SpineRegion;
import io.spinexr.triage.ReadingPriority;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OrderEndTest {
  @Test
  void namesTheOrderByItsKeyAndNobodyByName() {
    ImagingOrder order =
        new ImagingOrder(
            "https://ehr.example.org/fhir",
            "order-1",
            true,
            new PatientIdentity("1288992", List.of(), Optional.empty(), Optional.empty()),
            OrderNumbers.NONE,
            new Examination("XR", "xr", SpineRegion.SPINE),
            ReadingPriority.ROUTINE,
            OrderStage.SIGNED,
            Set.of());

    OrderEnd end = new OrderEnd(order.source(), "1288992", "order-1", OrderEnd.Reason.REVOKED);

    assertThat(end.key()).isEqualTo(order.key());
    assertThat(end.toString()).doesNotContain("1288992").contains("REVOKED");
  }
}
