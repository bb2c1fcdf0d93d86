package io.spinexr.archive.patient;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.archive.patient.ArchivePatient.Relation;
import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.finding.BirthDate;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.time.api.constraints.DateRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArchivePatientTest {
  @ParameterizedTest
  @CsvSource({
    // chart, archive, relation
    "1971-03-03, 19710303, SAME",
    "1971-03-03, 1971.03.03, SAME",
    "1971-03-03, 19710300, SAME",
    "1971-03-03, 197103, SAME",
    "1971-03-03, 19710000, SAME",
    "1971-03-03, 1971, SAME",
    "1971-03, 19710303, SAME",
    "1971, 19710303, SAME",
    "1971, 197104, SAME",
    "1971-03-03, '', SAME",
    "1971-03-03, 00000000, SAME",
    "1971-03-03, 0000, SAME",
    "1971-03-03, 0000.00.00, SAME",
    "1971-03-03, '19710303\\', SAME",
    "1971-03-03, 19710304, OTHER_PERSON",
    "1971-03-03, 19710400, OTHER_PERSON",
    "1971-03-03, 197104, OTHER_PERSON",
    "1971-03-03, 1972, OTHER_PERSON",
    "1971-03-03, 19720000, OTHER_PERSON",
    "1971-03, 19710403, OTHER_PERSON",
    "1971, 19720303, OTHER_PERSON",
    "1971-03-03, 19711345, OTHER_PERSON",
    "1971, 19711345, OTHER_PERSON",
    "1971-03-03, 00000231, OTHER_PERSON",
    "1971-03-03, UNKNOWN, OTHER_PERSON",
    "1971-03-03, '19710303\\19710303', OTHER_PERSON",
    "1971-03-03, '19710303\\19710304', OTHER_PERSON",
    "'', 19711345, SAME",
    "'', 19710303, SAME",
  })
  void comparesWhatIsStatedOfTheBirthDate(String chart, String archive, Relation relation) {
    assertThat(
            patient(BirthDate.parse(chart), Optional.empty())
                .relationTo(images(Tag.PatientBirthDate, archive.split("\\\\", -1))))
        .isEqualTo(relation);
  }

  /** Whole dates of a person and of images, each told only so far, agree where both tell. */
  @Property
  void agreesWithAnotherDateAsFarAsBothGo(
      @ForAll @DateRange(min = "1898-01-01", max = "1902-12-31") LocalDate chart,
      @ForAll @DateRange(min = "1898-01-01", max = "1902-12-31") LocalDate archive,
      @ForAll @IntRange(min = 1, max = 3) int chartParts,
      @ForAll @IntRange(min = 1, max = 3) int archiveParts) {
    String ours = chart.toString().substring(0, 1 + 3 * chartParts);
    String theirs = archive.toString().replace("-", "").substring(0, 2 + 2 * archiveParts);
    int both = Math.min(chartParts, archiveParts);
    boolean agree =
        chart
            .toString()
            .substring(0, 1 + 3 * both)
            .equals(archive.toString().substring(0, 1 + 3 * both));

    ArchivePatient patient = patient(BirthDate.parse(ours), Optional.empty());

    Relation expected = agree ? Relation.SAME : Relation.OTHER_PERSON;
    assertThat(patient.relationTo(images(Tag.PatientBirthDate, theirs))).isEqualTo(expected);
    String withZeros = (theirs + "0000").substring(0, 8);
    assertThat(patient.relationTo(images(Tag.PatientBirthDate, withZeros))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "F, F, SAME",
    "F, f, SAME",
    "F, '', SAME",
    "F, W, SAME",
    "F, female, SAME",
    "F, U, SAME",
    "'', M, SAME",
    "F, M, OTHER_PERSON",
    "F, m, OTHER_PERSON",
    "F, O, OTHER_PERSON",
    "M, f, OTHER_PERSON",
    "F, 'F\\M', OTHER_PERSON",
  })
  void comparesTheLettersThatDicomHasForSex(String chart, String archive, Relation relation) {
    Optional<String> sex = Optional.of(chart).filter(text -> !text.isEmpty());

    assertThat(
            patient(Optional.empty(), sex)
                .relationTo(images(Tag.PatientSex, archive.split("\\\\", -1))))
        .isEqualTo(relation);
  }

  @ParameterizedTest
  @CsvSource({
    "P1, '', SAME",
    "P1, HOSPITAL, SAME",
    "P1, OTHER, OTHER_ISSUER",
    "P1, 'HOSPITAL\\OTHER', OTHER_ISSUER",
    "p1, HOSPITAL, OTHER_ID",
    "'', HOSPITAL, OTHER_ID",
    "'P1\\P2', HOSPITAL, OTHER_ID",
  })
  void comparesIdentifierAndIssuerExactly(String id, String issuer, Relation relation) {
    DataSet images =
        DataSet.builder()
            .put(Tag.PatientID, id.split("\\\\", -1))
            .put(Tag.IssuerOfPatientID, issuer.split("\\\\", -1))
            .build();

    assertThat(patient(Optional.empty(), Optional.empty()).relationTo(images)).isEqualTo(relation);
  }

  @Test
  void takesWhatIsNoTextForNobodys() {
    ArchivePatient patient = patient(BirthDate.parse("1971-03-03"), Optional.of("F"));
    DataSet noDate =
        images(Tag.PatientSex, "F").toBuilder().putItems(Tag.PatientBirthDate, List.of()).build();
    DataSet noId = DataSet.builder().putItems(Tag.PatientID, List.of()).build();

    assertThat(patient.relationTo(noDate)).isEqualTo(Relation.OTHER_PERSON);
    assertThat(patient.relationTo(noId)).isEqualTo(Relation.OTHER_ID);
  }

  private static ArchivePatient patient(Optional<BirthDate> birthDate, Optional<String> sex) {
    return new ArchivePatient("urn:ids", "P1", Optional.of("HOSPITAL"), birthDate, sex);
  }

  private static DataSet images(int tag, String... values) {
    return DataSet.builder().put(Tag.PatientID, "P1").put(tag, values).build();
  }
}
