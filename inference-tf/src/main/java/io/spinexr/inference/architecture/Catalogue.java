package io.spinexr.inference.architecture;

import io.spinexr.inference.InputSize;
import io.spinexr.inference.network.BoxSelection;
import io.spinexr.inference.network.BoxSelection.Detections;
import io.spinexr.inference.network.DenseNet;
import io.spinexr.inference.network.Normalization;
import io.spinexr.inference.network.SparseRcnn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Squeeze;
import org.tensorflow.types.TFloat32;

/** The architectures that are known, each in every layout. */
final class Catalogue {
  private static final String PILLOW = "pillow-bilinear";
  private static final InputSize CLASSIFIER_SIZE = new InputSize.Fixed(224, 224);
  private static final InputSize DETECTRON2_SIZE = new InputSize.ShortestEdge(800, 1333);

  static final List<Architecture> ALL = all();

  private Catalogue() {}

  private static List<Architecture> all() {
    List<Architecture> all = new ArrayList<>();
    denseNet(all, "densenet121", DenseNet.densenet121(false), DenseNet.densenet121(true));
    denseNet(all, "densenet169", DenseNet.densenet169(false), DenseNet.densenet169(true));
    denseNet(all, "densenet201", DenseNet.densenet201(false), DenseNet.densenet201(true));
    all.add(sparseRcnn("sparse-rcnn-r50", SparseRcnn.resnet50()));
    return List.copyOf(all);
  }

  /** The reference implementation's DenseNet, which lacks the last ReLU, and torchvision's. */
  private static void denseNet(
      List<Architecture> all, String name, DenseNet reference, DenseNet torchvision) {
    KeyLayout referenceKeys =
        KeyLayout.named("reference")
            .replacing("^backbone\\.stem\\.0\\.", "features.conv0.")
            .replacing("^backbone\\.stem\\.1\\.", "features.norm0.")
            .replacing("^backbone\\.block(\\d+)\\.", "features.denseblock$1.")
            .replacing("^backbone\\.", "features.")
            .replacing("^head\\.heads\\.0\\.", "classifier.");
    // Files from before torchvision 0.3 say norm.1 where later ones say norm1.
    KeyLayout torchvisionKeys =
        KeyLayout.named("torchvision").replacing("\\.(norm|conv)\\.([12])\\.", ".$1$2.");
    all.add(
        classifier(
            name,
            referenceKeys,
            "backbone.stem.0.weight",
            Normalization.detectron2(),
            "bgr",
            reference));
    all.add(
        classifier(
            name,
            torchvisionKeys,
            "features.conv0.weight",
            Normalization.imageNet(),
            "rgb",
            torchvision));
  }

  private static Architecture classifier(
      String name,
      KeyLayout layout,
      String marker,
      Normalization normalization,
      String channelOrder,
      DenseNet network) {
    return new Architecture(
        name,
        layout,
        marker,
        CLASSIFIER_SIZE,
        PILLOW,
        normalization,
        channelOrder,
        Optional.empty(),
        (layers, image, selection) -> {
          Ops tf = layers.tf();
          Operand<TFloat32> logit =
              tf.squeeze(
                  network.logits(layers, network.features(layers, image), 1),
                  Squeeze.axis(List.of(1L)));
          return Map.of("logit", logit, "probability", tf.math.sigmoid(logit));
        });
  }

  private static Architecture sparseRcnn(String name, SparseRcnn network) {
    return new Architecture(
        name,
        detectron2Backbone(KeyLayout.named("reference"), 2),
        "init_proposal_boxes.weight",
        DETECTRON2_SIZE,
        PILLOW,
        Normalization.detectron2(),
        "bgr",
        Optional.of(new BoxSelection(0, network.proposals(), 0.7f, network.proposals())),
        (layers, image, selection) ->
            outputs(network.detections(layers, image, selection.orElseThrow())));
  }

  /**
   * Detectron2's keys of a ResNet with pyramid.
   *
   * @param finest number of the finest pyramid level
   */
  private static KeyLayout detectron2Backbone(KeyLayout layout, int finest) {
    KeyLayout keys =
        layout
            .replacing("^backbone\\.bottom_up\\.stem\\.conv1\\.norm\\.", "backbone.body.bn1.")
            .replacing("^backbone\\.bottom_up\\.stem\\.", "backbone.body.")
            .replacing("^backbone\\.bottom_up\\.res2\\.", "backbone.body.layer1.")
            .replacing("^backbone\\.bottom_up\\.res3\\.", "backbone.body.layer2.")
            .replacing("^backbone\\.bottom_up\\.res4\\.", "backbone.body.layer3.")
            .replacing("^backbone\\.bottom_up\\.res5\\.", "backbone.body.layer4.")
            .replacing("^(backbone\\.body\\..*)\\.conv(\\d)\\.norm\\.", "$1.bn$2.")
            .replacing("^(backbone\\.body\\..*)\\.shortcut\\.norm\\.", "$1.downsample.1.")
            .replacing("^(backbone\\.body\\..*)\\.shortcut\\.", "$1.downsample.0.");
    for (int level = finest; level <= 5; level++) {
      String index = Integer.toString(level - finest);
      keys =
          keys.replacing(
                  "^backbone\\.fpn_lateral%d\\.".formatted(level),
                  "backbone.fpn.inner_blocks." + index + ".0.")
              .replacing(
                  "^backbone\\.fpn_output%d\\.".formatted(level),
                  "backbone.fpn.layer_blocks." + index + ".0.");
    }
    return keys;
  }

  private static Map<String, Operand<?>> outputs(Detections detections) {
    return Map.of(
        "boxes", detections.boxes(),
        "scores", detections.scores(),
        "classes", detections.classes());
  }
}
