package io.spinexr.analysis;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.Tag;
import io.spinexr.finding.BirthDate;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;

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

  /** How images relate to the patient. */
  enum Relation {
    /** They are the patient's. */
    SAME,
    /** They are of someone with another PatientID. */
    OTHER_ID,
    /** They have the PatientID, but of another issuer. */
    OTHER_ISSUER,
    /** They have the PatientID, but another birth date or sex: one of the two sides is wrong. */
    OTHER_PERSON
  }

  /**
   * Compares exactly, whatever the archive took for a match: the PatientID must be there and equal;
   * issuer, birth date and sex must be equal where both sides state them.
   *
   * @param images a search result or an instance's header
   */
  Relation relationTo(DataSet images) {
    if (!images.string(Tag.PatientID).equals(Optional.of(patientId))) {
      return Relation.OTHER_ID;
    }
    if (disagree(issuer, images.string(Tag.IssuerOfPatientID))) {
      return Relation.OTHER_ISSUER;
    }
    boolean sameBirthDate = !disagree(birthDate, birthDate(images).map(BirthDate::of));
    boolean sameSex = !disagree(sex, images.string(Tag.PatientSex).filter(SEXES::contains));
    return sameBirthDate && sameSex ? Relation.SAME : Relation.OTHER_PERSON;
  }

  private static <T> boolean disagree(Optional<T> ours, Optional<T> theirs) {
    return ours.isPresent() && theirs.isPresent() && !ours.equals(theirs);
  }

  private static Optional<LocalDate> birthDate(DataSet images) {
    return date(images, Tag.PatientBirthDate);
  }

  /** A DICOM date; empty if absent or no date. */
  static Optional<LocalDate> date(DataSet dataSet, int tag) {
    try {
      return dataSet
          .string(tag)
          .map(text -> text.replace(".", ""))
          .map(text -> LocalDate.parse(text, DateTimeFormatter.BASIC_ISO_DATE));
    } catch (DateTimeException | DicomException e) {
      return Optional.empty();
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
