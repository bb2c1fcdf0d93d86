package io.spinexr.workshop;

import static io.spinexr.workshop.WorkshopTest.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.spinexr.analysis.OutOfScope;
import io.spinexr.app.Outcome;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.VR;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.DicomReader;
import io.spinexr.dicom.file.DicomWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

/** On twelve phantoms in the layout of the data set, whole and damaged. */
class EvaluateCommandTest {
  private static final String MODELS = "../inference-tf/models/demo";

  @TempDir static Path shared;

  @TempDir Path folder;

  /** Whole, with its predictions; both are copied, never changed. */
  private static Path whole;

  private static Path predictions;

  private Path data;

  @BeforeAll
  static void predictTwelvePhantoms() throws IOException {
    Path phantoms = shared.resolve("phantoms");
    assertThat(run("phantom", "--count", 12, "--seed", 390, "--out", phantoms).status()).isZero();
    whole = shared.resolve("data");
    Files.createDirectories(whole.resolve("annotations"));
    Files.move(phantoms.resolve("images"), whole.resolve("test_images"));
    Files.move(phantoms.resolve("annotations.csv"), whole.resolve("annotations/test.csv"));
    Files.move(phantoms.resolve("meta.csv"), whole.resolve("test_meta.csv"));
    predictions = shared.resolve("predictions");
    assertThat(predict(whole, predictions).status()).isZero();
  }

  private static Outcome predict(Path data, Path out, Object... more) {
    List<Object> command =
        new ArrayList<>(List.of("predict", "--models", MODELS, "--dataset", data, "--out", out));
    command.addAll(List.of(more));
    return run(command.toArray());
  }

  private Path copy() throws IOException {
    data = folder.resolve("data");
    FileSystemUtils.copyRecursively(whole, data);
    return data;
  }

  private Outcome evaluate(Path out, Object... more) {
    List<Object> command =
        new ArrayList<>(List.of("evaluate", "--models", MODELS, "--dataset", data, "--out", out));
    command.addAll(List.of(more));
    return run(command.toArray());
  }

  private static Outcome evaluateStored(
      Path annotations, Path predicted, Path out, Object... more) {
    List<Object> command =
        new ArrayList<>(
            List.of(
                "evaluate",
                "--annotations",
                annotations,
                "--classification",
                predicted.resolve("preds.csv"),
                "--detections",
                predicted.resolve("detections.json"),
                "--out",
                out));
    command.addAll(List.of(more));
    return run(command.toArray());
  }

  private static JsonNode report(Path out) throws IOException {
    return new ObjectMapper().readTree(out.resolve("report.json").toFile());
  }

  private List<String> rows() throws IOException {
    return Files.readAllLines(data.resolve("annotations/test.csv"));
  }

  private void write(List<String> rows) throws IOException {
    Files.write(data.resolve("annotations/test.csv"), rows);
  }

  private static Path firstImage(Path images) throws IOException {
    try (Stream<Path> files = Files.list(images)) {
      return files.sorted().findFirst().orElseThrow();
    }
  }

  @Test
  void measuresStoredPredictionsAsThoseThatItMakes() throws IOException {
    copy();
    Outcome made = evaluate(folder.resolve("made"));
    Outcome stored =
        evaluateStored(data.resolve("annotations/test.csv"), predictions, folder.resolve("stored"));

    assertThat(made.status()).isZero();
    assertThat(made.out())
        .contains("12 images", "AUROC", "### Detection", "with the rule", "with the mirror rule")
        .doesNotContain("paper:");
    assertThat(stored.out()).isEqualTo(made.out());
    JsonNode report = report(folder.resolve("stored"));
    assertThat(report).isEqualTo(report(folder.resolve("made")));
    assertThat(report.at("/classification/auroc/value").asDouble()).isGreaterThan(0.9);
    assertThat(report.at("/ensemble/classification")).isEqualTo(report.at("/classification"));
    assertThat(report.at("/members/demo-classifier/classification/auroc"))
        .isEqualTo(report.at("/classification/auroc"));
    assertThat(report.at("/fused/inclusive/detection")).isEqualTo(report.at("/fused/detection"));
    for (String figure : List.of("auroc", "f1", "sensitivity", "specificity", "precision")) {
      for (String of : List.of("/mirrored", "/study")) {
        JsonNode measure = report.at(of + "/classification/" + figure);
        assertThat(measure.path("low").asDouble())
            .isPositive()
            .isLessThanOrEqualTo(measure.path("value").asDouble());
      }
    }
    assertThat(report.at("/predictions/origin/modelSet").asText()).isEqualTo("demo-2.0.0");
  }

