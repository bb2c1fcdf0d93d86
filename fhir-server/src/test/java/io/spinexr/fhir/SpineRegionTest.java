package io.spinexr.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpineRegionTest {
  /** BodyPartExamined of PS3.16 annex L and descriptions as they occur. */
  @ParameterizedTest
  @CsvSource({
    "CSPINE, CERVICAL",
    "C-SPINE AP/LAT, CERVICAL",
    "HWS seitlich, CERVICAL",
    "TSPINE, THORACIC",
    "Thoracic spine 2 views, THORACIC",
    "BWS ap, THORACIC",
    "LSPINE, LUMBAR",
    "LSSPINE, LUMBAR",
    "XR Lumbar spine Views, LUMBAR",
    "LWS in 2 Ebenen, LUMBAR",
    "TLSPINE, SPINE",
    "CTSPINE, SPINE",
    "SPINE, SPINE",
    "Ganzaufnahme, SPINE",
    "'', SPINE",
  })
  void isReadFromBodyPartOrDescription(String text, SpineRegion region) {
    assertThat(SpineRegion.named(text)).isEqualTo(region);
  }
}
