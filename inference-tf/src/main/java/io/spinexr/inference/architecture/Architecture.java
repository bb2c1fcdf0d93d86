package io.spinexr.inference.architecture;

import io.spinexr.inference.folder.InputSize;
import io.spinexr.inference.folder.ModelManifest;
import io.spinexr.inference.folder.ModelManifest.Selection;
import io.spinexr.inference.folder.ModelManifest.Task;
import io.spinexr.inference.layer.Anchors;
import io.spinexr.inference.layer.BoxSelection;
import io.spinexr.inference.layer.Layers;
import io.spinexr.inference.layer.Normalization;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * A published network in one of the forms in which its checkpoints circulate: the graph, the layout
 * of the keys, and the defaults of {@code model.json}.
 *
 * @param name e.g. {@code densenet121}
 * @param layout of the checkpoint's keys
 * @param marker a key that only checkpoints of this layout have, as they spell it
 * @param inputSize the size that its images are resized to
 * @param resize how, as in {@code model.json}
 * @param normalization unless the checkpoint or {@code model.json} says otherwise
 * @param channelOrder {@code rgb} or {@code bgr}
 * @param selection of a detector; empty for a classifier
 * @param strideIn1x1 where the backbone has its strides unless {@code model.json} says otherwise;
 *     empty if checkpoints of this layout leave no doubt
 * @param anchors of a layout that may store them; the stored ones must be these
 * @param network the graph from normalised image to outputs
 */
public record Architecture(
    String name,
    KeyLayout layout,
    String marker,
    InputSize inputSize,
    String resize,
    Normalization normalization,
    String channelOrder,
    Optional<BoxSelection> selection,
    Optional<Boolean> strideIn1x1,
    Optional<Anchors> anchors,
    Network network) {
  /** A graph for inference. */
  @FunctionalInterface
  public interface Network {
    /**
     * @param image normalised, [batch, height, width, 3]
     * @param manifest with as many labels as a detector has classes, the input size that a network
     *     that resizes by itself resizes to, and the strides that a backbone with a choice takes
     * @param selection of a detector; a classifier ignores it
     * @return the outputs that a {@link io.spinexr.inference.runtime.Network} must have
     */
    Map<String, Operand<?>> outputs(
        Layers layers,
        Operand<TFloat32> image,
        ModelManifest manifest,
        Optional<BoxSelection> selection);
  }

  /** What the network does. */
  public Task task() {
    return selection.isPresent() ? Task.DETECTION : Task.CLASSIFICATION;
  }

  /** The detector's selection with the numbers of a manifest. */
  Optional<BoxSelection> selection(@Nullable Selection numbers) {
    return Optional.ofNullable(numbers)
        .flatMap(
            given ->
                selection.map(
                    own ->
                        new BoxSelection(
                            (float) given.scoreFloor(),
                            own.candidates(),
                            (float) given.nmsIou(),
                            given.maxDetections())));
  }

  /** The numbers of {@link #selection} as {@code model.json} holds them; null for a classifier. */
  @Nullable Selection selectionNumbers() {
    return selection
        .map(own -> new Selection(own.scoreFloor(), own.nmsIou(), own.detections()))
        .orElse(null);
  }

  /** All of them; the first of a name is what a new model of that name is made of. */
  public static List<Architecture> all() {
    return Catalogue.ALL;
  }

  /** The name of each of them once. */
  public static List<String> names() {
    return all().stream().map(Architecture::name).distinct().toList();
  }
}
