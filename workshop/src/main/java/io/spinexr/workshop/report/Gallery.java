package io.spinexr.workshop.report;

import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.workshop.evaluation.EvaluationSet;
import io.spinexr.workshop.evaluation.PredictedImage;
import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/**
 * The images that the ensemble is most wrong about, with what was marked on them.
 *
 * @param misses abnormal images below c*, the lowest probability first
 * @param falseAlarms normal images at or above c*, the highest probability first
 */
record Gallery(List<Exhibit> misses, List<Exhibit> falseAlarms) {
  private static final int SHOWN = 6;
  private static final int LONGEST_SIDE = 420;
  private static final int MOST_DETECTIONS = 10;

  /**
   * An image of the gallery.
   *
   * @param probability that was said, as text
   * @param picture the image; empty if it is not at hand
   * @param marks the truth, then detections
   * @param text the marks in words
   */
  record Exhibit(
      String imageId,
      String probability,
      @Nullable Picture picture,
      List<Mark> marks,
      List<String> text) {}

  /**
   * @param width of the original image, in pixels
   * @param height of the original image, in pixels
   * @param data a small JPEG file in Base64
   * @param fontSize of labels, in pixels of the original image
   */
  record Picture(int width, int height, String data, double fontSize) {}

  /** A box in pixels of the original image, with its label. */
  record Mark(
      String kind, BoundingBox box, String anchor, double labelX, double labelY, String label) {
    /** Its label goes to the left from a box on the right. */
    static Mark of(String kind, BoundingBox box, double imageWidth, double labelY, String label) {
      boolean right = box.xMin() + box.xMax() > imageWidth;
      return new Mark(
          kind, box, right ? "end" : "start", right ? box.xMax() : box.xMin(), labelY, label);
    }

    public double width() {
      return box.width();
    }

    public double height() {
      return box.height();
    }
  }

  /**
   * @param pictures images by id, as the networks start from them; empty where none is at hand
   */
  static Gallery of(EvaluationSet set, Function<String, Optional<GrayscaleImage>> pictures) {
    double threshold = set.rule().threshold();
    Comparator<PredictedImage> rising = Comparator.comparingDouble(PredictedImage::probability);
    return new Gallery(
        exhibits(
            set,
            set.images().stream()
                .filter(image -> image.abnormal() && image.probability() < threshold)
                .sorted(rising),
            pictures),
        exhibits(
            set,
            set.images().stream()
                .filter(image -> !image.abnormal() && image.probability() >= threshold)
                .sorted(rising.reversed()),
            pictures));
  }

  private static List<Exhibit> exhibits(
      EvaluationSet set,
      Stream<PredictedImage> worst,
      Function<String, Optional<GrayscaleImage>> pictures) {
    return worst
        .limit(SHOWN)
        .map(image -> exhibit(set, image, pictures.apply(image.imageId())))
        .toList();
  }

  private static Exhibit exhibit(
      EvaluationSet set, PredictedImage image, Optional<GrayscaleImage> pixels) {
    double size = pixels.map(p -> Math.max(p.width(), p.height()) / 32.0).orElse(0.0);
    double width = pixels.map(GrayscaleImage::width).orElse(0);
    double bottom = pixels.map(GrayscaleImage::height).orElse(0);
    List<Mark> marks = new ArrayList<>();
    image
        .lesions()
        .forEach(lesion -> marks.add(truth(lesion.type().display(), lesion.box(), width, size)));
    List<Finding> kept = image.kept(set.rule());
    kept.stream()
        .sorted(Comparator.comparingDouble(Finding::score).reversed())
        .limit(MOST_DETECTIONS)
        .forEach(finding -> marks.add(detection(finding, width, bottom, size)));
    Map<String, Integer> alike = new LinkedHashMap<>();
    marks.forEach(mark -> alike.merge(mark.kind() + ": " + mark.label(), 1, Integer::sum));
    List<String> text = new ArrayList<>();
    alike.forEach((mark, count) -> text.add(count == 1 ? mark : count + " x " + mark));
    if (kept.size() > MOST_DETECTIONS) {
      text.add("and %d detections of lower scores".formatted(kept.size() - MOST_DETECTIONS));
    }
    if (kept.isEmpty()) {
      text.add("no detection");
    }
    return new Exhibit(
        image.imageId(),
        String.format(Locale.ROOT, "%.4f", image.probability()),
        pixels.map(p -> new Picture(p.width(), p.height(), jpeg(p), size)).orElse(null),
        marks,
        text);
  }

  /** Labelled above its box, so that the label of a detection, below, does not cover it. */
  private static Mark truth(String type, BoundingBox box, double width, double size) {
    return Mark.of("truth", box, width, Math.max(size, box.yMin() - size / 4), type);
  }

  private static Mark detection(Finding finding, double width, double bottom, double size) {
    BoundingBox box = finding.box();
    return Mark.of(
        "detection",
        box,
        width,
        Math.min(box.yMax() + size, bottom - size / 4),
        String.format(Locale.ROOT, "%s %.2f", finding.type().display(), finding.score()));
  }

  private static String jpeg(GrayscaleImage image) {
    double scale = Math.min(1, (double) LONGEST_SIDE / Math.max(image.width(), image.height()));
    BufferedImage whole =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_BYTE_GRAY);
    whole.getRaster().setDataElements(0, 0, image.width(), image.height(), image.pixels());
    int width = (int) Math.max(1, image.width() * scale);
    int height = (int) Math.max(1, image.height() * scale);
    BufferedImage small = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D pen = small.createGraphics();
    pen.drawImage(whole.getScaledInstance(width, height, Image.SCALE_AREA_AVERAGING), 0, 0, null);
    pen.dispose();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(small, "jpeg", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }
}
