package io.spinexr.inference;

import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelManifest;
import io.spinexr.inference.folder.ModelManifest.Limits;
import io.spinexr.study.SpineRegion;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Looks at an image before the other networks do: whether it is a radiograph of the spine, which
 * way up, of which region and view, and how far it is from all that the set was trained on. May be
 * used from several threads at once.
 */
public final class ImageCheck {
  private static final int ORIENTATIONS = 4;
  private static final int VIEWS = 2;

  private final Model model;

  /**
   * @param model an image check, which stays the caller's to close
   */
  public ImageCheck(Model model) {
    this.model = model;
  }

  /** What it lets through. */
  public Limits limits() {
    return Objects.requireNonNull(model.manifest().limits());
  }

  /** What {@link CheckedImage#region} stands for. */
  public List<SpineRegion> regions() {
    return model.manifest().regions();
  }

  /**
   * Checks one image of any size.
   *
   * @throws ModelException if the network fails or answers what is no probability or distance
   */
  public CheckedImage check(GrayscaleImage image) {
    ModelManifest manifest = model.manifest();
    return model.run(
        List.of(manifest.prepare(image)),
        outputs ->
            new CheckedImage(
                outputs.probabilities("spine", 1)[0],
                list(outputs.probabilities("orientation", 1, ORIENTATIONS)),
                list(outputs.probabilities("region", 1, manifest.labels().size())),
                list(outputs.probabilities("view", 1, VIEWS)),
                outputs.floats("distance", 1)[0]));
  }

  private static List<Double> list(float[] values) {
    List<Double> list = new ArrayList<>();
    for (float value : values) {
      list.add((double) value);
    }
    return list;
  }
}
