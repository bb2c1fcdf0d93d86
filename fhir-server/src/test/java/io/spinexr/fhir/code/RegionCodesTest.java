package io.spinexr.fhir.code;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.study.SpineRegion;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RegionCodesTest {
  @Test
  void hasACodeOfItsOwnForEveryRegion() {
    assertThat(
            Arrays.stream(SpineRegion.values())
                .map(region -> RegionCodes.procedure(region).getCodingFirstRep().getCode()))
        .doesNotHaveDuplicates()
        .contains("24946-6", "24983-9", "24972-2", "18748-4");
    assertThat(
            Arrays.stream(SpineRegion.values())
                .map(region -> RegionCodes.bodySite(region).getCodingFirstRep().getCode()))
        .doesNotHaveDuplicates()
        .contains("122494005", "122495006", "122496007", "421060004");
  }

  @Test
  void saysTheRegionInWords() {
    assertThat(RegionCodes.procedure(SpineRegion.LUMBAR).getText())
        .isEqualTo("Radiograph of the lumbar spine, read by AI");
    assertThat(RegionCodes.bodySite(SpineRegion.LUMBAR).getText()).isEqualTo("lumbar spine");
  }
}
