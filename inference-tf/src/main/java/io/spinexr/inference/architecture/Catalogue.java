package io.spinexr.inference.architecture;

import io.spinexr.inference.folder.InputSize;
import io.spinexr.inference.folder.InputSize.ShortestEdge;
import io.spinexr.inference.folder.ModelManifest;
import io.spinexr.inference.layer.Anchors;
import io.spinexr.inference.layer.BoxSelection;
import io.spinexr.inference.layer.BoxSelection.Detections;
import io.spinexr.inference.layer.Convention;
import io.spinexr.inference.layer.Layers;
import io.spinexr.inference.layer.Normalization;
import io.spinexr.inference.layer.RoiAlign;
import io.spinexr.inference.layer.TorchResize;
import io.spinexr.inference.network.DenseNet;
import io.spinexr.inference.network.EfficientDet;
import io.spinexr.inference.network.EfficientNet.Origin;
import io.spinexr.inference.network.FasterRcnn;
import io.spinexr.inference.network.Fpn;
import io.spinexr.inference.network.ResNet;
import io.spinexr.inference.network.RetinaNet;
import io.spinexr.inference.network.ServedNetworks;
import io.spinexr.inference.network.SparseRcnn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** The architectures that are known, each in every layout. */
final class Catalogue {
  private static final InputSize CLASSIFIER_SIZE = new InputSize.Fixed(224, 224);
  private static final InputSize DETECTRON2_SIZE = new InputSize.ShortestEdge(800, 1333);

  private static final String OLD_PYRAMID =
      "^(backbone\\.fpn\\.(?:inner|layer)_blocks\\.\\d)\\.(weight|bias)$";

  /** Side of a square anchor on each of the five levels, in pixels. */
  private static final List<Integer> SIZES = List.of(32, 64, 128, 256, 512);

  /** Height / width of anchors. */
  private static final List<Double> RATIOS = List.of(0.5, 1.0, 2.0);

  static final List<Architecture> ALL = all();

  private Catalogue() {}

