package io.spinexr.phantom.study;

import java.time.LocalDate;
import java.util.List;

/**
 * A person who does not exist, decided by a number.
 *
 * @param id DICOM PatientID
 * @param familyName always one that says what it is
 * @param sex DICOM PatientSex, M or F
 */
public record SyntheticPatient(
    String id, String familyName, String givenName, LocalDate birthDate, String sex) {
  /** IssuerOfPatientID of every synthetic patient. */
  public static final String ISSUER = "SPINEXR-PHANTOM";

  private static final List<String> WOMEN =
      List.of("Ada", "Grace", "Marie", "Rosalind", "Lise", "Emmy", "Chien-Shiung", "Dorothy");
  private static final List<String> MEN =
      List.of("Alan", "Wilhelm", "Godfrey", "Niels", "Erwin", "Kurt", "Paul", "Johann");
  private static final List<String> FAMILIES =
      List.of("Phantomsen", "Phantomini", "Phantomova", "Phantomez", "Phantomyan", "Phantomura");

  /** The patient with this number, the same on every machine. */
  public static SyntheticPatient of(long number) {
    int turn = turn(number);
    return of(
        "PHANTOM-" + Long.toUnsignedString(number),
        turn,
        LocalDate.of(1935, 1, 1).plusDays(turn * 7919L % 22_000),
        turn % 2 == 0);
  }

  /**
   * The patient with this number among those of the hard phantoms.
   *
   * @param age in years on that day
   */
  public static SyntheticPatient of(long number, int age, boolean woman, LocalDate day) {
    int turn = turn(number);
    return of(
        "PHANTOM-H" + Long.toUnsignedString(number),
        turn,
        day.minusYears(age).minusDays(turn % 365),
        woman);
  }

  private static int turn(long number) {
    return (int) Math.floorMod(number, 1_000_003L);
  }

  private static SyntheticPatient of(String id, int turn, LocalDate birthDate, boolean woman) {
    List<String> names = woman ? WOMEN : MEN;
    return new SyntheticPatient(
        id,
        FAMILIES.get(turn % FAMILIES.size()),
        names.get(turn / 2 % names.size()),
        birthDate,
        woman ? "F" : "M");
  }

  /** DICOM person name. */
  public String dicomName() {
    return familyName + "^" + givenName;
  }
}
