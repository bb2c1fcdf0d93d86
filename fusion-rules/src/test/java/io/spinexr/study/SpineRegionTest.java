package io.spinexr.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SpineRegionTest {
  /** BodyPartExamined of PS3.16 annex L and descriptions as they occur. */
  @ParameterizedTest
  @CsvSource({
    "CSPINE, CERVICAL",
    "C-SPINE AP/LAT, CERVICAL",
    "SPINECERV, CERVICAL",
    "HWS seitlich, CERVICAL",
    "Halswirbelsäule, CERVICAL",
    "Rachis cervical F+P, CERVICAL",
    "X-quang cột sống cổ, CERVICAL",
    "TSPINE, THORACIC",
    "Thoracic spine 2 views, THORACIC",
    "BWS ap, THORACIC",
    "Brustwirbelsaeule, THORACIC",
    "Rachis dorsal, THORACIC",
    "Columna dorsal, THORACIC",
    "Coluna torácica, THORACIC",
    "Cột sống ngực, THORACIC",
    "LSPINE, LUMBAR",
    "SPINE LUMB, LUMBAR",
    "XR Lumbar spine Views, LUMBAR",
    "LWS in 2 Ebenen, LUMBAR",
    "Lendenwirbelsäule, LUMBAR",
    "Rachis lombaire, LUMBAR",
    "Rachide lombare, LUMBAR",
    "Columna lumbar AP y L, LUMBAR",
    "Coluna lombar, LUMBAR",
    "COT SONG THAT LUNG, LUMBAR",
    "CTSPINE, CERVICOTHORACIC",
    "HWS/BWS, CERVICOTHORACIC",
    "TLSPINE, THORACOLUMBAR",
    "T/L spine, THORACOLUMBAR",
    "Thoraco-lumbar junction, THORACOLUMBAR",
    "LSSPINE, LUMBOSACRAL",
    "Coluna lombossacra, LUMBOSACRAL",
    "Colonna lombosacrale, LUMBOSACRAL",
    "Sacrum and coccyx 2 views, SACRAL",
    "SSPINE, SACRAL",
    "Kreuzbein, SACRAL",
    "CTLSPINE, SPINE",
    "HWS und LWS, SPINE",
    "SPINE, SPINE",
    "Wirbelsäulenganzaufnahme, SPINE",
    "Ganzaufnahme, SPINE",
    "'', SPINE",
  })
  void isReadFromBodyPartOrDescription(String text, SpineRegion region) {
    assertThat(SpineRegion.named(text)).isEqualTo(region);
  }

  @ParameterizedTest
  @CsvSource({
    "LUMBAR, LUMBAR, true",
    "LUMBAR, LUMBOSACRAL, true",
    "LUMBOSACRAL, SACRAL, true",
    "THORACOLUMBAR, LUMBAR, true",
    "THORACOLUMBAR, THORACIC, true",
    "CERVICOTHORACIC, THORACOLUMBAR, true",
    "LUMBAR, SACRAL, false",
    "LUMBAR, THORACIC, false",
    "CERVICAL, LUMBAR, false",
    "CERVICAL, THORACOLUMBAR, false",
    "CERVICOTHORACIC, LUMBOSACRAL, false",
  })
  void overlapsWhenSegmentsAreShared(SpineRegion one, SpineRegion other, boolean overlap) {
    assertThat(one.overlaps(other)).isEqualTo(overlap);
    assertThat(other.overlaps(one)).isEqualTo(overlap);
  }

  @ParameterizedTest
  @EnumSource
  void overlapsWithTheWholeOrUnknownSpineAlways(SpineRegion region) {
    assertThat(region.overlaps(SpineRegion.SPINE)).isTrue();
    assertThat(SpineRegion.SPINE.overlaps(region)).isTrue();
  }

  @Test
  void spansTheSegmentsBetween() {
    assertThat(SpineRegion.of("SL").display()).isEqualTo("lumbosacral spine");
    assertThat(SpineRegion.of("SL")).isEqualTo(SpineRegion.LUMBOSACRAL);
    assertThat(SpineRegion.of("CL")).isEqualTo(SpineRegion.SPINE);
    assertThat(SpineRegion.of("TT")).isEqualTo(SpineRegion.THORACIC);
    assertThatThrownBy(() -> SpineRegion.of("")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SpineRegion.of("X")).isInstanceOf(IllegalArgumentException.class);
  }
}
