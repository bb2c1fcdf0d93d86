package io.spinexr.fhir.content;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimplePathTest {
  /** Paths of FHIR R4's page on FHIRPath Patch, its test cases, and HAPI's documentation. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Patient.birthDate",
        "Patient.contact[0].name",
        "Patient.maritalStatus.extension[0]",
        "Patient.telecom.where(value = 'work')",
        "Patient.identifier.where(system='urn:x' and value='1')",
        "Patient.extension('http://example.org/x').value",
        "Observation.value.ofType(Quantity).value",
        "Patient.name.where(use = 'official').first().given[1]",
        "Task.status"
      })
  void isWhatPatchesAreMadeOf(String path) {
    assertThat(SimplePath.isFhirPath(path)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Patient.name.where($this.matches('a'))",
        "Patient.name.where(given.matches('a') = 'true')",
        "Patient.descendants()",
        "Patient.name | Patient.contact",
        "Patient.name.where(use = 'a' or use = 'b')",
        "Patient.name.select(given)",
        "Patient.where(name.where(given = 'a') = 'b')",
        "Patient.name.where(use = 'it\\'s')",
        "Patient.name[99999]",
        "(Patient.name)",
        "%context.name",
        "Patient..name"
      })
  void isNothingThatIsComputed(String path) {
    assertThat(SimplePath.isFhirPath(path)).isFalse();
  }

  /** The examples of RFC 5261, section 4, in FHIR's words. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/f:Patient/f:active/@value",
        "f:Patient/f:name[1]",
        "*/f:name[@id='a']/f:family",
        "f:Patient/f:identifier[f:system/@value='urn:x']",
        "doc/foo/text()"
      })
  void isWhatXmlPatchesAreMadeOf(String path) {
    assertThat(SimplePath.isXPath(path)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "//*",
        "//*[//*[//*]]",
        "a[count(b) > 1]",
        "a[matches(@b, 'c')]",
        "document('file:///x')",
        "a/following::b",
        "a | b",
        "id('x')",
        "a[@b='c' or @d='e']"
      })
  void isNothingThatXPathComputes(String path) {
    assertThat(SimplePath.isXPath(path)).isFalse();
  }

  @Test
  @Timeout(20)
  void takesNoLongerForALongPath() {
    for (String unit :
        new String[] {"a.", "a[1].", "where(a = 'b').", "where(", "a/", "a[@b='c']/", "*[1]/"}) {
      assertThat(SimplePath.isFhirPath(unit.repeat(900 / unit.length()) + "!")).isFalse();
      assertThat(SimplePath.isXPath(unit.repeat(900 / unit.length()) + "!")).isFalse();
    }
  }
}
