package io.spinexr.study;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExaminationTextTest {
  @ParameterizedTest
  @EnumSource
  void listsWordsAsFoldedTextsHaveThem(Word.Kind kind) {
    assertThat(Word.all(kind))
        .isNotEmpty()
        .doesNotHaveDuplicates()
        .allSatisfy(
            word -> {
              assertThat(word.part()).matches("[a-z0-9^ ]+").doesNotContain("  ");
              assertThat(word.segments()).matches("[CTLS]*");
            });
  }

  @ParameterizedTest
  @CsvSource({
    "X-ray of the lumbar spine, true, true, false",
    "LWS 2 Ebenen, true, true, false",
    "Lumbar physiotherapy AP, true, false, false",
    "no x-ray of the lumbar spine, true, false, false",
    "MRT LWS, true, false, true",
    "Chest X-ray; scoliosis, false, true, false",
    "Chest and thoracic spine X-ray, true, true, false",
    "X-ray of a cervical rib, false, true, false",
    "'', false, false, false",
  })
  void tellsSpineRadiographAndOtherExaminations(
      String text, boolean spine, boolean radiograph, boolean other) {
    ExaminationText examination = ExaminationText.of(text);

    assertThat(examination.namesSpine()).isEqualTo(spine);
    assertThat(examination.namesRadiograph()).isEqualTo(radiograph);
    assertThat(examination.namesOther()).isEqualTo(other);
  }

  @ParameterizedTest
  @ValueSource(strings = {"EOS", "T/L spine", "HWS, BWS und LWS", "Whole spine"})
  void knowsShorthands(String text) {
    assertThat(ExaminationText.of(text).isShorthand()).isTrue();
    assertThat(ExaminationText.of(text + " rehabilitation").isShorthand()).isFalse();
  }

  @Test
  void namesAnotherPartOfTheBodyOnlyWhereItDoes() {
    assertThat(ExaminationText.of("X-ray of scoliosis").namesElsewhere()).isFalse();
    assertThat(ExaminationText.of("X-ray of the knee").namesElsewhere()).isTrue();
  }

  @Test
  void foldsCompositionsFullWidthAndCase() {
    for (String text : new String[] {"RO\u0308NTGEN", "R\u00D6ntgen", "\uFF32ontgen"}) {
      assertThat(ExaminationText.of(text).namesRadiograph()).isTrue();
    }
  }
}
