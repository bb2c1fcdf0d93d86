package io.spinexr.inference;

import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.OutputComparison.Tolerance;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelFiles;
import io.spinexr.inference.folder.ModelManifest;
import io.spinexr.inference.runtime.DeviceOptions;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;

/**
 * {@code self-check.json} in a model folder: an image and what the model computed on it when it was
 * made. Whoever computes something else on the same image does not run the same network.
 *
 * @param width in pixels
 * @param height in pixels
 * @param pixels grey levels row by row, in base 64
 */
public record SelfCheck(int width, int height, String pixels, ModelOutput expected) {
  /** File name in the model folder. */
  public static final String FILE = "self-check.json";

  // Other processors and libraries round differently; another network differs far more.
  private static final Tolerance TOLERANCE = new Tolerance(5e-3, 2e-3, 1);
  private static final int WIDTH = 96;
  private static final int HEIGHT = 128;

  /**
   * Writes the self-check of a model folder that has all else, and lists it in the manifest.
   *
   * @return the completed manifest
   */
  public static ModelManifest addTo(Path folder) {
    ModelManifest complete;
    try (Model model = Model.load(folder, DeviceOptions.cpu())) {
      ModelFiles.write(folder, FILE, of(model));
      complete = model.manifest().withFiles(ModelFiles.hashes(folder));
    }
    ModelFiles.write(folder, ModelFiles.MANIFEST, complete);
    return complete;
  }

  /** Runs the model on an image of blocks and noise, which touches every part of a network. */
  static SelfCheck of(Model model) {
    GrayscaleImage image = noise(WIDTH, HEIGHT);
    return new SelfCheck(
        WIDTH,
        HEIGHT,
        Base64.getEncoder().encodeToString(image.pixels()),
        ModelOutput.of(model, image));
  }

  /** Blocks and noise; width and height are multiples of 8 pixels. */
  static GrayscaleImage noise(int width, int height) {
    SplittableRandom random = new SplittableRandom(1);
    int[] blocks = random.ints((width / 8L) * (height / 8L), 0, 220).toArray();
    byte[] pixels = new byte[width * height];
    for (int i = 0; i < pixels.length; i++) {
      int block = (i / width / 8) * (width / 8) + i % width / 8;
      pixels[i] = (byte) (blocks[block] + random.nextInt(36));
    }
    return new GrayscaleImage(width, height, pixels);
  }

  private static SelfCheck of(Path folder) {
    return ModelFiles.read(folder, FILE, SelfCheck.class);
  }

  /**
   * Whether a detector found nothing on the stored image, as trained ones may: then a network that
   * computes something else is likely to pass.
   */
  public static boolean saysLittle(Model model) {
    List<?> boxes = of(model.folder()).expected.boxes();
    return boxes != null && boxes.isEmpty();
  }

  /**
   * Runs the model again on its stored image.
   *
   * @return how far the outputs are apart
   * @throws ModelException if the folder has no self-check, or the outputs differ more than
   *     rounding explains
   */
  public static OutputComparison verify(Model model) {
    Path folder = model.folder();
    SelfCheck check = of(folder);
    GrayscaleImage image =
        new GrayscaleImage(check.width, check.height, Base64.getDecoder().decode(check.pixels));
    OutputComparison difference =
        OutputComparison.of(ModelOutput.of(model, image), check.expected, TOLERANCE);
    if (!difference.within(TOLERANCE)) {
      throw new ModelException(
          "the model in %s computes something else here than where it was made: %s"
              .formatted(folder, difference.describe(model.manifest().task())));
    }
    return difference;
  }
}
