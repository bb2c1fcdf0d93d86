package io.spinexr.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodeTest {
  @ParameterizedTest
  @CsvSource({
    "http://loinc.org, LOINC",
    "https://loinc.org/, LOINC",
    "http://www.loinc.org, LOINC",
    "HTTP://LOINC.ORG, LOINC",
    "http://loinc.org|2.81, LOINC",
    "urn:oid:2.16.840.1.113883.6.1, LOINC",
    "2.16.840.1.113883.6.1, LOINC",
    "http://www.ama-assn.org/go/cpt, CPT",
    "https://ama-assn.org/go/cpt, CPT",
    "urn:oid:2.16.840.1.113883.6.12, CPT",
    "http://snomed.info/sct, SNOMED_CT",
    "http://snomed.info/sct/11000172109/version/20250315, SNOMED_CT",
    "URN:OID:2.16.840.1.113883.6.96, SNOMED_CT",
    "http://www.cms.gov/Medicare/Coding/ICD10, ICD_10_PCS",
    "http://hl7.org/fhir/sid/icd-10-pcs, ICD_10_PCS",
    "http://terminology.hl7.org/CodeSystem/icd10PCS, ICD_10_PCS",
    "http://www.icd10data.com/icd10pcs, ICD_10_PCS",
    "urn:oid:2.16.840.1.113883.6.4, ICD_10_PCS",
  })
  void isTheSameInEverySpellingOfItsSystem(String spelling, CodeSystem system) {
    assertThat(new Code(spelling, " A1 ")).isEqualTo(new Code(system.url(), "A1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "urn:oid:2.16.840.1.113883.6.121",
        "http://loinc.org.example.org",
        "http://example.org/loinc.org",
        "http://hl7.org/fhir/sid/icd-10-cm",
        "http://snomed.info/sctx",
      })
  void keepsOtherSystemsApart(String system) {
    assertThat(CodeSystem.canonical(system)).isEqualTo(system);
  }

  @Test
  void isWrittenWithItsSystem() {
    assertThat(Code.parse("urn:oid:2.16.840.1.113883.6.1|24972-2"))
        .isEqualTo(new Code("http://loinc.org", "24972-2"));
    for (String text :
        new String[] {"24972-2", "|24972-2", "http://loinc.org|", "a|b|c", "a|b c"}) {
      assertThatThrownBy(() -> Code.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
