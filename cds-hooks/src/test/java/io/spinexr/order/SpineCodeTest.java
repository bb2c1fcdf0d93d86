package io.spinexr.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.study.SpineRegion;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SpineCodeTest {
  private static Optional<SpineCode> code(String system, String value) {
    return SpineCode.of(new Code(system, value));
  }

  @Test
  void knowsCodesOfEverySystemByMeaningAndPart() {
    assertThat(code("urn:oid:2.16.840.1.113883.6.1", "24972-2"))
        .hasValueSatisfying(
            lumbar -> {
              assertThat(lumbar.isRadiography()).isTrue();
              assertThat(lumbar.region()).contains(SpineRegion.LUMBAR);
              assertThat(lumbar.meaning()).isEqualTo("XR Lumbar spine Views");
            });
    assertThat(code("http://snomed.info/sct", "122496007").map(SpineCode::kind))
        .contains(SpineCode.Kind.SITE);
    assertThat(code("http://snomed.info/sct", "72100")).isEmpty();
    assertThat(SpineCode.all().stream().map(SpineCode::system)).contains(CodeSystem.values());
  }

  @Test
  void tellsRadiographyByTheValueAlone() {
    assertThat(SpineCode.isRadiography("72100")).isTrue();
    assertThat(SpineCode.isRadiography("BR09ZZZ")).isTrue();
    assertThat(SpineCode.isRadiography("122496007")).isFalse();
  }

  /** The last digit checks the others, modulo 10. */
  @Test
  void hasNoMistypedLoincCode() {
    assertThat(SpineCode.all())
        .filteredOn(code -> code.system() == CodeSystem.LOINC)
        .allSatisfy(
            code -> {
              String[] parts = code.value().split("-");
              int sum = 0;
              for (int i = 0; i < parts[0].length(); i++) {
                int digit = parts[0].charAt(parts[0].length() - 1 - i) - '0';
                int weighed = i % 2 == 0 ? 2 * digit : digit;
                sum += weighed / 10 + weighed % 10;
              }
              assertThat((10 - sum % 10) % 10).as(code.value()).isEqualTo(parts[1].charAt(0) - '0');
            });
  }
}
