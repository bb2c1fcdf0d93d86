package io.spinexr.inference.folder;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.spinexr.finding.LesionType;
import io.spinexr.finding.Probability;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.image.Preprocessing;
import io.spinexr.study.SpineRegion;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code model.json}: what a model folder says about its SavedModel.
 *
 * @param name e.g. {@code densenet121}
 * @param version e.g. {@code 1.0.0}
 * @param architecture the network, in words or as its builder is called
 * @param labels in the order of the network's outputs: {@code ["abnormal"]} for a classifier, codes
 *     of {@link LesionType} for a detector, regions of the spine as {@code lumbar} for an image
 *     check
 * @param preprocessing how the 8-bit image is made of a radiograph: {@code reference}, which is the
 *     default, or {@code standard}
 * @param percentileClipping with {@code standard} only: two percentages, below and above which the
 *     pixels become black and white; may be absent
 * @param inputSize the size that images are resized to
 * @param resize how they are resized: {@code pillow-bilinear} before the network sees them, or
 *     {@code torch-bilinear} inside the network, which then gets images of any size
 * @param channelOrder what the network's input channels stand for: {@code gray}, {@code rgb} or
 *     {@code bgr}; all get the same grey levels
 * @param mean subtracted from the grey levels 0..255 in the graph, per channel
 * @param deviation that the difference is divided by in the graph, per channel
 * @param threshold of a classifier: Youden's on its validation images, in [0,1]; absent for others
 * @param selection of a detector: how its SavedModel chooses boxes; absent for others
 * @param limits of an image check: which images are analysed; absent for others
 * @param strideIn1x1 of a detector in Detectron2's layout: whether the first 1x1 convolution of a
 *     bottleneck has the stride, not the 3x3 one, as {@code STRIDE_IN_1X1} of its configuration
 *     says; absent for others
 * @param regulatory what the model may be used for; absent if only its model set says so
 * @param intendedUse for whom and for what, in sentences; may be absent
 * @param training what the network was trained on and how
 * @param quality measured figures by name, e.g. {@code AUROC}
 * @param licence of the weights, an SPDX identifier or a sentence
 * @param files SHA-256 in hexadecimal of each file by its path in the folder
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ModelManifest(
    String name,
    String version,
    Task task,
    String architecture,
    List<String> labels,
    @Nullable String preprocessing,
    @Nullable List<Double> percentileClipping,
    InputSize inputSize,
    String resize,
    String channelOrder,
    List<Float> mean,
    List<Float> deviation,
    @Nullable Double threshold,
    @Nullable Selection selection,
    @Nullable Limits limits,
    @Nullable Boolean strideIn1x1,
    @Nullable Regulatory regulatory,
    @Nullable String intendedUse,
    @Nullable Training training,
    Map<String, Double> quality,
    String licence,
    Map<String, String> files) {
  /** Resizing on 8-bit images with antialiasing, as Pillow does it. */
  public static final String PILLOW_BILINEAR = "pillow-bilinear";

  /** Resizing in the network, as PyTorch's {@code interpolate} does it. */
  public static final String TORCH_BILINEAR = "torch-bilinear";

  /** What a network does. */
  public enum Task {
    /** Probability that an image is abnormal. */
    @JsonProperty("classification")
    CLASSIFICATION,
    /** Boxes of lesions. */
    @JsonProperty("detection")
    DETECTION,
    /** Whether an image is a radiograph of the spine, and which. */
    @JsonProperty("image-check")
    IMAGE_CHECK;

    /** As {@code model.json} spells it: {@code image-check}. */
    public String code() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * How a detector's SavedModel chooses boxes.
   *
   * @param scoreFloor boxes need a higher score
   * @param nmsIou among boxes of one class that overlap more than this only the best stays
   * @param maxDetections at most this many per image
   */
  public record Selection(double scoreFloor, double nmsIou, int maxDetections) {
    public Selection {
      Probability.require("scoreFloor", scoreFloor);
      Probability.require("nmsIou", nmsIou);
      if (maxDetections < 1) {
        throw new IllegalArgumentException(
            "maxDetections must be at least 1, but is " + maxDetections);
      }
    }
  }

  /**
   * What an image check lets through. Probabilities are in [0,1].
   *
   * @param spine an image that shows the spine with a lower probability is not analysed
   * @param distance nor is one farther from the training images; Mahalanobis distance, above 0
   * @param turned nor is one that is turned with this probability or a higher one
   * @param doubt another region or view than the header states is a warning from this probability
   *     on
   */
  public record Limits(double spine, double distance, double turned, double doubt) {
    public Limits {
      Probability.require("spine", spine);
      Probability.require("turned", turned);
      Probability.require("doubt", doubt);
      if (!(distance > 0)) {
        throw new IllegalArgumentException("distance must be above 0, but is " + distance);
      }
    }
  }

  /**
   * Where the weights come from.
   *
   * @param data the images, in words
   * @param command that made the weights
   */
  public record Training(@Nullable String data, @Nullable String command) {}

  public ModelManifest {
    require("name", name);
    require("version", version);
    require("task", task);
    require("architecture", architecture);
    require("labels", labels);
    require("inputSize", inputSize);
    require("channelOrder", channelOrder);
    require("mean", mean);
    require("deviation", deviation);
    require("licence", licence);
    require("files", files);
    labels = List.copyOf(labels);
    percentileClipping = percentileClipping == null ? null : List.copyOf(percentileClipping);
    imagePreprocessing(preprocessing, percentileClipping);
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    quality =
        quality == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(quality));
    files = Collections.unmodifiableMap(new TreeMap<>(files));
    if (!List.of(PILLOW_BILINEAR, TORCH_BILINEAR).contains(resize)) {
      throw new IllegalArgumentException(
          "resize must be %s or %s, but is %s".formatted(PILLOW_BILINEAR, TORCH_BILINEAR, resize));
    }
    if (!List.of("gray", "rgb", "bgr").contains(channelOrder)) {
      throw new IllegalArgumentException(
          "channelOrder must be gray, rgb or bgr, but is " + channelOrder);
    }
    switch (task) {
      case CLASSIFICATION -> {
        if (!labels.equals(List.of("abnormal"))) {
          throw new IllegalArgumentException(
              "labels of a classifier must be [abnormal], but are " + labels);
        }
        Probability.require("threshold", require("threshold", threshold));
      }
      case DETECTION -> {
        require("selection", selection);
        lesionTypes(labels);
      }
      case IMAGE_CHECK -> {
        require("limits", limits);
        regions(labels);
      }
    }
  }

  private static <T> T require(String field, @Nullable T value) {
    if (value == null || (value instanceof String text && text.isBlank())) {
      throw new IllegalArgumentException(field + " is missing");
    }
    return value;
  }

  /** How the 8-bit images that the network was trained on were made of radiographs. */
  public Preprocessing imagePreprocessing() {
    return imagePreprocessing(preprocessing, percentileClipping);
  }

  private static Preprocessing imagePreprocessing(
      @Nullable String name, @Nullable List<Double> clipping) {
    if ("standard".equals(name)) {
      if (clipping == null) {
        return Preprocessing.STANDARD;
      }
      if (clipping.size() == 2) {
        return new Preprocessing.Standard(clipping.get(0), clipping.get(1));
      }
      throw new IllegalArgumentException(
          "percentileClipping must be two rising percentages, but is " + clipping);
    }
    if (name != null && !name.equals("reference")) {
      throw new IllegalArgumentException(
          "preprocessing must be reference or standard, but is " + name);
    }
    if (clipping != null) {
      throw new IllegalArgumentException(
          "percentileClipping needs the preprocessing standard; remove one or add the other");
    }
    return Preprocessing.REFERENCE;
  }

  /** The image as the network wants to be given it. */
  public GrayscaleImage prepare(GrayscaleImage image) {
    return resize.equals(TORCH_BILINEAR) ? image : inputSize.resize(image);
  }

  /** Whether {@link #prepare} makes every image the same size. */
  public boolean preparesToOneSize() {
    return resize.equals(PILLOW_BILINEAR) && inputSize instanceof InputSize.Fixed;
  }

  /** The same model with what {@link ModelFiles#hashes} says of its files. */
  public ModelManifest withFiles(Map<String, String> hashes) {
    return new ModelManifest(
        name,
        version,
        task,
        architecture,
        labels,
        preprocessing,
        percentileClipping,
        inputSize,
        resize,
        channelOrder,
        mean,
        deviation,
        threshold,
        selection,
        limits,
        strideIn1x1,
        regulatory,
        intendedUse,
        training,
        quality,
        licence,
        hashes);
  }

  /** The lesion type of each output of a detector. */
  public List<LesionType> lesionTypes() {
    return lesionTypes(labels);
  }

  private static List<LesionType> lesionTypes(List<String> labels) {
    List<LesionType> types =
        labels.stream()
            .map(
                label ->
                    LesionType.named(label)
                        .orElseThrow(
                            () ->
                                new IllegalArgumentException(
                                    "label \"" + label + "\" is no lesion type")))
            .toList();
    if (types.isEmpty() || new HashSet<>(types).size() != types.size()) {
      throw new IllegalArgumentException(
          "labels of a detector must be different lesion types, but are " + labels);
    }
    return types;
  }

  /** The part of the spine that each output of an image check stands for. */
  public List<SpineRegion> regions() {
    return regions(labels);
  }

  private static List<SpineRegion> regions(List<String> labels) {
    List<SpineRegion> regions =
        labels.stream()
            .flatMap(
                label ->
                    Arrays.stream(SpineRegion.values())
                        .filter(region -> region.name().toLowerCase(Locale.ROOT).equals(label)))
            .distinct()
            .toList();
    if (regions.isEmpty() || regions.size() != labels.size()) {
      throw new IllegalArgumentException(
          "labels of an image check must be different regions of the spine, but are " + labels);
    }
    return regions;
  }
}
