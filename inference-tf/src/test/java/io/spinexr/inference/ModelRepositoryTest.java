package io.spinexr.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import io.spinexr.finding.Finding;
import io.spinexr.finding.Labelling;
import io.spinexr.fusion.DecisionRule;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.image.Preprocessing;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelFiles;
import io.spinexr.inference.folder.ModelSetManifest;
import io.spinexr.inference.folder.ModelSetManifest.Mean;
import io.spinexr.inference.folder.TinyModels;
import io.spinexr.inference.layer.SavedModelExport;
import io.spinexr.inference.runtime.DeviceOptions;
import io.spinexr.scope.Scope;
import io.spinexr.scope.Species;
import io.spinexr.scope.View;
import io.spinexr.study.SpineRegion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

class ModelRepositoryTest {
  @TempDir private Path folder;

  @BeforeEach
  void writeModels() throws IOException {
    TinyModels.writeSet(folder, Mean.LOGIT);
  }

  @Test
  void namesItsModelsWithHashes() {
    try (ModelRepository models = open()) {
      assertThat(models.modelSet().id()).isEqualTo("tiny-1");
      assertThat(models.modelSet().models())
          .extracting("name")
          .containsExactly("tiny-a", "tiny-b", "tiny-detector");
      assertThat(models.modelSet().models()).extracting("sha256").doesNotHaveDuplicates();
      assertThat(models.decisionRule().threshold()).isEqualTo(0.4);
    }
  }

  @Test
  void takesTheDecisionRuleFromTheSet() throws IOException {
    rule("");
    try (ModelRepository models = open()) {
      assertThat(models.decisionRule()).isEqualTo(DecisionRule.reference(0.4));
    }
    rule("\"keepScore\": 0.3, \"boundary\": \"exclusive\",");
    try (ModelRepository models = open()) {
      assertThat(models.decisionRule())
          .isEqualTo(new DecisionRule(0.4, 0.3, DecisionRule.Boundary.EXCLUSIVE));
    }
  }

  @Test
  void refusesADecisionRuleThatIsNone() throws IOException {
    rule("\"keepScore\": 1.3,");
    refused("keepScore must be in [0,1], but is 1.3; ");
    rule("\"boundary\": \"sharp\",");
    refused("[inclusive, exclusive]");
  }

  private void rule(String fields) throws IOException {
    Files.writeString(
        folder.resolve(ModelFiles.SET_MANIFEST),
        """
        {"name": "tiny", "version": "1", "classifiers": ["a", "b"], "mean": "logit",
         "threshold": 0.4, %s "detector": "detector"}
        """
            .formatted(fields));
  }

  @Test
  void writesTheDecisionRuleAsItReadsIt() throws IOException {
    ModelFiles.write(
        folder,
        ModelFiles.SET_MANIFEST,
        new ModelSetManifest(
            "tiny",
            "1",
            List.of("a"),
            Mean.LOGIT,
            0.4,
            0.3,
            DecisionRule.Boundary.EXCLUSIVE,
            "d",
            null,
            null,
            null,
            null,
            null,
            null,
            null));
    assertThat(Files.readString(folder.resolve(ModelFiles.SET_MANIFEST)))
        .contains("\"keepScore\" : 0.3", "\"boundary\" : \"exclusive\"");
  }