  @Test
  void measuresImagesAndAnnotationsThatLieAnywhere() throws IOException {
    Outcome outcome =
        run(
            "evaluate",
            "--models",
            MODELS,
            "--images",
            whole.resolve("test_images"),
            "--annotations",
            whole.resolve("annotations/test.csv"));

    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).contains("12 images");
  }

  @Test
  void theReportOfStoredPredictionsHasPicturesIfImagesAreAtHand() throws IOException {
    Path annotations = whole.resolve("annotations/test.csv");
    Path with = folder.resolve("with");
    Path without = folder.resolve("without");

    // From a probability of 1 on, every abnormal image is a miss.
    evaluateStored(
        annotations, predictions, with, "--threshold", 1, "--images", whole.resolve("test_images"));
    evaluateStored(annotations, predictions, without, "--threshold", 1, "--models", MODELS);

    assertThat(Files.readString(with.resolve("report.html")))
        .contains("href=\"data:image/jpeg;base64,", "keep this page as you keep these")
        .doesNotContain("image not at hand");
    assertThat(Files.readString(without.resolve("report.html")))
        .contains("image not at hand")
        .doesNotContain("data:image/jpeg", "keep this page");
    assertThat(Files.readString(without.resolve("model-card.md")))
        .contains("# Model card: demo-2.0.0", "22400 hard phantoms", "Not stated; to be added.");
  }

  @Test
  void theModelCardOfAnotherModelDoesNotDescribeTheDemoModels() throws IOException {
    Path foreign = Files.createDirectories(folder.resolve("foreign"));
    for (String file : List.of("preds.csv", "detections.json")) {
      Files.copy(predictions.resolve(file), foreign.resolve(file));
    }

    evaluateStored(whole.resolve("annotations/test.csv"), foreign, foreign);

    assertThat(Files.readString(foreign.resolve("model-card.md")))
        .contains("# Model card: predictions of an unknown model")
        .doesNotContain("demo", "48000");
  }

  @Test
  void doubledRowsAndBoxesOutsideChangeNoFigure() throws IOException {
    copy();
    List<String> rows = rows();
    String lesion = rows.stream().filter(row -> row.matches(".*[0-9]")).findFirst().orElseThrow();
    String[] cells = lesion.split(",");
    List<String> damaged = new ArrayList<>(rows);
    damaged.addAll(rows.subList(1, rows.size()));
    damaged.add(String.join(",", Arrays.copyOf(cells, 5)) + ",90000,90000,90010,90010");
    damaged.add(String.join(",", Arrays.copyOf(cells, 5)) + ",20,20,20,30");
    damaged.add(String.join(",", Arrays.copyOf(cells, 4)) + ",Osteofites,20,20,30,30");
    write(damaged);

    Outcome outcome = evaluateStored(data.resolve("annotations/test.csv"), predictions, folder);

    assertThat(outcome.status()).isZero();
    JsonNode report = report(folder);
    Path asWas = folder.resolve("as-was");
    evaluateStored(whole.resolve("annotations/test.csv"), predictions, asWas);
    assertThat(report.at("/detection")).isEqualTo(report(asWas).at("/detection"));
    assertThat(report.at("/classification")).isEqualTo(report(asWas).at("/classification"));
    assertThat(report.at("/defects/duplicate-row").asInt()).isEqualTo(rows.size() - 1);
    assertThat(report.at("/defects/outside-box").asInt()).isEqualTo(1);
    assertThat(report.at("/defects/empty-box").asInt()).isEqualTo(1);
    assertThat(report.at("/defects/unknown-type").asInt()).isEqualTo(1);
    assertThat(outcome.out())
        .contains("### Defects", "test.csv line " + (rows.size() + 1) + ": image ", "and ");
    assertThat(Files.readAllLines(folder.resolve("defects.csv"))).hasSize(rows.size() + 3);
  }

  @Test
  void leavesOutWhatIsMissingDamagedOrContradictory() throws IOException {
    copy();
    List<String> rows = new ArrayList<>(rows());
    String normal =
        rows.stream().filter(row -> row.contains("No finding")).findFirst().orElseThrow();
    String normalId = normal.split(",")[2];
    rows.add(normal.replace("No finding,,,,", "Osteophytes,1,1,20,20"));
    write(rows);
    List<Path> images;
    try (Stream<Path> files = Files.list(data.resolve("test_images"))) {
      images = files.filter(file -> !file.toString().contains(normalId)).sorted().toList();
    }
    Files.delete(images.get(0));
    Files.write(images.get(1), Arrays.copyOf(Files.readAllBytes(images.get(1)), 900));
    Files.copy(images.get(2), images.get(2).resolveSibling("stranger.dcm"));
    Files.copy(images.get(1), Path.of(images.get(2).toString().replace(".dicom", ".dcm")));

    Outcome outcome = evaluate(folder.resolve("out"));

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out()).contains("9 images", "3 annotated images are left out.");
    assertThat(outcome.err())
        .contains("not analysable: there is no such file", "2 of 12 images are left out");
    JsonNode defects = report(folder.resolve("out")).path("defects");
    assertThat(defects.path("contradiction").asInt()).isEqualTo(1);
    assertThat(defects.path("unpredicted-image").asInt()).isEqualTo(2);
    assertThat(defects.path("unannotated-image").asInt()).isEqualTo(1);
    assertThat(defects.path("several-files").asInt()).isEqualTo(1);
    assertThat(Files.readString(folder.resolve("out/defects.csv")))
        .contains("there is no such file", "stranger");
  }

  @Test
  void tellsStudiesThatAreInBothSplitsAndSizesThatDiffer() throws IOException {
    copy();
    Files.write(
        data.resolve("annotations/train.csv"),
        List.of(rows().get(0), rows().get(1).replaceFirst(",[^,]+,[^,]+,", ",x,another,")));
    Files.copy(firstImage(data.resolve("test_images")), data.resolve("test_images/another.dicom"));
    Path meta = data.resolve("test_meta.csv");
    List<String> sizes = new ArrayList<>(Files.readAllLines(meta));
    sizes.set(1, sizes.get(1).split(",")[0] + ",10,10");
    Files.write(meta, sizes);

    Outcome outcome = evaluate(folder.resolve("out"));

    assertThat(outcome.status()).isZero();
    JsonNode defects = report(folder.resolve("out")).path("defects");
    assertThat(defects.path("both-splits").asInt()).isEqualTo(1);
    assertThat(defects.path("other-size").asInt()).isEqualTo(1);
    assertThat(defects.path("unannotated-image").asInt()).isZero();
    assertThat(outcome.out()).contains("is in train.csv, too", "it is said to have 10 x 10 pixels");
  }

  @Test
  void countsAndListsWhatItRefuses() throws IOException {
    copy();
    Path first = firstImage(data.resolve("test_images"));
    DicomFile child = OutOfScope.CHILD.of(DicomReader.read(first));
    try (OutputStream out = Files.newOutputStream(first)) {
      DicomWriter.write(child, out);
    }

    Outcome refusing = evaluate(folder.resolve("refusing"));
    Outcome ignoring = evaluate(folder.resolve("ignoring"), "--ignore-scope");

    assertThat(refusing.status()).isEqualTo(1);
    assertThat(refusing.out()).contains("11 images");
    assertThat(refusing.err())
        .contains(
            "is left out: outside what the AI is made for: the patient was younger than 18 years",
            "1 of 12 images are left out");
    assertThat(ignoring.status()).isZero();
    assertThat(ignoring.out()).contains("12 images");
  }

  @Test
  void leavesOutWhatDoesNotLookLikeASpine() throws IOException {
    copy();
    Path first = firstImage(data.resolve("test_images"));
    DicomFile spine = DicomReader.read(first);
    byte[] noise = new byte[spine.dataSet().bytes(Tag.PixelData).orElseThrow().remaining()];
    new Random(1).nextBytes(noise);
    try (OutputStream out = Files.newOutputStream(first)) {
      DicomWriter.write(
          new DicomFile(
              spine.transferSyntaxUid(),
              spine.dataSet().toBuilder()
                  .putBytes(Tag.PixelData, VR.OW, ByteBuffer.wrap(noise))
                  .build()),
          out);
    }

    Outcome outcome = evaluate(folder.resolve("out"));

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out()).contains("11 images");
    assertThat(outcome.err())
        .contains(
            "is left out: outside what the AI is made for: it does not look like a radiograph of"
                + " the spine (probability ",
            "1 of 12 images are left out");
  }

  @Test
  void rareTypesCountAsOtherLesionsOrNotAtAll() throws IOException {
    copy();
    List<String> rows = new ArrayList<>(rows());
    rows.add(
        rows.stream()
            .filter(row -> row.matches(".*[0-9]"))
            .findFirst()
            .orElseThrow()
            .replaceFirst("(([^,]+,){4}).*", "$1Fracture,1,1,40,40"));
    write(rows);

    Path annotations = data.resolve("annotations/test.csv");
    Path ignored = folder.resolve("ignored");
    Path other = folder.resolve("other");
    evaluateStored(annotations, predictions, ignored);
    Outcome counted =
        evaluateStored(
            annotations, predictions, other, "--rare-types", "other", "--threshold", "0.5");

    assertThat(report(ignored).path("rareTypes").asText()).isEqualTo("ignore");
    assertThat(report(ignored).at("/detection/ap50").has("other-lesions")).isFalse();
    assertThat(report(other).path("rareTypes").asText()).isEqualTo("other");
    assertThat(report(other).at("/detection/ap50/other-lesions/value").asDouble(-1)).isZero();
    assertThat(report(other).path("threshold").asDouble()).isEqualTo(0.5);
    assertThat(counted.out())
        .contains("c* = 0.5000, given by --threshold", "count as other lesions, as in the paper");
  }

  @Test
  void opensNoNetworkForStoredPredictions() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load",
                "-cp",
                System.getProperty("java.class.path"),
                "io.spinexr.workshop.Workshop",
                "evaluate",
                "--annotations",
                whole.resolve("annotations/test.csv").toString(),
                "--classification",
                predictions.resolve("preds.csv").toString(),
                "--detections",
                predictions.resolve("detections.json").toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output)
        .contains("12 images", "io.spinexr.workshop.report.ReportTables ")
        .doesNotContain("org.tensorflow.TensorFlow ", "org.bytedeco.javacpp.Loader ");
  }

  @Test
  void anInterruptedRunGoesOnAndGivesTheSameFiles() throws IOException {
    Path out = folder.resolve("out");
    Files.createDirectories(out);
    List<String> journal = Files.readAllLines(predictions.resolve("predictions.journal"));
    Files.write(out.resolve("predictions.journal"), journal.subList(0, 8));
    Files.writeString(
        out.resolve("predictions.journal"),
        journal.get(8).substring(0, 50),
        StandardOpenOption.APPEND);

    Outcome resumed = predict(whole, out, "--workers", 1);

    assertThat(resumed.status()).isZero();
    assertThat(resumed.err()).contains("8/12", "12/12", "images/s").doesNotContain(" 7/12");
    for (String file : List.of("preds.csv", "detections.json", "images.csv", "predictions.json")) {
      assertThat(out.resolve(file)).hasSameTextualContentAs(predictions.resolve(file));
    }
  }

  @Test
  void anotherDataSetDoesNotGoOnWithTheSameRun() throws IOException {
    copy();
    Path out = folder.resolve("out");
    FileSystemUtils.copyRecursively(predictions, out);
    Files.delete(firstImage(data.resolve("test_images")));

    Outcome outcome = predict(data, out);

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err())
        .contains("predictions.journal is of other images; give another --out, or remove it");
  }

  @Test
  void whatIsKeptNamesNoPatient() throws IOException {
    String kept = "";
    try (Stream<Path> files = Files.list(predictions)) {
      for (Path file : files.toList()) {
        kept += Files.readString(file);
      }
    }
    assertThat(kept)
        .contains("female", "lumbar spine", "lateral", "MONOCHROME", "60-79")
        .doesNotContainPattern("(?i)PHANTOM-[0-9M]|Phantom(sen|ini|ova|ez|yan|ura)");
  }

  @Test
  void saysWhatStoredPredictionsNeed() {
    assertThat(run("evaluate", "--classification", "x.csv").err())
        .contains("Stored predictions need --annotations, --classification and --detections");
    assertThat(run("evaluate", "--annotations", "x.csv").err())
        .contains("Give either --dataset or both --images and --annotations");
    assertThat(run("predict", "--dataset", folder, "--out", folder).err())
        .contains("there is no " + folder.resolve("annotations/test.csv"));
  }
}
