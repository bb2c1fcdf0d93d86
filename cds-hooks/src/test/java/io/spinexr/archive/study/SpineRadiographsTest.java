package io.spinexr.archive.study;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.service.Node;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpineRadiographsTest {
  private final SpineRadiographs radiographs =
      new SpineRadiographs(Node.defaults(RadiographProperties.class));

  @ParameterizedTest
  @CsvSource({
    "DX, LSPINE, '', '', true",
    "CR, L-Spine, '', '', true",
    "DX, Cervical spine, '', '', true",
    "RF, TLSPINE, '', '', true",
    "DR, LWS, '', '', true",
    "CT, LSPINE, '', '', false",
    "SR, LSPINE, '', '', false",
    "DX, CHEST, Thorax p.a., Chest, false",
    "DX, CHEST, C-Spine lateral, '', true", // a device's wrong default
    "DX, CHEST, '', XR lumbar spine, false",
    "DX, '', '', XR lumbar spine, true",
    "DX, '', HWS seitlich, '', true",
    "DX, '', Wirbelsäule, '', true",
    "DX, '', Rachis lombaire face, '', true",
    "DX, '', Columna dorsal AP, '', true",
    "DX, '', RACHIDE LOMBOSACRALE, '', true",
    "DX, '', Coluna cervical, '', true",
    "DX, '', Cột sống thắt lưng, '', true",
    "DX, '', CSPINELAT, '', true",
    "DX, '', Sacrum and coccyx, '', true",
    "DX, '', Sacroiliac joints, '', false",
    "DX, '', Cervical rib, '', false",
    "DX, '', Knee AP, Knee, false",
    "DX, '', '', '', false",
  })
  void tellsTheSpineByBodyPartElseByDescription(
      String modality, String bodyPart, String series, String study, boolean spine) {
    DataSet studyAttributes = DataSet.builder().put(Tag.StudyDescription, study).build();
    DataSet seriesAttributes =
        DataSet.builder()
            .put(Tag.Modality, modality)
            .put(Tag.BodyPartExamined, bodyPart)
            .put(Tag.SeriesDescription, series)
            .build();

    assertThat(radiographs.contains(studyAttributes, seriesAttributes)).isEqualTo(spine);
  }

  @Test
  void tellsTheSpineByProcedureCode() {
    for (String value : List.of("72100", "37341-5", "BR09ZZZ", "840361000")) {
      DataSet code = DataSet.builder().put(Tag.CodeValue, value).build();
      DataSet study = DataSet.builder().putItems(Tag.ProcedureCodeSequence, List.of(code)).build();

      assertThat(radiographs.contains(study, DataSet.builder().put(Tag.Modality, "DX").build()))
          .isTrue();
    }
  }

  @Test
  void takesWhatASiteAddsBesideTheBuiltInWordsAndCodes() {
    SpineRadiographs site =
        new SpineRadiographs(
            new RadiographProperties(
                List.of("DX"),
                List.of(),
                Optional.of(Pattern.compile("\\bryg\\b")),
                List.of("RYG1")));
    DataSet code = DataSet.builder().put(Tag.CodeValue, "RYG1").build();
    DataSet study = DataSet.builder().putItems(Tag.ProcedureCodeSequence, List.of(code)).build();
    DataSet none = DataSet.builder().build();
    DataSet series = DataSet.builder().put(Tag.Modality, "DX").build();

    assertThat(site.contains(study, series)).isTrue();
    assertThat(radiographs.contains(study, series)).isFalse();
    for (String description : List.of("RYG sidebillede", "LWS ap")) {
      assertThat(
              site.contains(
                  none,
                  DataSet.builder()
                      .put(Tag.Modality, "DX")
                      .put(Tag.SeriesDescription, description)
                      .build()))
          .isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.2.840.10008.5.1.4.1.1.11.1", // presentation state
        "1.2.840.10008.5.1.4.1.1.88.22", // structured report
        "1.2.840.10008.5.1.4.1.1.88.59", // key objects
        "1.2.840.10008.5.1.4.1.1.104.1", // PDF
      })
  void skipsWhatHasNoImage(String sopClass) {
    assertThat(radiographs.mayBeImage(Optional.of(sopClass))).isFalse();
  }

  @Test
  void takesRadiographsForImages() {
    assertThat(radiographs.mayBeImage(Optional.of("1.2.840.10008.5.1.4.1.1.1"))).isTrue();
    assertThat(radiographs.mayBeImage(Optional.of("1.2.840.10008.5.1.4.1.1.1.1"))).isTrue();
    assertThat(radiographs.mayBeImage(Optional.empty())).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"WSD, true", "SI, true", "DI, false", "DF, false"})
  void tellsScreenCapturesFromDigitisedFilms(String conversion, boolean other) {
    DataSet image =
        DataSet.builder()
            .put(Tag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.7")
            .put(Tag.ConversionType, conversion)
            .build();

    assertThat(radiographs.isOtherCapture(image)).isEqualTo(other);
  }
}
