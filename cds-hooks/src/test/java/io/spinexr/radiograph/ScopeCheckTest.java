package io.spinexr.radiograph;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.analysis.OutOfScope;
import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.finding.ImageWarning;
import io.spinexr.scope.Scope;
import io.spinexr.scope.Species;
import io.spinexr.scope.View;
import io.spinexr.service.Hospital;
import io.spinexr.study.SpineRegion;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ScopeCheckTest {
  private static final ScopeCheck ADULTS = ScopeCheck.of(Scope.DEFAULT);
  private static final DataSet SPINE =
      Hospital.image(Hospital.study(Hospital.newPatient()), 1).dataSet();

  private static DataSet bare(int tag, String value) {
    return DataSet.builder().put(Tag.Modality, "DX").put(tag, value).build();
  }

  private static boolean refused(DataSet image) {
    return ADULTS.of(image).contradiction().isPresent();
  }

  @Test
  void takesARadiographOfAnAdultsSpine() {
    assertThat(ADULTS.of(SPINE).contradiction()).isEmpty();
    assertThat(ADULTS.of(SPINE).doubt()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void refusesWhatTheHeaderSaysIsSomethingElse(OutOfScope image) {
    DataSet header = image.of(Hospital.image(Hospital.study(Hospital.newPatient()), 1)).dataSet();

    assertThat(ADULTS.of(header).contradiction())
        .hasValueSatisfying(reason -> assertThat(reason).contains(image.reason()));
  }

  @Test
  void onlyWarnsOfAHeaderThatStatesNothing() {
    Scope.Standing standing = ADULTS.of(DataSet.builder().build());

    assertThat(standing.contradiction()).isEmpty();
    assertThat(standing.doubt())
        .map(ImageWarning::code)
        .contains(ImageWarning.Code.SCOPE_NOT_STATED);
  }

  @ParameterizedTest
  @CsvSource({
    "017Y, true",
    "18Y, false",
    "215M, true", // 17 years and 11 months
    "216M, false",
    "051W, true",
    "300D, true",
    "007, false", // says nothing
    "ADULT, false",
    "999Y, false", // stands for an age that is not known
  })
  void readsAgesInYearsMonthsWeeksAndDays(String age, boolean child) {
    assertThat(refused(bare(Tag.PatientAge, age))).isEqualTo(child);
  }

  @ParameterizedTest
  @CsvSource({
    "20080315, 20260314, true",
    "20080315, 20260315, false", // the 18th birthday
    "2009, 20260315, true",
    "2008, 20260315, false", // may be 17 or 18
    "20300101, 20260315, false", // not born yet: no age
    "00000000, 20260315, false",
    "20200101, '', false",
  })
  void countsCompletedYearsAtTheExamination(String born, String taken, boolean child) {
    DataSet image =
        DataSet.builder()
            .put(Tag.PatientBirthDate, born)
            .put(Tag.StudyDate, taken)
            .put(Tag.BodyPartExamined, "LSPINE")
            .build();

    assertThat(refused(image)).isEqualTo(child);
  }

  @Test
  void doesNotChooseBetweenAnAgeAndABirthDateThatDisagree() {
    DataSet image =
        SPINE.toBuilder().put(Tag.PatientAge, "004Y").put(Tag.PatientBirthDate, "19700101").build();

    assertThat(ADULTS.of(image).contradiction()).isEmpty();
    assertThat(ADULTS.of(image).doubt().orElseThrow().text()).contains("the patient's age");
  }

  @ParameterizedTest
  @CsvSource({
    "LSPINE, '', '', false",
    "CHEST, C-Spine lateral, '', false", // a device's wrong default
    "CHEST, '', XR lumbar spine, true",
    "KNEE, '', '', true",
    "SKULL, '', '', true",
    "CLAVICLE, '', '', true",
    "'', '', Knie beidseits, true",
    "'', Hand, XR lumbar spine, false",
    "LSPINE_PELVIS, '', '', false",
    "'', '', C-spine and chest, false",
    "'', Chest PA, C-spine and chest, true", // the study says that it shows that, too
    "'', lateral, C-spine and chest, false",
    "'', C-spine lateral, C-spine and chest, false",
    "DEFAULT, '', XR lumbar spine, false",
    "DEFAULT, '', '', false",
    "'', '', '', false",
  })
  void letsTheSpineOutweighWhereverItIsNamed(
      String part, String series, String study, boolean elsewhere) {
    DataSet image =
        DataSet.builder()
            .put(Tag.BodyPartExamined, part)
            .put(Tag.SeriesDescription, series)
            .put(Tag.StudyDescription, study)
            .build();

    assertThat(refused(image)).isEqualTo(elsewhere);
  }

  @Test
  void readsTheAnatomicRegionToo() {
    DataSet code = DataSet.builder().put(Tag.CodeMeaning, "Knee joint").build();
    DataSet image = DataSet.builder().putItems(Tag.AnatomicRegionSequence, List.of(code)).build();

    assertThat(refused(image)).isTrue();
  }

  @Test
  void believesTheArchiveWhereASiteCorrectsAModality() {
    DataSet image = bare(Tag.BodyPartExamined, "CHEST");
    DataSet nothing = DataSet.builder().build();

    assertThat(ADULTS.of(nothing, bare(Tag.BodyPartExamined, "LSPINE"), image).contradiction())
        .isEmpty();
    assertThat(
            ADULTS
                .of(bare(Tag.StudyDescription, "XR lumbar spine"), nothing, image)
                .contradiction())
        .isPresent();
  }

  @ParameterizedTest
  @CsvSource({
    "Homo sapiens, false",
    "HUMAN, false",
    "Mensch, false",
    "unknown, false",
    "N/A, false",
    "Canine, true",
    "Felis catus, true",
  })
  void tellsAnimalsFromHumans(String species, boolean animal) {
    assertThat(refused(bare(Tag.PatientSpeciesDescription, species))).isEqualTo(animal);
  }

  @Test
  void tellsAnAnimalByItsOwnerItsBreedOrItsNeutering() {
    assertThat(refused(bare(Tag.ResponsiblePersonRole, "OWNER"))).isTrue();
    assertThat(refused(bare(Tag.ResponsiblePersonRole, "PARENT"))).isFalse();
    assertThat(refused(bare(Tag.PatientBreedDescription, "Dachshund"))).isTrue();
    assertThat(refused(bare(Tag.PatientSexNeutered, "ALTERED"))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "AP, false",
    "PA, false",
    "LL, true",
    "RL, true",
    "RLO, true",
    "LAT, true",
    "LLD, false",
    "'', false",
  })
  void readsViewsAsDicomNamesThem(String position, boolean refused) {
    ScopeCheck frontal =
        ScopeCheck.of(
            new Scope(
                0,
                Scope.OLDEST,
                Set.of(SpineRegion.SPINE),
                Set.of(View.AP, View.PA),
                Set.of("DX"),
                Species.HUMAN,
                1));

    assertThat(frontal.of(bare(Tag.ViewPosition, position)).contradiction().isPresent())
        .isEqualTo(refused);
    DataSet lateral = DataSet.builder().put(Tag.CodeMeaning, "left lateral").build();
    assertThat(
            frontal
                .of(DataSet.builder().putItems(Tag.ViewCodeSequence, List.of(lateral)).build())
                .contradiction())
        .isPresent();
  }

  @Test
  void takesADigitisedFilmForARadiograph() {
    DataSet film =
        bare(Tag.ConversionType, "DF").toBuilder()
            .put(Tag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.7")
            .build();

    assertThat(refused(film)).isFalse();
  }
}
