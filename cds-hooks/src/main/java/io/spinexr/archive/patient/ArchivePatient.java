package io.spinexr.archive.patient;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.finding.BirthDate;
import java.util.List;
import java.util.Optional;

/**
 * Who an order's patient must be in the archive, by one of the patient's identifiers.
 *
 * @param system of the identifier in FHIR
 * @param patientId PatientID (0010,0020)
 * @param issuer IssuerOfPatientID (0010,0021) if the archive's issuers are to be compared
 * @param sex M, F or O
 */
public record ArchivePatient(
    String system,
    String patientId,
    Optional<String> issuer,
    Optional<BirthDate> birthDate,
    Optional<String> sex) {

  /** How images relate to the patient. */
  public enum Relation {
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
  public Relation relationTo(DataSet images) {
    if (!StatedIdentity.values(images, Tag.PatientID).equals(List.of(patientId))) {
      return Relation.OTHER_ID;
    }
    List<String> issuers = StatedIdentity.values(images, Tag.IssuerOfPatientID);
    if (issuer.isPresent() && !issuers.isEmpty() && !issuers.equals(List.of(issuer.get()))) {
      return Relation.OTHER_ISSUER;
    }
    return StatedIdentity.of(images).canBe(birthDate, sex) ? Relation.SAME : Relation.OTHER_PERSON;
  }

  /** Stands for the identifier where the identifier itself is not needed. */
  public String hash() {
    return PatientHash.of(system, patientId);
  }

  /** Without anything that tells who it is. */
  @Override
  public String toString() {
    return "ArchivePatient[system=" + system + "]";
  }
}
