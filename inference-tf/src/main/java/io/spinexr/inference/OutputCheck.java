package io.spinexr.inference;

import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelManifest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Whether a network's outputs mean what the {@link io.spinexr.inference.runtime.Contract} says, as
 * far as images of noise show. A graph can have every output with its right type, and still answer
 * the log-odds of something else, or boxes in another order or unit.
 */
public final class OutputCheck {
  // Half precision has three decimals.
  private static final double SIGMOID = 1e-3;

  /** How much of the boxes may not lie in the image before another order is thought of. */
  private static final double STRANGE = 0.25;

  /** How much of them must lie in the image in that other order. */
  private static final double FITTING = 0.9;

  /** How far a box may reach beyond the image there, in parts of the image's edges. */
  private static final double BEYOND = 0.02;

  /** In which order four numbers may make a box. */
  private enum Order {
    XYXY("[xMin, yMin, xMax, yMax]"),
    YXYX("[yMin, xMin, yMax, xMax]"),
    XYWH("[x, y, width, height]"),
    CXCYWH("[centre x, centre y, width, height]");

    final String meaning;

    Order(String meaning) {
      this.meaning = meaning;
    }
  }

  /**
   * A box as it was answered.
   *
   * @param numbers four, in whatever order
   * @param width of the image that the network was given, in pixels
   * @param height of it, in pixels
   */
  private record Answer(List<Double> numbers, int type, int width, int height) {
    boolean finite() {
      return numbers.stream().allMatch(Double::isFinite);
    }

    /** Such as rows of zeros, with which a list is filled up. */
    boolean withoutArea() {
      return numbers.get(0).equals(numbers.get(2)) || numbers.get(1).equals(numbers.get(3));
    }

    /** Whether it would be a box in an image of one pixel. */
    boolean inOnePixel() {
      return numbers.stream().allMatch(number -> Math.abs(number) <= 1 + BEYOND);
    }

    /** As xMin, yMin, xMax, yMax. */
    double[] read(Order order) {
      double a = numbers.get(0);
      double b = numbers.get(1);
      double c = numbers.get(2);
      double d = numbers.get(3);
      return switch (order) {
        case XYXY -> new double[] {a, b, c, d};
        case YXYX -> new double[] {b, a, d, c};
        case XYWH -> new double[] {a, b, a + c, b + d};
        case CXCYWH -> new double[] {a - c / 2, b - d / 2, a + c / 2, b + d / 2};
      };
    }

    /** Whether its centre lies in the image, as that of a box that is not clipped yet does. */
    boolean fits() {
      double[] box = read(Order.XYXY);
      double x = (box[0] + box[2]) / 2;
      double y = (box[1] + box[3]) / 2;
      return box[0] < box[2] && box[1] < box[3] && x >= 0 && x <= width && y >= 0 && y <= height;
    }

    /** Whether all of it lies in the image. */
    boolean fits(Order order) {
      double[] box = read(order);
      return box[0] < box[2]
          && box[1] < box[3]
          && box[0] >= -BEYOND * width
          && box[2] <= (1 + BEYOND) * width
          && box[1] >= -BEYOND * height
          && box[3] <= (1 + BEYOND) * height;
    }

    /** Whether no part of it is left when it is clipped to the image. */
    boolean outside() {
      double[] box = read(Order.XYXY);
      return box[2] <= 0 || box[0] >= width || box[3] <= 0 || box[1] >= height;
    }

    /** Whether its edges are the wrong way round. */
    boolean inverted() {
      return numbers.get(0) > numbers.get(2) || numbers.get(1) > numbers.get(3);
    }
  }

  private final Model model;
  private final ModelManifest manifest;

  private OutputCheck(Model model) {
    this.model = model;
    this.manifest = model.manifest();
  }

  /**
   * Runs a model on three images: upright, wide and tall, because swapped axes show where an image
   * is no square.
   *
   * @return what is strange, a sentence each: boxes that are dropped when the model is served, or
   *     that nothing could be seen
   * @throws ModelException if the sigmoid of a classifier's logit is not its probability; if boxes
   *     of a detector are not finite, have a class that is no label, or look like another order or
   *     unit than xMin, yMin, xMax, yMax in pixels, which is named
   */
  public static List<String> of(Model model) {
    return new OutputCheck(model).warnings();
  }

  private List<String> warnings() {
    List<GrayscaleImage> images =
        Stream.of(SelfCheck.noise(96, 128), SelfCheck.noise(256, 64), SelfCheck.noise(64, 256))
            .map(manifest::prepare)
            .toList();
    return switch (manifest.task()) {
      case CLASSIFICATION -> {
        images.forEach(image -> model.run(List.of(image), this::requireSigmoid));
        yield List.of();
      }
      case DETECTION -> warnings(images.stream().map(this::boxes).toList());
      case IMAGE_CHECK -> List.of(); // has nothing but probabilities, which every run looks at
    };
  }

