package io.spinexr.archive.patient;

import io.spinexr.order.PatientIdentity;
import io.spinexr.study.PatientIdentifier;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** From the EHR's patient to the archive's, by the mapped identifier systems. */
public final class PatientMatching {
  /**
   * What a PatientID can be that is searched for as it stands (VR LO, PS3.5 section 6.2): at most
   * 64 characters without control characters and backslash, and, because an archive would search
   * for others too, without the wildcards of PS3.4 C.2.2.2.4.
   */
  private static final Pattern SEARCHABLE = Pattern.compile("[^\\p{Cntrl}\\\\*?]{1,64}");

  private final Map<String, PatientMatchingProperties.MappedSystem> mapped;

  public PatientMatching(PatientMatchingProperties properties) {
    this(properties.identifiers());
  }

  private PatientMatching(List<PatientMatchingProperties.MappedSystem> systems) {
    mapped =
        systems.stream()
            .collect(
                Collectors.toMap(
                    PatientMatchingProperties.MappedSystem::system,
                    Function.identity(),
                    (first, later) -> first,
                    LinkedHashMap::new));
  }

  /** To the patients of any of several archives; the issuers are those of the first. */
  public static PatientMatching any(List<PatientMatching> each) {
    return new PatientMatching(each.stream().flatMap(one -> one.mapped.values().stream()).toList());
  }

  /**
   * As whom a patient who is known by one identifier can be known here: by the same one, or, where
   * its system is not mapped, by any other.
   */
  public List<ArchivePatient> inArchive(PatientIdentity patient, ArchivePatient known) {
    return inArchive(patient).stream()
        .filter(
            candidate ->
                !mapped.containsKey(known.system()) || candidate.hash().equals(known.hash()))
        .toList();
  }

  /** One per identifier that is mapped and can be searched for; none: no match is possible. */
  public List<ArchivePatient> inArchive(PatientIdentity patient) {
    return patient.identifiers().stream()
        .flatMap(identifier -> inArchive(patient, identifier).stream())
        .distinct()
        .toList();
  }

  /** Whether an archive asked for this value looks for this value only. */
  public static boolean searchable(String value) {
    return SEARCHABLE.matcher(value).matches();
  }

  private Optional<ArchivePatient> inArchive(
      PatientIdentity patient, PatientIdentifier identifier) {
    String value = identifier.value().strip();
    return Optional.ofNullable(mapped.get(identifier.system()))
        .filter(system -> searchable(value))
        .map(
            system ->
                new ArchivePatient(
                    system.system(), value, system.issuer(), patient.birthDate(), patient.sex()));
  }
}
