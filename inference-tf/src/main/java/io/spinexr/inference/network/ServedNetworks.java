package io.spinexr.inference.network;

import io.spinexr.inference.layer.BoxSelection;
import io.spinexr.inference.layer.BoxSelection.Detections;
import io.spinexr.inference.layer.Layers;
import io.spinexr.inference.layer.Normalization;
import io.spinexr.inference.layer.SavedModelExport;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * Networks from grey levels to the outputs that a {@link io.spinexr.inference.runtime.Network} must
 * have.
 */
public final class ServedNetworks {
  private ServedNetworks() {}

  /** A classifier: outputs {@code logit} and {@code probability}, each [batch]. */
  public static SavedModelExport.Network classifier(DenseNet network, Normalization normalization) {
    return (layers, image) -> outputs(layers, network, normalization.apply(layers.tf(), image));
  }

  /** A classifier's outputs by name, from a normalised image. */
  public static Map<String, Operand<?>> outputs(
      Layers layers, DenseNet network, Operand<TFloat32> image) {
    Operand<TFloat32> logits = network.logits(layers, network.features(layers, image), 1);
    Operand<TFloat32> logit = layers.tf().reshape(logits, layers.tf().constant(new int[] {-1}));
    Map<String, Operand<?>> outputs = new LinkedHashMap<>();
    outputs.put("logit", logit);
    outputs.put("probability", layers.tf().math.sigmoid(logit));
    return outputs;
  }

  /** A detector of one image: outputs {@code boxes}, {@code scores} and {@code classes}. */
  public static SavedModelExport.Network detector(
      RetinaNet network, Normalization normalization, BoxSelection selection) {
    return (layers, image) ->
        outputs(network.detections(layers, normalization.apply(layers.tf(), image), selection));
  }

  /** A detector's outputs by name. */
  public static Map<String, Operand<?>> outputs(Detections detections) {
    Map<String, Operand<?>> outputs = new LinkedHashMap<>();
    outputs.put("boxes", detections.boxes());
    outputs.put("scores", detections.scores());
    outputs.put("classes", detections.classes());
    return outputs;
  }
}