  @Test
  void theHashIsSha256sumsOverEveryFile() throws Exception {
    Process sha256sum =
        new ProcessBuilder(
                "sh",
                "-c",
                "find . -type f | cut -c3- | LC_ALL=C sort | xargs sha256sum | sha256sum")
            .directory(folder.resolve("detector").toFile())
            .start();
    String expected =
        new String(sha256sum.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .substring(0, 64);
    assertThat(hashOfDetector()).isEqualTo(expected);
  }

  @Test
  void aModelWhoseOutputsMeanSomethingElseHasAnotherHash() throws IOException {
    String hash = hashOfDetector();
    Path manifest = folder.resolve("detector/model.json");
    String json = Files.readString(manifest);
    Files.writeString(
        manifest,
        json.replace("vertebral-collapse", "x")
            .replace("osteophytes", "vertebral-collapse")
            .replace("\"x\"", "\"osteophytes\""));
    assertThat(hashOfDetector()).isNotEqualTo(hash);
  }

  private String hashOfDetector() {
    try (ModelRepository models = open()) {
      return models.modelSet().models().get(2).sha256();
    }
  }

  @Test
  void checksFilesBehindLinks() throws IOException {
    Path variables = folder.resolve("a/variables");
    Path elsewhere = Files.move(variables, folder.resolve("elsewhere"));
    Files.createSymbolicLink(variables, elsewhere);
    open().close();
    Files.write(elsewhere.resolve("variables.index"), new byte[] {0}, StandardOpenOption.APPEND);
    refused("holds a changed or damaged file (SHA-256 differs), variables/variables.index; ");
  }

  @Test
  void averagesLogitsOrProbabilitiesOfTheMembers() {
    GrayscaleImage image = TinyModels.noise(80, 50, 1);
    Classification byLogit;
    try (ModelRepository models = open()) {
      byLogit = models.classifier().classify(image);
    }
    double a = byLogit.perModel().get("tiny-a");
    double b = byLogit.perModel().get("tiny-b");
    assertThat(a).isNotEqualTo(b);
    double logit = (Math.log(a / (1 - a)) + Math.log(b / (1 - b))) / 2;
    assertThat(byLogit.logit()).isCloseTo(logit, offset(1e-9));
    assertThat(byLogit.probability()).isCloseTo(1 / (1 + Math.exp(-logit)), offset(1e-9));

    ModelSetManifest manifest =
        new ModelSetManifest(
            "tiny",
            "2",
            List.of("a", "b"),
            Mean.PROBABILITY,
            0.4,
            null,
            null,
            "detector",
            null,
            null,
            null,
            null,
            null,
            null,
            null);
    ModelFiles.write(folder, ModelFiles.SET_MANIFEST, manifest);
    try (ModelRepository models = open()) {
      assertThat(models.classifier().classify(image).probability())
          .isCloseTo((a + b) / 2, offset(1e-9));
    }
  }

  @Test
  void aCertainMemberCountsAsOneInAMillionFromCertainty() {
    // Reference: inverse sigmoid of probabilities clipped to [1e-6, 1 - 1e-6].
    assertThat(Classifier.logit(1)).isCloseTo(13.815509557963774, offset(1e-9));
    assertThat(Classifier.logit(0)).isCloseTo(-13.815509557963774, offset(1e-9));
  }

  @Test
  void boxesLieInsideTheOriginalImage() {
    try (ModelRepository models = open()) {
      for (GrayscaleImage image :
          List.of(TinyModels.noise(300, 200, 1), TinyModels.noise(41, 400, 2))) {
        List<Finding> findings = models.detector().detect(image);
        assertThat(findings).isNotEmpty();
        assertThat(findings)
            .allSatisfy(
                finding -> {
                  assertThat(finding.box().xMax()).isLessThanOrEqualTo(image.width());
                  assertThat(finding.box().yMax()).isLessThanOrEqualTo(image.height());
                  assertThat(finding.box().area()).isPositive();
                });
        assertThat(findings).extracting(finding -> -finding.score()).isSorted();
        // Some box must use the lower right half: boxes were scaled back to the original.
        assertThat(findings)
            .anySatisfy(
                finding -> assertThat(finding.box().yMax()).isGreaterThan(image.height() / 2.0));
      }
    }
  }

  @Test
  void severalThreadsGetTheSameAnswers() throws Exception {
    List<GrayscaleImage> images = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      images.add(TinyModels.noise(90 + 10 * i, 70, i));
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (ModelRepository models = open()) {
      List<Answer> alone = new ArrayList<>();
      List<Callable<Answer>> tasks = new ArrayList<>();
      for (GrayscaleImage image : images) {
        alone.add(answer(models, image));
        tasks.add(() -> answer(models, image));
        tasks.add(() -> answer(models, image));
      }
      List<Future<Answer>> together = threads.invokeAll(tasks);
      for (int i = 0; i < together.size(); i++) {
        Answer expected = alone.get(i / 2);
        Answer actual = together.get(i).get();
        assertThat(actual.findings()).isEqualTo(expected.findings());
        // Batches round differently.
        assertThat(actual.classification().logit())
            .isCloseTo(expected.classification().logit(), offset(1e-5));
      }
    } finally {
      threads.shutdown();
    }
  }

  private record Answer(Classification classification, List<Finding> findings) {}

  private static Answer answer(ModelRepository models, GrayscaleImage image) {
    return new Answer(models.classifier().classify(image), models.detector().detect(image));
  }

  @Test
  void aClosedModelRefuses() {
    ModelRepository models = open();
    Classifier classifier = models.classifier();
    models.close();
    assertThatThrownBy(() -> classifier.classify(TinyModels.noise(9, 9, 1)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("is closed");
  }

  @Test
  void saysWhichFolderHasNoManifest() throws IOException {
    Files.delete(folder.resolve("b/model.json"));
    refused("model folder " + folder.resolve("b") + " has no model.json; ");
  }

  @Test
  void saysThatASetIsMissing() {
    assertThatThrownBy(() -> ModelRepository.open(folder.resolve("none"), DeviceOptions.cpu()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(folder.resolve("none") + " has no model-set.json; ");
  }

  @Test
  void saysWhichFileIsMissing() throws IOException {
    Files.delete(folder.resolve("a/variables/variables.index"));
    refused(folder.resolve("a") + " lacks the file variables/variables.index; ");
  }

  @Test
  void saysWhichFileWasChanged() throws IOException {
    Files.write(
        folder.resolve("detector/saved_model.pb"), new byte[] {0}, StandardOpenOption.APPEND);
    refused(folder.resolve("detector") + " holds a changed or damaged file");
    refused("saved_model.pb");
  }

  @Test
  void refusesFilesThatNobodyVouchedFor() throws IOException {
    Files.write(folder.resolve("a/variables/extra"), new byte[] {0});
    refused("does not list, variables/extra; ");
  }

  @Test
  void saysWhyAManifestIsUnusable() throws IOException {
    Path manifest = folder.resolve("detector/model.json");
    String json = Files.readString(manifest);
    Files.writeString(manifest, json.replace("vertebral-collapse", "spine-collapse"));
    refused("label \"spine-collapse\" is no lesion type; ");
    Files.writeString(manifest, json.replace("vertebral-collapse", "osteophytes"));
    refused("must be different lesion types");
    Files.writeString(manifest, json.replace("\"maxDetections\" : 20", "\"maxDetections\" : -3"));
    refused("maxDetections must be at least 1, but is -3");
    Files.writeString(manifest, json.replace("\"version\"", "\"verzion\" : \"1\", \"version\""));
    refused("verzion");
    Files.writeString(manifest, "nonsense");
    refused("model.json in " + folder.resolve("detector") + " is not usable: ");
  }

  @Test
  void takesThePreprocessingFromItsMembers() throws IOException {
    try (ModelRepository models = open()) {
      assertThat(models.preprocessing()).isEqualTo(Preprocessing.REFERENCE);
    }
    prepared("a", "\"preprocessing\": \"reference\",");
    try (ModelRepository models = open()) {
      assertThat(models.preprocessing()).isEqualTo(Preprocessing.REFERENCE);
    }
    for (String member : List.of("a", "b", "detector")) {
      prepared(member, "\"preprocessing\": \"standard\", \"percentileClipping\": [0.5, 99],");
    }
    try (ModelRepository models = open()) {
      assertThat(models.preprocessing()).isEqualTo(new Preprocessing.Standard(0.5, 99));
    }
  }

  @Test
  void refusesMembersThatWantImagesPreparedDifferently() throws IOException {
    prepared("b", "\"preprocessing\": \"standard\",");
    refused("tiny-a: reference; tiny-b: standard; tiny-detector: reference");
    prepared("b", "\"preprocessing\": \"raw\",");
    refused("preprocessing must be reference or standard, but is raw");
    prepared("b", "\"percentileClipping\": [1, 99],");
    refused("percentileClipping needs the preprocessing standard");
    prepared("b", "\"preprocessing\": \"standard\", \"percentileClipping\": [99, 1],");
    refused("percentileClipping must be two rising percentages from 0 to 100, but is [99.0, 1.0]");
    prepared("b", "\"preprocessing\": \"standard\", \"percentileClipping\": [1],");
    refused("percentileClipping must be two rising percentages, but is [1.0]");
  }

  private void prepared(String member, String fields) throws IOException {
    Path manifest = folder.resolve(member).resolve("model.json");
    String bare =
        Files.readString(manifest)
            .replaceAll("\"(preprocessing|percentileClipping)\" ?: ?(\"\\w+\"|\\[.*?]),", "");
    Files.writeString(manifest, bare.replaceFirst("\\{", "{" + fields));
  }

  @Test
  void refusesAModelOfAnotherTask() {
    ModelFiles.write(
        folder,
        ModelFiles.SET_MANIFEST,
        new ModelSetManifest(
            "tiny",
            "1",
            List.of("detector"),
            Mean.LOGIT,
            0.4,
            null,
            null,
            "a",
            null,
            null,
            null,
            null,
            null,
            null,
            null));
    refused(folder.resolve("detector").toString());
  }

  @Test
  void aSetThatDeclaresNothingIsForAdultsSpinesAndForResearch() throws IOException {
    assertThat(Files.readString(folder.resolve(ModelFiles.SET_MANIFEST)))
        .doesNotContain("scope", "regulatory", "intendedUse");
    try (ModelRepository models = open()) {
      assertThat(models.scope()).isEqualTo(Scope.DEFAULT);
      assertThat(models.modelSet().labelling()).isEqualTo(Labelling.NONE);
    }
  }

  @Test
  void readsWhatASetIsMadeForAndMayBeUsedFor() throws IOException {
    declare(
        """
        "scope": {"minimumAge": 2, "maximumAge": 17, "regions": ["lumbar"], "views": ["ap", "pa"],
          "modalities": ["DX"], "species": "human", "minimumSize": 256},
        "regulatory": {"status": "cleared", "udi": "04012345678901"},
        "intendedUse": "Lumbar spines of children, beside a radiologist."
        """);
    try (ModelRepository models = open()) {
      assertThat(models.scope())
          .isEqualTo(
              new Scope(
                  2,
                  17,
                  Set.of(SpineRegion.LUMBAR),
                  Set.of(View.AP, View.PA),
                  Set.of("DX"),
                  Species.HUMAN,
                  256));
      assertThat(models.modelSet().labelling())
          .isEqualTo(
              new Labelling(
                  Labelling.Status.CLEARED,
                  Optional.of("04012345678901"),
                  Optional.of("Lumbar spines of children, beside a radiologist.")));
      assertThat(models.set().modelCards().values())
          .allMatch(card -> card.contains("cleared as a medical device, UDI 04012345678901"))
          .allMatch(card -> card.contains("Lumbar spines of children"));
    }
  }

  @Test
  void whatAScopeLeavesOutIsAsInThatOfASetWithoutOne() throws IOException {
    declare("\"scope\": {\"minimumAge\": 60}");
    try (ModelRepository models = open()) {
      Scope rest = Scope.DEFAULT;
      assertThat(models.scope())
          .isEqualTo(
              new Scope(
                  60,
                  rest.maximumAge(),
                  rest.regions(),
                  rest.views(),
                  rest.modalities(),
                  rest.species(),
                  rest.minimumSize()));
    }
  }

  @Test
  void refusesADeclarationThatSaysNothingClear() throws IOException {
    String before = Files.readString(folder.resolve(ModelFiles.SET_MANIFEST));
    for (Map.Entry<String, String> wrong :
        Map.of(
                "\"scope\": {\"views\": [\"skew\"]}",
                "views of the scope must be of ap, pa, lateral, oblique, but is skew; ",
                "\"scope\": {\"minimumAge\": 200}",
                "ages must be from 0 to 150 years",
                "\"regulatory\": {\"status\": \"cleared\"}",
                "a UDI must be given for the status cleared",
                "\"regulatory\": {}",
                "regulatory must give a status, research or cleared")
            .entrySet()) {
      Files.writeString(folder.resolve(ModelFiles.SET_MANIFEST), before);
      declare(wrong.getKey());
      refused(wrong.getValue());
    }
  }

  @Test
  void aClearedSetHasNoMemberForResearch() throws IOException {
    Path a = folder.resolve("a");
    Files.writeString(
        a.resolve(ModelFiles.MANIFEST),
        Files.readString(a.resolve(ModelFiles.MANIFEST))
            .replaceFirst("\\{", "{\"regulatory\": {\"status\": \"research\"}, "));
    open().close();
    declare("\"regulatory\": {\"status\": \"cleared\", \"udi\": \"04012345678901\"}");
    refused("is cleared, but its member tiny-a is for research; ");
  }

  private void declare(String fields) throws IOException {
    Path manifest = folder.resolve(ModelFiles.SET_MANIFEST);
    Files.writeString(manifest, Files.readString(manifest).replaceFirst("\\{", "{" + fields + ","));
  }

  @Test
  void refusesAThresholdOutOfRange() throws IOException {
    Path manifest = folder.resolve("model-set.json");
    Files.writeString(manifest, Files.readString(manifest).replace("0.4", "1.4"));
    refused("threshold must be in [0,1], but is 1.4; ");
  }

  @Test
  void refusesAnotherSignature() throws IOException {
    Path a = folder.resolve("a");
    SavedModelExport.write(
        a,
        (layers, image) ->
            Map.<String, Operand<?>>of("score", layers.tf().dtypes.cast(image, TFloat32.class)),
        Map.of());
    ModelFiles.write(a, ModelFiles.MANIFEST, TinyModels.classifierManifest(a, "tiny-a"));
    refused("the network in " + a + " has no output \"probability\"; ");
  }

  @Test
  void namesTheModelThatAnswersWhatIsNoProbability() throws IOException {
    replaceClassifier(
        (tf, mean) -> tf.math.div(mean, tf.constant(0f)),
        "must be in [0,1], but is " + Float.POSITIVE_INFINITY);
    replaceClassifier(
        (tf, mean) -> tf.concat(List.of(mean, mean), tf.constant(0)),
        "output \"probability\" must have the shape [1], but has [2]");
    replaceClassifier(
        (tf, mean) -> tf.reshape(mean, tf.constant(new int[] {7})), "requested shape has 7");
  }

  private void replaceClassifier(
      BiFunction<Ops, Operand<TFloat32>, Operand<TFloat32>> output, String problem)
      throws IOException {
    Path a = folder.resolve("a");
    SavedModelExport.write(
        a,
        (layers, image) -> {
          Ops tf = layers.tf();
          Operand<TFloat32> mean =
              tf.math.mean(tf.dtypes.cast(image, TFloat32.class), tf.constant(new int[] {1, 2}));
          return Map.<String, Operand<?>>of("probability", output.apply(tf, mean), "logit", mean);
        },
        Map.of());
    ModelFiles.write(a, ModelFiles.MANIFEST, TinyModels.classifierManifest(a, "tiny-a"));
    try (ModelRepository models = open()) {
      assertThatThrownBy(() -> models.classifier().classify(TinyModels.noise(64, 64, 1)))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("the model in " + a + " failed on 1 images of 64 x 64 pixels: ")
          .hasMessageContaining(problem)
          .message()
          .doesNotContain("\n");
    }
  }

  @Test
  void refusesAFileThatIsNoSavedModel() throws IOException {
    Path a = folder.resolve("a");
    Files.writeString(a.resolve("saved_model.pb"), "no graph");
    ModelFiles.write(a, ModelFiles.MANIFEST, TinyModels.classifierManifest(a, "tiny-a"));
    refused("TensorFlow cannot load the SavedModel in " + a);
  }

  @Test
  void wantsAGraphicsCardOnlyIfThereIsOne() {
    DeviceOptions.Gpu gpu = new DeviceOptions.Gpu(99, true, 2048, false);
    DeviceOptions strict =
        new DeviceOptions(DeviceOptions.Kind.GPU, gpu, false, 0, DeviceOptions.DEFAULT_TIME_LIMIT);
    assertThatThrownBy(() -> ModelRepository.open(folder, strict))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("GPU 99 is wanted");
    DeviceOptions lenient =
        new DeviceOptions(DeviceOptions.Kind.GPU, gpu, true, 0, DeviceOptions.DEFAULT_TIME_LIMIT);
    try (ModelRepository models = ModelRepository.open(folder, lenient)) {
      assertThat(models.device()).startsWith("CPU (TensorFlow ");
    }
  }

  private ModelRepository open() {
    return ModelRepository.open(folder, DeviceOptions.cpu());
  }

  private void refused(String part) {
    assertThatThrownBy(() -> open().close())
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(part)
        .message()
        .doesNotContain("\n");
  }
}
