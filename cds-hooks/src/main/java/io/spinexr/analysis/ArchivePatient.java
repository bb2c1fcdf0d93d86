package io.spinexr.analysis;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.Tag;
import io.spinexr.finding.BirthDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Who an order's patient must be in the archive, by one of the patient's identifiers.
 *
 * @param system of the identifier in FHIR
 * @param patientId PatientID (0010,0020)
 * @param issuer IssuerOfPatientID (0010,0021) if the archive's issuers are to be compared
 * @param sex M, F or O
 */
record ArchivePatient(
    String system,
    String patientId,
    Optional<String> issuer,
    Optional<BirthDate> birthDate,
    Optional<String> sex) {
  private static final Set<String> SEXES = Set.of("M", "F", "O");

  /** A birth date that is filled with zeros because nobody knows it. */
  private static final Pattern NOTHING = Pattern.compile("[0.]+");

  private static final String UNREADABLE = "?";

  /** How images relate to the patient. */
  enum Relation {
    /** They are the patient's. */
    SAME,
    /** They are of someone with another PatientID. */
    OTHER_ID,
    /** They have the PatientID, but of another issuer. */
    OTHER_ISSUER,
    /**
     * They have the PatientID, but another birth date or sex, or a birth date that is none: one of
     * the two sides is wrong.
     */
    OTHER_PERSON
  }

  /**
   * Compares exactly, whatever the archive took for a match: the PatientID must be there and equal;
   * issuer, birth date and sex must be equal where both sides state them. A birth date is stated as
   * far as it goes, and not at all by zeros; one that cannot be read is nobody's. A sex other than
   * M, F and O says nothing.
   *
   * @param images a search result or an instance's header
   */
  Relation relationTo(DataSet images) {
    if (!stated(images, Tag.PatientID).equals(List.of(patientId))) {
      return Relation.OTHER_ID;
    }
    List<String> issuers = stated(images, Tag.IssuerOfPatientID);
    if (issuer.isPresent() && !issuers.isEmpty() && !issuers.equals(List.of(issuer.get()))) {
      return Relation.OTHER_ISSUER;
    }
    return agreesOnBirth(images) && agreesOnSex(images) ? Relation.SAME : Relation.OTHER_PERSON;
  }

  private boolean agreesOnBirth(DataSet images) {
    List<String> dates =
        stated(images, Tag.PatientBirthDate).stream()
            .filter(date -> !NOTHING.matcher(date).matches())
            .toList();
    return birthDate.isEmpty()
        || dates.isEmpty()
        || dates.size() == 1
            && DicomDates.birthDate(dates.get(0)).filter(birthDate.get()::agreesWith).isPresent();
  }

  private boolean agreesOnSex(DataSet images) {
    return sex.isEmpty()
        || stated(images, Tag.PatientSex).stream()
            .map(letter -> letter.toUpperCase(Locale.ROOT))
            .filter(SEXES::contains)
            .allMatch(sex.get()::equals);
  }

  /** The values that say something; one that is no text says that it is nobody's. */
  private static List<String> stated(DataSet images, int tag) {
    try {
      return images.strings(tag).stream().map(String::strip).filter(s -> !s.isEmpty()).toList();
    } catch (DicomException e) {
      return List.of(UNREADABLE);
    }
  }

  /** Stands for the identifier where the identifier itself is not needed. */
  String hash() {
    return PatientHash.of(system, patientId);
  }

  /** Without anything that tells who it is. */
  @Override
  public String toString() {
    return "ArchivePatient[system=" + system + "]";
  }
}
