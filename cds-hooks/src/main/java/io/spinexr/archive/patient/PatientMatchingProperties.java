package io.spinexr.archive.patient;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which of the EHR's patient identifiers are PatientID in the archive. Patients are never matched
 * by name.
 *
 * @param identifiers the mapped systems; an order whose patient has an identifier of none of them
 *     cannot be matched
 */
public record PatientMatchingProperties(@DefaultValue List<MappedSystem> identifiers) {
  /**
   * @param system the identifier's system in FHIR, e.g. {@code urn:oid:1.2.36.146.595.217.0.1}
   * @param issuer IssuerOfPatientID (0010,0021) of the same namespace in the archive; images that
   *     state another issuer are another patient's. Without it the issuer is not checked: only for
   *     archives that hold one namespace.
   */
  public record MappedSystem(String system, Optional<String> issuer) {
    public MappedSystem {
      if (system == null || system.isBlank()) {
        throw new IllegalArgumentException(
            "spinexr.patient-matching.identifiers: every entry needs a system");
      }
      issuer = issuer == null ? Optional.empty() : issuer.filter(text -> !text.isBlank());
    }
  }

  public PatientMatchingProperties {
    identifiers = List.copyOf(identifiers);
    Set<String> systems = new HashSet<>();
    for (MappedSystem mapped : identifiers) {
      if (!systems.add(mapped.system())) {
        throw new IllegalArgumentException(
            "spinexr.patient-matching.identifiers names the system " + mapped.system() + " twice");
      }
    }
  }
}
