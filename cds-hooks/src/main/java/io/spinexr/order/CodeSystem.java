package io.spinexr.order;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The code systems of imaging orders and their spellings. URL and OID are those of HL7's
 * terminology (terminology.hl7.org, NamingSystem); the further spellings are common in public FHIR
 * software.
 */
public enum CodeSystem {
  LOINC("LOINC", "http://loinc.org", "2.16.840.1.113883.6.1"),
  CPT("CPT", "http://www.ama-assn.org/go/cpt", "2.16.840.1.113883.6.12"),
  SNOMED_CT("SNOMED CT", "http://snomed.info/sct", "2.16.840.1.113883.6.96"),
  ICD_10_PCS(
      "ICD-10-PCS",
      "http://www.cms.gov/Medicare/Coding/ICD10",
      "2.16.840.1.113883.6.4",
      "http://terminology.hl7.org/CodeSystem/icd10PCS",
      "http://hl7.org/fhir/sid/icd-10-pcs",
      "http://www.icd10data.com/icd10pcs");

  private final String display;
  private final String url;
  private final List<String> spellings;

  CodeSystem(String display, String url, String oid, String... others) {
    this.display = display;
    this.url = url;
    spellings =
        Stream.concat(Stream.of(url, oid), Stream.of(others)).map(CodeSystem::plain).toList();
  }

  /** The name that people know it by: {@code SNOMED CT}. */
  public String display() {
    return display;
  }

  /** Its preferred URL in FHIR. */
  public String url() {
    return url;
  }

  /**
   * The one spelling of a system: its URL, whether it is written as URL with http or https, with
   * edition or version, or as {@code urn:oid:}. A system that is not known stays as it is.
   */
  public static String canonical(String system) {
    String plain = plain(system);
    for (CodeSystem known : values()) {
      if (known.spellings.contains(plain)) {
        return known.url;
      }
    }
    return system.strip();
  }

  private static String plain(String system) {
    String lower = system.strip().toLowerCase(Locale.ROOT);
    return lower
        .replaceFirst("^(https?://(www\\.)?|urn:oid:)", "")
        .replaceFirst("\\|.*", "")
        .replaceFirst("^(snomed\\.info/sct)/.*", "$1")
        .replaceFirst("/$", "");
  }
}
