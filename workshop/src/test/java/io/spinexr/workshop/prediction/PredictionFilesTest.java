package io.spinexr.workshop.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.LesionType;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.radiograph.ScopeCheck;
import io.spinexr.scope.Scope;
import io.spinexr.workshop.dataset.Defect;
import io.spinexr.workshop.dataset.Defect.Kind;
import io.spinexr.workshop.dataset.ImageSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictionFilesTest {
  @TempDir Path folder;

  private final List<Defect> defects = new ArrayList<>();

  private Path file(String text) {
    try {
      return Files.writeString(folder.resolve("file"), text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Map<String, List<Finding>> detections(String json) {
    return DetectionFile.read(
        file(json),
        LesionType.REFERENCE_LABELS,
        Map.of("a", new ImageSize(100, 200)),
        defects::add);
  }

  private void assertRefused(Runnable reading, String... parts) {
    assertThatThrownBy(reading::run)
        .isInstanceOf(ModelException.class)
        .message()
        .contains(parts)
        .contains(folder.resolve("file").toString());
  }

  @Test
  void probabilitiesComeBackToTheLastBit() {
    Path file = folder.resolve("preds.csv");
    Map<String, Double> members = Map.of("DenseNet,1", Math.nextUp(1.0 / 3));
    ImageDescription image = new ImageDescription(new ImageSize(1, 1), Map.of(), "");
    double probability = Math.nextDown(1.0);
    double raw = Math.nextUp(2.0 / 3);
    List<ImagePrediction> images =
        List.of(new ImagePrediction("a,b", "s", image, probability, members, List.of(), raw));
    ProbabilityFile.write(file, images, true);

    ProbabilityFile read = ProbabilityFile.read(file);

    assertThat(read.members()).containsExactly("DenseNet,1");
    assertThat(read.rows().get("a,b"))
        .isEqualTo(new ProbabilityFile.Row(2, probability, raw, members));
  }

  @Test
  void withoutACalibrationTheProbabilityIsTheClassifiersOwn() throws IOException {
    Path file = folder.resolve("preds.csv");
    ImageDescription image = new ImageDescription(new ImageSize(1, 1), Map.of(), "");
    ProbabilityFile.write(
        file,
        List.of(new ImagePrediction("a", "s", image, 0.25, Map.of("net", 0.5), List.of(), 0.25)),
        false);

    assertThat(file).hasContent("image_id,probability,net\na,0.25,0.5\n");
    assertThat(ProbabilityFile.read(file).rows().get("a").raw()).isEqualTo(0.25);
    assertRefusedRow("image_id,probability,raw_probability\na,0.5,\n", "line 2: raw_probability");
    assertRefusedRow("image_id,probability,Raw_Probability\na,0.5,2\n", "raw_probability must be");
  }

  @Test
  void readsProbabilitiesThatPandasWrote() {
    ProbabilityFile read =
        ProbabilityFile.read(
            file("\uFEFFUnnamed: 0;IMAGE_ID;Probability;Net\r\n0;a;0,25;1\r\n1;b;1e-3;0\r\n"));
    assertThat(read.members()).containsExactly("Net");
    assertThat(read.rows().get("a"))
        .isEqualTo(new ProbabilityFile.Row(2, 0.25, 0.25, Map.of("Net", 1.0)));
    assertThat(read.rows().get("b").probability()).isEqualTo(0.001);
  }

  @Test
  void refusesProbabilitiesThatAreNone() {
    String header = "image_id,probability,net\n";
    assertRefusedRow(header + "a,0.5,0.5\nb,1.01,0.5\n", "line 3: probability must be in [0,1]");
    assertRefusedRow(header + "a,-0.01,0.5\n", "line 2: probability must be in [0,1]");
    assertRefusedRow(header + "a,NaN,0.5\n", "line 2: probability must be a number");
    assertRefusedRow(header + "a,0.5,\n", "line 2: net must be a number");
    assertRefusedRow(header + "a,0.5,2\n", "line 2: net must be in [0,1]");
    assertRefusedRow(header + "a,0.5,0\na,0.5,0\n", "line 3: image a has a row in line 2 already");
    assertRefusedRow(header + ",0.5,0\n", "line 2: image_id is empty");
    assertRefusedRow(header + "a,0.5\n", "line 2: it does not have as many cells");
    assertRefusedRow("image_id,net\n", "line 1: the header must name the columns");
  }

  private void assertRefusedRow(String text, String message) {
    Path file = file(text);
    assertRefused(() -> ProbabilityFile.read(file), message);
  }

  @Test
  void readsTypesByNameOrIndexFromEitherField() {
    Map<String, List<Finding>> read =
        detections(
            """
            [{"image_id": "a", "category_id": 2, "bbox": [1, 2, 3, 4], "score": 0.5},
             {"image_id": "a", "category": "Spondylolysthesis", "bbox": [1, 2, 3, 4], "score": 1},
             {"image_id": "a", "category": 0, "bbox": [1, 2, 3, 4], "score": 0},
             {"image_id": 7, "category_id": "fracture", "bbox": [1, 2, 3, 4], "score": 0.5}]
            """);
    assertThat(read.get("a"))
        .extracting(Finding::type, Finding::score)
        .containsExactly(
            tuple(LesionType.SPONDYLOLISTHESIS, 0.5),
            tuple(LesionType.SPONDYLOLISTHESIS, 1.0),
            tuple(LesionType.OSTEOPHYTES, 0.0));
    assertThat(read.get("a").get(0).box()).isEqualTo(new BoundingBox(1, 2, 4, 6));
    assertThat(read.get("7")).extracting(Finding::type).containsExactly(LesionType.FRACTURE);
  }

  @Test
  void cutsDetectionsToTheirImageAndTellsIt() {
    Map<String, List<Finding>> read =
        detections(
            """
            [{"image_id": "a", "category": 0, "bbox": [-5, 190, 20, 20], "score": 0.5},
             {"image_id": "a", "category": 0, "bbox": [100, 10, 20, 20], "score": 0.5},
             {"image_id": "a", "category": 0, "bbox": [10, 10, 0, 20], "score": 0.5},
             {"image_id": "a", "category": 0, "bbox": [90, 10, 10.0000001, 20], "score": 0.5}]
            """);
    assertThat(read.get("a"))
        .extracting(Finding::box)
        .containsExactly(new BoundingBox(0, 190, 15, 200), new BoundingBox(90, 10, 100, 30));
    assertThat(defects)
        .extracting(Defect::kind, Defect::line)
        .containsExactly(
            tuple(Kind.CLIPPED_BOX, 1L), tuple(Kind.OUTSIDE_BOX, 2L), tuple(Kind.EMPTY_BOX, 3L));
  }

  @Test
  void refusesDetectionsThatAreNone() {
    String good = "{\"image_id\": \"a\", \"category\": 0, \"bbox\": [1, 2, 3, 4], \"score\": 0.5}";
    assertRefusedDetection(good.replace("0.5", "1.5"), "line 2: score must be in [0,1]");
    assertRefusedDetection(good.replace("0.5", "\"NaN\""), "line 2: score must be made of numbers");
    assertRefusedDetection(good.replace("[1, 2, 3, 4]", "[1, 2, 3]"), "line 2: bbox must be");
    assertRefusedDetection(good.replace("3, 4]", "3, 4, 5]"), "line 2: bbox must be [x, y, width");
    assertRefusedDetection(good.replace("3, 4]", "-3, 4]"), "line 2: bbox must be [x, y, width");
    assertRefusedDetection(good.replace("\"category\": 0", "\"category\": 7"), "line 2", "0 to 6");
    assertRefusedDetection(
        good.replace("\"category\": 0", "\"category\": \"Osteofites\""), "Osteofites", "none of");
    assertRefusedDetection(good.replace("\"category\": 0,", ""), "must be given");
    assertRefusedDetection(
        good.replace("\"category\": 0", "\"category\": 0, \"category_id\": 1"), "different types");
    assertRefusedDetection(good.replace("\"a\"", "null"), "line 2: image_id must be a text");
    assertRefused(() -> detections("[" + good), "cannot be read as JSON");
    assertRefused(() -> detections("{\"annotations\": []}"), "must be a JSON list of detections");
  }

  private void assertRefusedDetection(String entry, String... message) {
    assertRefused(() -> detections("[\n" + entry + "\n]"), message);
  }

  @Test
  void takesFromAHeaderOnlyWhatNamesNobody() {
    assertThat(attributes(builder().put(Tag.PatientAge, "059Y")))
        .isEqualTo(
            Map.of(
                Attribute.SEX, "female",
                Attribute.AGE_BAND, "40-59",
                Attribute.VIEW, "AP",
                Attribute.BODY_PART, "lumbar spine",
                Attribute.MANUFACTURER, "Rays & Sons",
                Attribute.PHOTOMETRIC_INTERPRETATION, "MONOCHROME1",
                Attribute.BIT_DEPTH, "12"));
    assertThat(List.of("017Y", "018Y", "039Y", "040Y", "060Y", "079Y", "080Y"))
        .extracting(age -> attributes(builder().put(Tag.PatientAge, age)).get(Attribute.AGE_BAND))
        .containsExactly("under 18", "18-39", "18-39", "40-59", "60-79", "60-79", "80 or more");
    assertThat(attributes(DataSet.builder())).isEmpty();
  }

  @Test
  void agesThatDisagreeAboutTheBandStateNone() {
    DataSet.Builder header =
        builder().put(Tag.PatientBirthDate, "19500101").put(Tag.StudyDate, "20200101");
    assertThat(attributes(header).get(Attribute.AGE_BAND)).isEqualTo("60-79");
    assertThat(attributes(header.put(Tag.PatientAge, "059Y")))
        .doesNotContainKey(Attribute.AGE_BAND);
  }

  private static DataSet.Builder builder() {
    return DataSet.builder()
        .put(Tag.PatientSex, "F")
        .put(Tag.ViewPosition, "AP")
        .put(Tag.BodyPartExamined, "LSPINE")
        .put(Tag.Manufacturer, "Rays  & Sons")
        .put(Tag.PhotometricInterpretation, "MONOCHROME1")
        .put(Tag.BitsStored, 12);
  }

  private static Map<Attribute, String> attributes(DataSet.Builder header) {
    DataSet dataSet = header.build();
    return Attribute.of(dataSet, ScopeCheck.of(Scope.DEFAULT).facts(dataSet));
  }
}