  private static List<Architecture> all() {
    List<Architecture> all = new ArrayList<>();
    denseNet(all, "densenet121", DenseNet.densenet121(false), DenseNet.densenet121(true));
    denseNet(all, "densenet169", DenseNet.densenet169(false), DenseNet.densenet169(true));
    denseNet(all, "densenet201", DenseNet.densenet201(false), DenseNet.densenet201(true));
    all.add(sparseRcnn("sparse-rcnn-r50", ResNet.resnet50()));
    all.add(sparseRcnn("sparse-rcnn-r101", ResNet.resnet101()));
    fasterRcnn(all, "faster-rcnn-r50-fpn", ResNet.resnet50());
    fasterRcnn(all, "faster-rcnn-r101-fpn", ResNet.resnet101());
    retinaNet(all, "retinanet-r50-fpn", ResNet.resnet50());
    retinaNet(all, "retinanet-r101-fpn", ResNet.resnet101());
    efficientDet(all, "efficientdet-d0", 512, EfficientDet::d0);
    efficientDet(all, "efficientdet-d1", 640, EfficientDet::d1);
    efficientDet(all, "efficientdet-d2", 768, EfficientDet::d2);
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
        ModelManifest.PILLOW_BILINEAR,
        normalization,
        channelOrder,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        (layers, image, manifest, selection) -> ServedNetworks.outputs(layers, network, image));
  }

  private static Architecture sparseRcnn(String name, ResNet backbone) {
    return new Architecture(
        name,
        detectron2Backbone(KeyLayout.named("reference"), 2),
        "init_proposal_boxes.weight",
        DETECTRON2_SIZE,
        ModelManifest.PILLOW_BILINEAR,
        Normalization.detectron2(),
        "bgr",
        Optional.of(new BoxSelection(0, SparseRcnn.PROPOSALS, 0.7f, SparseRcnn.PROPOSALS)),
        Optional.empty(),
        Optional.empty(),
        (layers, image, manifest, selection) ->
            ServedNetworks.outputs(
                SparseRcnn.of(backbone, manifest.labels().size())
                    .detections(layers, image, selection.orElseThrow())));
  }

  private static void fasterRcnn(List<Architecture> all, String name, ResNet backbone) {
    List<Integer> strides = List.of(4, 8, 16, 32, 64);
    List<Double> scales = List.of(1.0);
    Anchors anchors = Anchors.of(strides, SIZES, scales, RATIOS, true);
    // Files from before torchvision 0.14 have no list of convolutions in the proposal head.
    KeyLayout keys =
        KeyLayout.named("torchvision")
            .replacing("^rpn\\.head\\.conv\\.(weight|bias)$", "rpn.head.conv.0.0.$1")
            .replacing(OLD_PYRAMID, "$1.0.$2");
    all.add(
        torchvisionDetector(
            name,
            keys,
            "rpn.head.cls_logits.weight",
            new BoxSelection(0.05f, 1000, 0.5f, 100),
            classes ->
                new FasterRcnn(
                        backbone,
                        anchors,
                        new RoiAlign(7, 2, false),
                        classes,
                        Convention.TORCHVISION)
                    ::detections));

    Anchors unrounded = Anchors.detectron2(strides, SIZES, scales, RATIOS);
    RoiAlign roiAlign = new RoiAlign(7, RoiAlign.ADAPTIVE, true);
    KeyLayout detectron2Keys =
        detectron2Backbone(KeyLayout.named("Detectron2"), 2)
            .replacing("^proposal_generator\\.rpn_head\\.conv\\.", "rpn.head.conv.0.0.")
            .replacing(
                "^proposal_generator\\.rpn_head\\.objectness_logits\\.", "rpn.head.cls_logits.")
            .replacing("^proposal_generator\\.rpn_head\\.anchor_deltas\\.", "rpn.head.bbox_pred.")
            .replacing("^roi_heads\\.box_head\\.fc1\\.", "roi_heads.box_head.fc6.")
            .replacing("^roi_heads\\.box_head\\.fc2\\.", "roi_heads.box_head.fc7.");
    all.add(
        detectron2Detector(
            name,
            detectron2Keys,
            "proposal_generator.rpn_head.objectness_logits.weight",
            unrounded,
            (block, classes) ->
                new FasterRcnn(
                        backbone.with(block), unrounded, roiAlign, classes, Convention.DETECTRON2)
                    ::detections));
  }

  private static void retinaNet(List<Architecture> all, String name, ResNet backbone) {
    List<Integer> strides = List.of(8, 16, 32, 64, 128);
    List<Double> scales = List.of(1.0, Math.pow(2, 1.0 / 3), Math.pow(2, 2.0 / 3));
    Fpn fpn = new Fpn(256);
    Anchors anchors = Anchors.of(strides, SIZES, scales, RATIOS, true);
    // Files from before torchvision 0.14 number convolutions and ReLUs alike.
    KeyLayout keys =
        heads(KeyLayout.named("torchvision"), "head\\.(\\w+_head)\\.conv", "head.$1.conv")
            .replacing(OLD_PYRAMID, "$1.0.$2");
    all.add(
        torchvisionDetector(
            name,
            keys,
            "head.classification_head.cls_logits.weight",
            new BoxSelection(0.05f, 1000, 0.5f, 300),
            classes ->
                new RetinaNet(backbone, 1, fpn, true, 4, anchors, classes, Convention.TORCHVISION)
                    ::detections));

    Anchors unrounded = Anchors.detectron2(strides, SIZES, scales, RATIOS);
    String classification = "head.classification_head.";
    String regression = "head.regression_head.";
    KeyLayout detectron2Keys =
        detectron2Backbone(KeyLayout.named("Detectron2"), 3)
            .replacing("^backbone\\.top_block\\.", "backbone.fpn.extra_blocks.")
            .replacing("^head\\.cls_score\\.", classification + "cls_logits.")
            .replacing("^head\\.bbox_pred\\.", regression + "bbox_reg.");
    detectron2Keys = heads(detectron2Keys, "head\\.cls_subnet", classification + "conv");
    detectron2Keys = heads(detectron2Keys, "head\\.bbox_subnet", regression + "conv");
    all.add(
        detectron2Detector(
            name,
            detectron2Keys,
            "head.cls_score.weight",
            unrounded,
            (block, classes) ->
                new RetinaNet(
                        backbone.with(block),
                        1,
                        fpn,
                        true,
                        4,
                        unrounded,
                        classes,
                        Convention.DETECTRON2)
                    ::detections));
  }

  /** Keys of convolutions that are numbered together with the ReLUs between them. */
  private static KeyLayout heads(KeyLayout layout, String regex, String replacement) {
    KeyLayout keys = layout;
    for (int i = 0; i < 4; i++) {
      keys =
          keys.replacing(
              "^%s\\.%d\\.(?=weight$|bias$)".formatted(regex, 2 * i),
              "%s.%d.0.".formatted(replacement, i));
    }
    return keys;
  }

  /** effdet's EfficientDet: weights from TensorFlow have biases that its own ones lack. */
  private static void efficientDet(
      List<Architecture> all,
      String name,
      int size,
      BiFunction<Integer, Origin, EfficientDet> network) {
    Map<String, Origin> byMarker = new LinkedHashMap<>();
    byMarker.put("fpn.resample.3.conv.conv.bias", Origin.TENSORFLOW);
    byMarker.put("fpn.resample.3.conv.conv.weight", Origin.PYTORCH);
    byMarker.forEach(
        (marker, origin) ->
            all.add(
                new Architecture(
                    name,
                    KeyLayout.named("effdet"),
                    marker,
                    new InputSize.LongestEdge(size),
                    ModelManifest.PILLOW_BILINEAR,
                    Normalization.imageNet(),
                    "rgb",
                    Optional.of(new BoxSelection(0, 5000, 0.5f, 100)),
                    Optional.empty(),
                    Optional.empty(),
                    (layers, image, manifest, selection) ->
                        ServedNetworks.outputs(
                            network
                                .apply(manifest.labels().size(), origin)
                                .detections(layers, image, selection.orElseThrow())))));
  }

  private interface DetectionGraph {
    Detections detections(Layers layers, Operand<TFloat32> image, BoxSelection selection);
  }

  /**
   * torchvision's detectors resize by themselves, and so do these.
   *
   * @param graph by the number of classes
   */
  private static Architecture torchvisionDetector(
      String name,
      KeyLayout layout,
      String marker,
      BoxSelection selection,
      IntFunction<DetectionGraph> graph) {
    return new Architecture(
        name,
        layout,
        marker,
        DETECTRON2_SIZE,
        ModelManifest.TORCH_BILINEAR,
        Normalization.imageNet(),
        "rgb",
        Optional.of(selection),
        Optional.empty(),
        Optional.empty(),
        (layers, image, manifest, chosen) -> {
          TorchResize resized =
              TorchResize.of(layers.tf(), image, (ShortestEdge) manifest.inputSize());
          Detections detections =
              graph
                  .apply(manifest.labels().size())
                  .detections(layers, resized.image(), chosen.orElseThrow());
          return ServedNetworks.outputs(
              new Detections(
                  resized.toOriginal(layers.tf(), detections.boxes()),
                  detections.scores(),
                  detections.classes()));
        });
  }

  /**
   * Detectron2's model zoo resizes before the network, subtracts means only, and has backbones with
   * the stride in the first convolution of a bottleneck.
   *
   * @param graph by the kind of block that the backbone is made of and the number of classes
   */
  private static Architecture detectron2Detector(
      String name,
      KeyLayout layout,
      String marker,
      Anchors anchors,
      BiFunction<ResNet.Block, Integer, DetectionGraph> graph) {
    return new Architecture(
        name,
        layout,
        marker,
        DETECTRON2_SIZE,
        ModelManifest.PILLOW_BILINEAR,
        Normalization.detectron2(),
        "bgr",
        Optional.of(new BoxSelection(0.05f, 1000, 0.5f, 100)),
        Optional.of(true),
        Optional.of(anchors),
        (layers, image, manifest, selection) -> {
          ResNet.Block block =
              Boolean.TRUE.equals(manifest.strideIn1x1())
                  ? ResNet.Block.BOTTLENECK_STRIDE_IN_1X1
                  : ResNet.Block.BOTTLENECK;
          return ServedNetworks.outputs(
              graph
                  .apply(block, manifest.labels().size())
                  .detections(layers, image, selection.orElseThrow()));
        });
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
}
