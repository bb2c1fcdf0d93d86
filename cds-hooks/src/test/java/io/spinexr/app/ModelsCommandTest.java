package io.spinexr.app;

import static io.spinexr.app.CommandLineTest.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spinexr.app.setting.Mistake;
import io.spinexr.image.Preprocessing;
import io.spinexr.inference.SelfCheck;
import io.spinexr.inference.folder.ModelFiles;
import io.spinexr.inference.folder.ModelManifest;
import io.spinexr.inference.layer.SavedModelExport;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The models command on a real network: DenseNet-121 with random weights, and the demo detector.
 */
class ModelsCommandTest {
  private static final Path DEMO = Path.of("..", "inference-tf", "models");

  @TempDir static Path shared;
  private static Path models;
  private static Path image;

  @TempDir Path folder;

  @BeforeAll
  static void makeModelAndImage() throws IOException {
    models = shared.resolve("models");
    image = png(shared.resolve("gray.png"), BufferedImage.TYPE_BYTE_GRAY, 1);
    Outcome made =
        run(
            "models",
            "new",
            "--architecture",
            "densenet121",
            "--random",
            "--seed",
            3,
            "--out",
            models.resolve("densenet121"));
    assertThat(made.status()).as(made.err()).isZero();
    assertThat(made.out()).isEmpty();
  }

  /** Noise in every channel alike. */
  private static Path png(Path file, int type, long seed) throws IOException {
    BufferedImage noise = new BufferedImage(120, 200, type);
    Random random = new Random(seed);
    for (int y = 0; y < noise.getHeight(); y++) {
      for (int x = 0; x < noise.getWidth(); x++) {
        int level = random.nextInt(256);
        for (int band = 0; band < noise.getRaster().getNumBands(); band++) {
          noise.getRaster().setSample(x, y, band, level);
        }
      }
    }
    ImageIO.write(noise, "png", file.toFile());
    return file;
  }

