package io.spinexr.workshop.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.finding.LesionType;
import io.spinexr.phantom.hard.Difficulty;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DemoStudyTest {
  @ParameterizedTest
  @EnumSource(Difficulty.class)
  void aDozenStudiesOfEightAdults(Difficulty difficulty) {
    List<DemoStudy> studies = DemoStudy.all(difficulty);
    assertThat(studies).hasSize(12);
    assertThat(studies.stream().map(study -> study.study().patient().id()).distinct()).hasSize(8);
    assertThat(studies.stream().map(study -> study.study().accessionNumber()).distinct())
        .hasSize(12);
    assertThat(studies)
        .allMatch(
            study ->
                study.study().patient().birthDate().plusYears(18).isBefore(study.study().date()));
  }

  @ParameterizedTest
  @EnumSource(Difficulty.class)
  void twoImagesOfAStudyAreTwoViewsOfOnePart(Difficulty difficulty) {
    DemoStudy study = DemoStudy.all(difficulty).get(0);
    assertThat(study.seeds()).hasSize(2);
    DataSet first = study.file(study.seeds().get(0), 1).dataSet();
    DataSet second = study.file(study.seeds().get(1), 2).dataSet();
    for (int tag :
        new int[] {
          Tag.StudyInstanceUID,
          Tag.PatientID,
          Tag.PatientBirthDate,
          Tag.PatientSex,
          Tag.BodyPartExamined,
          Tag.AccessionNumber
        }) {
      assertThat(second.string(tag)).isPresent().isEqualTo(first.string(tag));
    }
    assertThat(second.string(Tag.ViewPosition)).isNotEqualTo(first.string(Tag.ViewPosition));
  }

  @Test
  void someHardStudiesShowWhatTriagePutsFirst() {
    assertThat(DemoStudy.all(Difficulty.HARD))
        .filteredOn(DemoStudy::ordered)
        .filteredOn(
            study ->
                Difficulty.HARD.glance(study.seeds().get(0)).lesions().stream()
                    .anyMatch(
                        lesion ->
                            lesion.type() == LesionType.VERTEBRAL_COLLAPSE
                                || lesion.type() == LesionType.OTHER_LESIONS))
        .hasSizeGreaterThanOrEqualTo(4);
  }

  /** Both are kept in the same folders: one must never stand for the other. */
  @Test
  void easyAndHardStudiesHaveNothingInCommon() {
    Set<String> numbers = new HashSet<>();
    for (Difficulty difficulty : Difficulty.values()) {
      for (DemoStudy study : DemoStudy.all(difficulty)) {
        assertThat(numbers.add(study.study().accessionNumber())).isTrue();
        assertThat(numbers.add(study.study().uid())).isTrue();
      }
    }
  }
}
