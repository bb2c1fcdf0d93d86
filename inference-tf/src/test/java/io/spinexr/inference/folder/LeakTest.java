package io.spinexr.inference.folder;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.Model;
import io.spinexr.inference.ModelOutput;
import io.spinexr.inference.runtime.DeviceOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What inferences leave behind outside the Java heap, in a process of its own whose heap is
 * resident from the start.
 */
class LeakTest {
  private static final int WARM_UP = 1_000;
  private static final int EDGE = 224;

  // The input alone is 50 kB: leaking it in one of the two networks takes 250 MB.
  private static final long ALLOWED_KILOBYTES = 60_000;

  /**
   * @param kilobytes of resident memory
   * @param objects of TensorFlow that Java owns
   */
  private record Growth(long kilobytes, long objects) {}

  @TempDir static Path folder;

  @BeforeAll
  static void makeModels() throws IOException {
    TinyModels.writeClassifier(folder.resolve("classifier"), "tiny", 1);
    TinyModels.writeDetector(folder.resolve("detector"), 2);
    Path size =
        Files.writeString(
            folder.resolve("size.json"),
            """
            {"inputSize": {"rule": "fixed", "width": %d, "height": %d}}
            """
                .formatted(EDGE, EDGE));
    for (String model : List.of("classifier", "detector")) {
      Path in = folder.resolve(model);
      ModelManifest own = ModelFiles.read(in, ModelFiles.MANIFEST, ModelManifest.class);
      ModelFiles.write(in, ModelFiles.MANIFEST, ModelFiles.override(own, size));
    }
  }

  /** The garbage collector must not tidy up what should have been closed. */
  @Test
  void tenThousandInferencesKeepNativeMemoryFlat() throws IOException, InterruptedException {
    assertThat(growth(10_000, "-Dorg.bytedeco.javacpp.noPointerGC=true").kilobytes())
        .isLessThan(ALLOWED_KILOBYTES);
  }

  /** Outputs are too small to show in resident memory, but they are counted. */
  @Test
  void inferencesCloseEveryTensor() throws IOException, InterruptedException {
    assertThat(growth(100, "-Dorg.bytedeco.javacpp.noPointerGC=false").objects())
        .isLessThanOrEqualTo(0);
  }

  private static Growth growth(int inferences, String option)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms128m",
                "-Xmx128m",
                "-XX:+AlwaysPreTouch",
                "-Dorg.bytedeco.javacpp.maxphysicalbytes=0",
                option,
                "-cp",
                System.getProperty("java.class.path"),
                LeakTest.class.getName(),
                folder.toString(),
                Integer.toString(inferences))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    String[] last = output.lines().reduce((before, after) -> after).orElseThrow().split(" ");
    return new Growth(Long.parseLong(last[0]), Long.parseLong(last[1]));
  }

  /** Prints the growth over a number of inferences, half of them of each network. */
  public static void main(String[] arguments) throws IOException {
    Path models = Path.of(arguments[0]);
    DeviceOptions device = DeviceOptions.cpu();
    GrayscaleImage image = TinyModels.noise(EDGE, EDGE, 1);
    try (Model classifier = Model.load(models.resolve("classifier"), device);
        Model detector = Model.load(models.resolve("detector"), device)) {
      run(List.of(classifier, detector), image, WARM_UP);
      long kilobytes = residentKilobytes();
      long objects = Pointer.totalCount();
      run(List.of(classifier, detector), image, Integer.parseInt(arguments[1]));
      System.out.printf("%d %d%n", residentKilobytes() - kilobytes, Pointer.totalCount() - objects);
    }
  }

  private static void run(List<Model> models, GrayscaleImage image, int inferences) {
    for (int i = 0; i < inferences; i++) {
      ModelOutput.of(models.get(i % models.size()), image);
    }
  }

  private static long residentKilobytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