  /** A file in the format of safetensors: the header's length, the header, the values. */
  private static Path safetensors(Path file, String header, int bytes) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.write(
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(text.length).array());
    content.write(text);
    content.write(new byte[bytes]);
    return Files.write(file, content.toByteArray());
  }

  @Test
  void listsShowsAndVerifies() {
    assertThat(run("models", "list", "--models", models).out())
        .contains("NAME")
        .containsPattern("densenet121 +classification +0\\.0\\.0-random +2[89]\\.\\d ");
    assertThat(run("models", "list", "--models", DEMO).out())
        .contains("demo/classifier", "demo/detector")
        .containsPattern("demo/image-check +image-check +");
    assertThat(run("models", "verify", "demo/image-check", "--models", DEMO).out())
        .contains("unchanged", "passed, probability or part of the distance");
    assertThat(run("models", "show", "densenet121", "--models", models).out())
        .contains("SHA-256", "\"channelOrder\" : \"bgr\"");
    Outcome verified = run("models", "verify", "densenet121", "--models", models);
    assertThat(verified.status()).as(verified.err()).isZero();
    assertThat(verified.out()).contains("device      CPU", "unchanged", "warm-up", "passed");
  }

  @Test
  void aChangedFileFailsVerification() throws IOException {
    Path copy = copy(DEMO.resolve("demo").resolve("detector"));
    byte[] graph = Files.readAllBytes(copy.resolve("saved_model.pb"));
    graph[graph.length / 2] ^= 1;
    Files.write(copy.resolve("saved_model.pb"), graph);

    Outcome verified = run("models", "verify", copy);
    assertThat(verified.status()).isEqualTo(1);
    assertThat(verified.err())
        .contains("SHA-256 differs", "saved_model.pb")
        .doesNotContain("\tat ");
  }

  @Test
  void verifySaysThatASelfCheckWithoutDetectionsSaysLittle() throws IOException {
    Path detector = DEMO.resolve("demo").resolve("detector");
    assertThat(run("models", "verify", detector).out()).contains("passed").doesNotContain("little");

    Path copy = copy(detector);
    Files.writeString(
        copy.resolve("self-check.json"),
        """
        {"width": 8, "height": 8, "pixels": "%s",
         "expected": {"boxes": [], "scores": [], "labels": []}}
        """
            .formatted(Base64.getEncoder().encodeToString(new byte[64])));
    ModelManifest manifest = ModelFiles.read(copy, ModelFiles.MANIFEST, ModelManifest.class);
    ModelFiles.write(copy, ModelFiles.MANIFEST, manifest.withFiles(ModelFiles.hashes(copy)));
    assertThat(run("models", "verify", copy).out()).contains("passed", "but says little");
  }

  private Path copy(Path model) throws IOException {
    Path copy = folder.resolve("copy");
    try (Stream<Path> files = Files.walk(model)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(model.relativize(file).toString()));
      }
    }
    return copy;
  }

  @Test
  void sealsAFolderThatWasPutTogetherByHand() throws IOException {
    Path copy = copy(DEMO.resolve("demo").resolve("detector"));
    assertThat(run("models", "seal", copy).err()).contains("is sealed already");

    Files.delete(copy.resolve("self-check.json"));
    ObjectMapper json = new ObjectMapper();
    ObjectNode manifest = (ObjectNode) json.readTree(copy.resolve("model.json").toFile());
    manifest.putObject("files");
    json.writeValue(copy.resolve("model.json").toFile(), manifest);
    Outcome sealed = run("models", "seal", copy);
    assertThat(sealed.status()).as(sealed.err()).isZero();
    assertThat(run("models", "verify", copy).status()).isZero();
  }

  @Test
  void sealAndVerifyRefuseBoxesInPartsOfTheImage() throws IOException {
    Path detector = detector(new float[] {0.1f, 0.1f, 0.3f, 0.4f});
    Outcome sealed = run("models", "seal", detector);
    assertThat(sealed.status()).isEqualTo(1);
    assertThat(sealed.err()).contains("boxes look like 0..1: all 3 of the detector");
    assertThat(detector.resolve("self-check.json")).doesNotExist();
    ModelManifest manifest = ModelFiles.read(detector, ModelFiles.MANIFEST, ModelManifest.class);
    assertThat(manifest.files()).isEmpty();

    ModelFiles.write(
        detector, ModelFiles.MANIFEST, manifest.withFiles(ModelFiles.hashes(detector)));
    SelfCheck.addTo(detector);
    Outcome verified = run("models", "verify", detector);
    assertThat(verified.status()).isEqualTo(1);
    assertThat(verified.err()).contains("boxes look like 0..1");
  }

  @Test
  void sealAndVerifyCountBoxesThatWouldBeDropped() throws IOException {
    Path detector = detector(new float[] {10, 10, 30, 40}, new float[] {5, 5, 5, 5});
    Outcome sealed = run("models", "seal", detector);
    assertThat(sealed.status()).as(sealed.err()).isZero();
    assertThat(sealed.err()).contains("Warning: of 6 boxes", "3 without area.");
    Outcome verified = run("models", "verify", detector);
    assertThat(verified.status()).as(verified.err()).isZero();
    assertThat(verified.out()).contains("passed", "warning     of 6 boxes", "3 without area");
  }

  /** A folder that is not sealed, with a detector that always answers these boxes. */
  private Path detector(float[]... boxes) throws IOException {
    Path detector = Files.createDirectory(folder.resolve("other"));
    float[] scores = new float[boxes.length];
    Arrays.fill(scores, 0.5f);
    SavedModelExport.write(
        detector,
        (layers, image) ->
            Map.of(
                "boxes",
                layers.tf().constant(boxes),
                "scores",
                layers.tf().constant(scores),
                "classes",
                layers.tf().constant(new int[boxes.length])),
        Map.of());
    ModelManifest demo =
        ModelFiles.read(
            DEMO.resolve("demo").resolve("detector"), ModelFiles.MANIFEST, ModelManifest.class);
    ModelFiles.write(detector, ModelFiles.MANIFEST, demo.withFiles(Map.of()));
    return detector;
  }

  @Test
  void runAnswersForEveryImageThoughSomeAreBad() throws IOException {
    Path text = Files.writeString(folder.resolve("text.dcm"), "this is no radiograph");
    Path deep = png(folder.resolve("deep.png"), BufferedImage.TYPE_USHORT_GRAY, 2);
    BufferedImage red = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
    red.setRGB(3, 5, 0xFF0000);
    Path coloured = folder.resolve("red.png");
    ImageIO.write(red, "png", coloured.toFile());

    Outcome outcome =
        run("models", "run", "densenet121", text, deep, coloured, image, "--models", models);
    assertThat(outcome.status()).isEqualTo(1);
    List<JsonNode> lines = outcome.documents();
    assertThat(lines).hasSize(4);
    assertThat(lines.get(0).path("error").asText()).contains("not DICOM");
    assertThat(lines.get(1).path("error").asText()).contains("16 bits");
    assertThat(lines.get(2).path("error").asText()).contains("coloured at column 3, row 5");
    double logit = lines.get(3).path("logit").asDouble();
    assertThat(lines.get(3).path("probability").asDouble())
        .isCloseTo(1 / (1 + Math.exp(-logit)), within(1e-6));
    assertThat(lines.get(3).fieldNames())
        .toIterable()
        .containsExactly("image", "probability", "logit");
  }

  @Test
  void runNamesWhatIsWrongWithEachFile() throws IOException {
    byte[] good = Files.readAllBytes(image);
    byte[] wide = good.clone();
    ByteBuffer header = ByteBuffer.wrap(wide).putInt(16, 50_000).putInt(20, 50_000);
    CRC32 sum = new CRC32();
    sum.update(wide, 12, 17);
    header.putInt(29, (int) sum.getValue());
    Map<Path, String> files = new LinkedHashMap<>();
    files.put(Files.createFile(folder.resolve("empty.png")), "the file is empty");
    files.put(Files.createDirectory(folder.resolve("folder.png")), "this is a folder");
    files.put(
        Files.write(folder.resolve("half.png"), Arrays.copyOf(good, good.length / 2)), "damaged");
    files.put(Files.write(folder.resolve("bomb.png"), wide), "2500000000 pixels");
    Path jpeg = folder.resolve("jpeg.png");
    ImageIO.write(ImageIO.read(image.toFile()), "jpeg", jpeg.toFile());
    files.put(jpeg, "the file is JPEG");
    files.put(folder.resolve("absent.png"), "no such file");

    List<Object> arguments = new ArrayList<>(List.of("models", "run", "densenet121"));
    arguments.addAll(files.keySet());
    arguments.addAll(List.of(image, "--models", models));
    Outcome outcome = run(arguments.toArray());
    assertThat(outcome.status()).isEqualTo(1);
    List<JsonNode> lines = outcome.documents();
    assertThat(lines).hasSize(files.size() + 1);
    int line = 0;
    for (Map.Entry<Path, String> file : files.entrySet()) {
      assertThat(lines.get(line).path("image").asText()).isEqualTo(file.getKey().toString());
      assertThat(lines.get(line++).path("error").asText()).contains(file.getValue());
    }
    assertThat(lines.get(line).has("probability")).isTrue();
  }

  @Test
  void aDamagedPngIsNeverMoreThanAMistake() throws IOException {
    byte[] good = Files.readAllBytes(image);
    SplittableRandom random = new SplittableRandom(5);
    Path damaged = folder.resolve("damaged.png");
    int refused = 0;
    for (int round = 0; round < 1000; round++) {
      byte[] bytes =
          Arrays.copyOf(good, round % 5 == 0 ? random.nextInt(good.length) : good.length);
      for (int change = random.nextInt(4); change >= 0; change--) {
        int at = random.nextInt(random.nextBoolean() ? 64 : good.length);
        if (at < bytes.length) {
          bytes[at] = (byte) random.nextInt(256);
        }
      }
      Files.write(damaged, bytes);
      try {
        ImageFile.read(damaged, Preprocessing.REFERENCE);
      } catch (Mistake e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(500);
  }

  @Test
  void equalChannelsAndFullOpacityAreTheSameAsGrey() throws IOException {
    List<JsonNode> lines =
        run(
                "models",
                "run",
                "densenet121",
                image,
                png(folder.resolve("gray.png"), BufferedImage.TYPE_BYTE_GRAY, 1),
                png(folder.resolve("rgb.png"), BufferedImage.TYPE_3BYTE_BGR, 1),
                opaque(folder.resolve("rgba.png"), 4),
                opaque(folder.resolve("gray-alpha.png"), 2),
                "--models",
                models)
            .documents();
    assertThat(lines).hasSize(5);
    assertThat(lines)
        .allSatisfy(line -> assertThat(line.get("logit")).isEqualTo(lines.get(0).get("logit")));
  }

  /** The shared image with its grey level in all bands but the last, which is opacity. */
  private static Path opaque(Path file, int bands) throws IOException {
    Raster gray = ImageIO.read(image.toFile()).getRaster();
    ColorModel colours =
        new ComponentColorModel(
            ColorSpace.getInstance(bands == 2 ? ColorSpace.CS_GRAY : ColorSpace.CS_sRGB),
            true,
            false,
            Transparency.TRANSLUCENT,
            DataBuffer.TYPE_BYTE);
    WritableRaster raster =
        colours.createCompatibleWritableRaster(gray.getWidth(), gray.getHeight());
    for (int y = 0; y < gray.getHeight(); y++) {
      for (int x = 0; x < gray.getWidth(); x++) {
        for (int band = 0; band < bands; band++) {
          raster.setSample(x, y, band, band == bands - 1 ? 255 : gray.getSample(x, y, 0));
        }
      }
    }
    ImageIO.write(new BufferedImage(colours, raster, false, null), "png", file.toFile());
    return file;
  }

  @Test
  void detectorsPrintBoxesScoresLabelsAndTypes() throws IOException {
    try (Stream<Path> files = Files.list(PhantomImages.write(folder.resolve("images"), 4, 7))) {
      List<Object> arguments =
          new ArrayList<>(List.of("models", "run", "demo/detector", "--models", DEMO));
      arguments.addAll(files.sorted().toList());
      int boxes = 0;
      for (JsonNode line : run(arguments.toArray()).documents()) {
        boxes += line.get("boxes").size();
        assertThat(line.get("scores")).hasSameSizeAs(line.get("boxes"));
        assertThat(line.get("types")).hasSameSizeAs(line.get("labels"));
        line.get("boxes").forEach(box -> assertThat(box).hasSize(4));
      }
      assertThat(boxes).isPositive();
    }
  }

  @Test
  void compareTellsSameFromDifferent() throws IOException {
    String line = run("models", "run", "densenet121", image, "--models", models).out();
    Path same =
        Files.writeString(shared.resolve("same.jsonl"), line.replace(image.toString(), "gray.png"));
    Outcome agreed = compare(same);
    assertThat(agreed.status()).as(agreed.out()).isZero();
    assertThat(agreed.out())
        .contains("same     gray.png", "1 of 1 images agree; worst: logit 0.00e+00");

    ObjectNode other = (ObjectNode) new ObjectMapper().readTree(Files.readString(same));
    other.put("logit", other.get("logit").asDouble() + 0.01);
    Path array = Files.writeString(shared.resolve("array.json"), "[" + other + "," + line + "]");
    Outcome differing = compare(array);
    assertThat(differing.status()).isEqualTo(1);
    assertThat(differing.out())
        .contains(
            "differs  gray.png  logit 1.00e-02", "1 of 2 images agree; worst: logit 1.00e-02");
    assertThat(compare(array, "--logit", 0.011).status()).isZero();
  }

  @Test
  void compareNamesWhatCannotBeCompared() throws IOException {
    Path reference =
        Files.writeString(
            shared.resolve("odd.jsonl"),
            """
            {"image": "nowhere.png", "probability": 0.5}
            {"image": "gray.png", "boxes": [], "scores": [], "labels": []}
            {"image": "gray.png", "boxes": [[1, 2, 3]], "scores": [0.5], "labels": [0]}
            {"image": "gray.png", "error": "out of memory"}
            {"probability": 0.5}
            """);
    Outcome outcome = compare(reference);
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out())
        .contains(
            "nowhere.png  there is no such file",
            "must give a probability",
            "boxes of four numbers",
            "the reference failed here: out of memory",
            "names no image",
            "0 of 5 images agree, 5 could not be compared");
    assertThat(compare(Files.writeString(shared.resolve("none.json"), "not JSON")).err())
        .contains("neither lines of JSON nor a JSON array");
  }

  private static Outcome compare(Path reference, Object... options) {
    return run(
        Stream.concat(
                Stream.of(
                    "models",
                    "compare",
                    "densenet121",
                    "--models",
                    models,
                    "--reference",
                    reference),
                Stream.of(options))
            .toArray());
  }

  @Test
  void aCheckpointThatDoesNotFitIsExplainedAndLeavesNothing() throws IOException {
    Path checkpoint =
        safetensors(
            folder.resolve("small.safetensors"),
            """
            {"backbone.stem.0.weight": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
             "backbone.extra": {"dtype": "F32", "shape": [1], "data_offsets": [8, 12]}}\
            """,
            12);
    Path out = folder.resolve("out").resolve("model");
    Outcome outcome = importing("densenet121", checkpoint, out);
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err())
        .contains(
            "misshaped: backbone.stem.0.weight is [2], expected [64, 3, 7, 7]",
            "missing: classifier.weight [1, 1024]",
            "unexpected: backbone.extra")
        .doesNotContain("\tat ");
    assertThat(out.getParent()).doesNotExist();
  }

  @Test
  void badArgumentsOfImportAreOneSentence() throws IOException {
    Path noise = Files.write(folder.resolve("noise.pth"), new byte[100]);
    Path out = folder.resolve("model");
    assertThat(importing("densenet121", noise, out).err()).contains("is no checkpoint");
    assertThat(importing("densenet999", noise, out).err())
        .contains("densenet121", "sparse-rcnn-r50");
    assertThat(importing("densenet121", folder.resolve("none.pth"), out).err())
        .contains("There is no file");
    assertThat(run("models", "run", "none", image, "--models", models).err())
        .contains("There is no model none; there are: densenet121");
    assertThat(out).doesNotExist();
  }

  @Test
  void anInterruptedImportLeavesNothing() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                SpineXr.class.getName(),
                "models",
                "new",
                "--architecture",
                "efficientdet-d0",
                "--random",
                "--out",
                folder.resolve("out").resolve("model").toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (!aFileIsWritten() && process.isAlive() && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    process.destroy(); // as Ctrl-C does, and a service manager
    assertThat(process.waitFor()).isEqualTo(143);
    assertThat(folder.resolve("out")).isEmptyDirectory();
  }

  private boolean aFileIsWritten() throws IOException {
    if (!Files.isDirectory(folder.resolve("out"))) {
      return false;
    }
    try (Stream<Path> files = Files.walk(folder.resolve("out"))) {
      return files.anyMatch(Files::isRegularFile);
    }
  }

  @Test
  void aModelFolderIsAsReadableAsAnyOther() throws IOException {
    assertThat(Files.getPosixFilePermissions(models.resolve("densenet121")))
        .isEqualTo(
            Files.getPosixFilePermissions(Files.createDirectory(folder.resolve("ordinary"))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'resize': 'torch-bilinear'} | resize must be pillow-bilinear",
        "{'inputSize': {'rule': 'longest-edge', 'longest': 512}} | rule of inputSize must be Fixed",
        "{'mean': [1, 2]} | 1 or 3 channels",
        "{'deviation': [0, 1, 1]} | above 0",
        "{'labels': ['abnormal', 'normal']} | labels of a classifier",
        "{'name': ''} | name is missing",
        "{'nmae': 'x'} | no field \"nmae\"",
        "{'threshold': 3} | threshold must be in [0,1]",
        "[1] | no JSON object",
        "nothing | Unrecognized token",
      })
  void overridesThatTheNetworkCannotFollowAreRefused(String json, String reason)
      throws IOException {
    Path checkpoint =
        safetensors(
            folder.resolve("marker.safetensors"),
            """
            {"features.conv0.weight": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}\
            """,
            8);
    Path overrides = Files.writeString(folder.resolve("overrides.json"), json.replace('\'', '"'));
    Path out = folder.resolve("out").resolve("model");
    assertThat(importing("densenet121", checkpoint, out, "--manifest", overrides).err())
        .contains(reason);
    assertThat(out.getParent()).doesNotExist();
  }

  private static Outcome importing(
      String architecture, Path checkpoint, Path out, Object... options) {
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                "models",
                "import",
                "--architecture",
                architecture,
                "--checkpoint",
                checkpoint,
                "--out",
                out));
    arguments.addAll(List.of(options));
    Outcome outcome = run(arguments.toArray());
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err().toLowerCase(Locale.ROOT)).doesNotContain("exception");
    return outcome;
  }
}
