package io.spinexr.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.spinexr.evaluation.calibration.CalibrationMap;
import io.spinexr.evaluation.calibration.Isotonic;
import io.spinexr.evaluation.calibration.Temperature;
import io.spinexr.finding.LesionType;
import io.spinexr.fusion.CertaintyScores;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.folder.DeclaredCalibration;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelFiles;
import io.spinexr.inference.folder.ModelSetFolder;
import io.spinexr.inference.folder.ModelSetManifest;
import io.spinexr.inference.folder.ModelSetManifest.Mean;
import io.spinexr.inference.folder.TinyModels;
import io.spinexr.inference.runtime.DeviceOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CalibratedSetTest {
  private static final GrayscaleImage IMAGE = TinyModels.noise(80, 50, 1);

  @TempDir private Path folder;

  @BeforeEach
  void writeSet() throws IOException {
    TinyModels.writeSet(folder, Mean.LOGIT);
  }

  private void set(String fields) throws IOException {
    Path file = folder.resolve(ModelFiles.SET_MANIFEST);
    Files.writeString(file, Files.readString(file).replaceFirst("\\{", "{" + fields + ","));
  }

  private Classification classified() {
    try (ModelRepository models = ModelRepository.open(folder, DeviceOptions.cpu())) {
      return models.classifier().classify(IMAGE);
    }
  }

  @Test
  void aSetWithoutCalibrationSaysWhatItsClassifiersSay() {
    ModelSetManifest manifest = ModelSetFolder.read(folder).manifest();
    assertThat(manifest.calibrationMap()).isEqualTo(new CalibrationMap.Unchanged());
    assertThat(manifest.lesionScores().stated()).isEmpty();
    Classification classification = classified();
    assertThat(classification.raw()).isEqualTo(classification.probability());
  }

  @Test
  void theEnsemblesProbabilityIsCalibratedAndItsMembersAreNot() throws IOException {
    Classification raw = classified();
    set("\"calibration\": {\"temperature\": 2}");

    Classification calibrated = classified();

    assertThat(calibrated.raw()).isEqualTo(raw.probability());
    assertThat(calibrated.perModel()).isEqualTo(raw.perModel());
    assertThat(calibrated.logit()).isCloseTo(raw.logit() / 2, within(1e-9));
    assertThat(calibrated.probability())
        .isCloseTo(1 / (1 + Math.exp(-raw.logit() / 2)), within(1e-9))
        .isNotEqualTo(raw.probability());
  }

  @Test
  void readsWhatItWrites() throws IOException {
    set(
        "\"calibration\": {\"isotonic\": [[0, 0.1], [0.5, 0.3], [1, 0.9]]},"
            + "\"scores\": {\"osteophytes\": {\"display\": 0.1, \"report\": 0.4}}");
    ModelSetManifest manifest = ModelSetFolder.read(folder).manifest();

    assertThat(manifest.calibrationMap())
        .isEqualTo(
            new Isotonic(
                List.of(
                    new Isotonic.Point(0, 0.1),
                    new Isotonic.Point(0.5, 0.3),
                    new Isotonic.Point(1, 0.9))));
    assertThat(manifest.lesionScores().stated())
        .isEqualTo(Map.of(LesionType.OSTEOPHYTES, new CertaintyScores(0.1, 0.4)));
    ModelFiles.write(folder, ModelFiles.SET_MANIFEST, manifest);
    assertThat(ModelSetFolder.read(folder).manifest()).isEqualTo(manifest);
    assertThat(DeclaredCalibration.of(manifest.calibrationMap())).isEqualTo(manifest.calibration());
    assertThat(DeclaredCalibration.of(new Temperature(1.5)))
        .isEqualTo(new DeclaredCalibration(1.5, null));
    assertThat(DeclaredCalibration.of(new CalibrationMap.Unchanged())).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'calibration': {} | must have temperature or isotonic",
        "'calibration': {'temperature': 1, 'isotonic': [[0, 0]]} | temperature or isotonic, not"
            + " both",
        "'calibration': {'temperature': 0} | above 0, but is 0",
        "'calibration': {'isotonic': []} | needs points",
        "'calibration': {'isotonic': [[0.5]]} | must be [probability, calibrated], but is [0.5]",
        "'calibration': {'isotonic': [[0.5, 0.6], [0.6, 0.5]]} | must rise",
        "'calibration': {'isotonic': [[0.5, 1.6]]} | calibrated must be in [0,1], but is 1.6",
        "'scores': {'osteophytes': {'display': 0.6, 'report': 0.5}} | display must be at most"
            + " report",
        "'scores': {'osteophytes': {'display': 0.6}} | need display and report",
        "'scores': {'osteophyte': {'display': 0.1, 'report': 0.5}} | names osteophyte, which is no",
        "'scores': {'fracture': {'display': 0.1, 'report': 0.5}} | of fracture, which its detector",
      })
  void refusesWhatItCannotMean(String fields, String message) throws IOException {
    set(fields.replace('\'', '"'));
    assertThatThrownBy(() -> ModelSetFolder.read(folder))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining(message);
  }
}