  private double requireSigmoid(Outputs outputs) {
    float logit = outputs.floats("logit", 1)[0];
    float probability = outputs.probabilities("probability", 1)[0];
    double sigmoid = 1 / (1 + Math.exp(-logit));
    if (!(Math.abs(sigmoid - probability) <= SIGMOID)) {
      throw new ModelException(
          "the classifier in %s answers the logit %s, whose sigmoid is %.4f, but the probability %s; export the log-odds of the probability as logit"
              .formatted(model.folder(), logit, sigmoid, probability));
    }
    return probability;
  }

  private List<Answer> boxes(GrayscaleImage image) {
    return model.run(
        List.of(image),
        outputs -> {
          int[] classes = outputs.ints("classes", -1);
          float[] boxes = outputs.floats("boxes", classes.length, 4);
          return IntStream.range(0, classes.length)
              .mapToObj(
                  i ->
                      new Answer(
                          IntStream.range(4 * i, 4 * i + 4)
                              .mapToObj(at -> (double) boxes[at])
                              .toList(),
                          classes[i],
                          image.width(),
                          image.height()))
              .toList();
        });
  }

  private List<String> warnings(List<List<Answer>> ofImages) {
    List<Answer> all = ofImages.stream().flatMap(List::stream).toList();
    refuse(all, answer -> !answer.finite(), "are not finite");
    List<Answer> boxes = all.stream().filter(answer -> !answer.withoutArea()).toList();
    refuse(
        boxes,
        answer -> answer.type() < 0 || answer.type() >= manifest.labels().size(),
        "have a class that is none of the %d labels".formatted(manifest.labels().size()));
    if (boxes.isEmpty()) {
      return List.of(
          "it finds nothing on images of noise, so order and unit of its boxes are not known; look"
              + " at some on images of your own (spinexr models run)");
    }
    requireUnit(boxes);
    requireOrder(boxes);
    long outside = boxes.stream().filter(box -> !box.inverted() && box.outside()).count();
    long inverted = boxes.stream().filter(Answer::inverted).count();
    int empty = all.size() - boxes.size();
    int most = Objects.requireNonNull(manifest.selection()).maxDetections();
    List<String> warnings = new ArrayList<>();
    if (outside + inverted + empty > 0) {
      warnings.add(
          "of %d boxes on images of noise these would be dropped: %d outside the image, %d whose edges are the wrong way round, %d without area"
              .formatted(all.size(), outside, inverted, empty));
    }
    if (ofImages.stream().anyMatch(image -> image.size() > most)) {
      warnings.add(
          "it answers %d boxes on one image, of which the best %d would be kept (maxDetections)"
              .formatted(ofImages.stream().mapToInt(List::size).max().orElseThrow(), most));
    }
    return warnings;
  }

  private void refuse(List<Answer> boxes, Predicate<Answer> wrong, String what) {
    long count = boxes.stream().filter(wrong).count();
    if (count > 0) {
      throw new ModelException(
          "%d of %d boxes of the detector in %s %s; correct its graph or its model.json"
              .formatted(count, boxes.size(), model.folder(), what));
    }
  }

  private void requireUnit(List<Answer> boxes) {
    if (boxes.stream().allMatch(Answer::inOnePixel)) {
      throw new ModelException(
          "boxes look like 0..1: all %d of the detector in %s lie within one pixel; multiply them by width and height in its graph"
              .formatted(boxes.size(), model.folder()));
    }
  }

  private void requireOrder(List<Answer> boxes) {
    long strange = boxes.stream().filter(box -> !box.fits()).count();
    if (strange <= STRANGE * boxes.size()) {
      return;
    }
    Optional<Order> other =
        Stream.of(Order.YXYX, Order.XYWH, Order.CXCYWH)
            .filter(order -> fitting(boxes, order) >= FITTING * boxes.size())
            .max(Comparator.comparingLong(order -> fitting(boxes, order)));
    if (other.isEmpty() && 2 * strange <= boxes.size()) {
      return; // a poor detector's
    }
    throw new ModelException(
        "boxes look like %s: as %s, %d of %d of the detector in %s do not lie in the image; convert them to pixels in this order in its graph"
            .formatted(
                other
                    .map(order -> order.name().toLowerCase(Locale.ROOT) + " " + order.meaning)
                    .orElse("another unit"),
                Order.XYXY.meaning,
                strange,
                boxes.size(),
                model.folder()));
  }

  private static long fitting(List<Answer> boxes, Order order) {
    return boxes.stream().filter(box -> box.fits(order)).count();
  }
}
