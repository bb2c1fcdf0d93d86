package io.spinexr.workshop.training;

import io.spinexr.finding.LesionType;
import io.spinexr.inference.layer.Anchors;
import io.spinexr.inference.layer.BoxCoder;
import io.spinexr.phantom.LesionBox;
import java.util.Arrays;
import java.util.List;

/**
 * Which anchor learns which lesion (RetinaNet, section 4.1): an anchor whose overlap with a lesion
 * is at least 0.5 learns it, below 0.4 it learns background, in between nothing. The anchors that
 * overlap a lesion most learn it in any case.
 */
final class AnchorMatcher {
  /** The class of an anchor that learns background. */
  static final int BACKGROUND = -1;

  /** The class of an anchor that learns nothing. */
  static final int IGNORED = -2;

  private static final double FOREGROUND_IOU = 0.5;
  private static final double BACKGROUND_IOU = 0.4;

  private final float[] anchors;

  /**
   * @param width of the padded image in pixels
   * @param height of the padded image in pixels
   */
  AnchorMatcher(Anchors anchors, int width, int height) {
    List<float[]> levels =
        anchors.levels().stream()
            .map(
                level ->
                    level.boxes(
                        -Math.floorDiv(-height, level.stride()),
                        -Math.floorDiv(-width, level.stride())))
            .toList();
    this.anchors = new float[levels.stream().mapToInt(boxes -> boxes.length).sum()];
    int at = 0;
    for (float[] boxes : levels) {
      System.arraycopy(boxes, 0, this.anchors, at, boxes.length);
      at += boxes.length;
    }
  }

  private static int cells(int pixels, int stride) {
    return (pixels + stride - 1) / stride;
  }

  /** Number of anchors on the image. */
  int size() {
    return anchors.length / 4;
  }

  /**
   * Writes what each anchor learns.
   *
   * @param classes index in {@link LesionType#REFERENCE_LABELS}, {@link #BACKGROUND} or {@link
   *     #IGNORED}, per anchor
   * @param differences from the anchor to its lesion, 4 per anchor; 0 where there is none
   * @param image which image of the batch: where in the arrays to write
   */
  void match(List<LesionBox> lesions, int[] classes, float[] differences, int image) {
    int count = size();
    int first = image * count;
    Arrays.fill(classes, first, first + count, BACKGROUND);
    double[] best = new double[count];
    int[] lesionOf = new int[count];
    Arrays.fill(lesionOf, -1);
    double[][] overlaps = new double[lesions.size()][count];
    for (int l = 0; l < lesions.size(); l++) {
      double highest = 0;
      for (int a = 0; a < count; a++) {
        double iou = iou(a, corners(lesions.get(l)));
        overlaps[l][a] = iou;
        highest = Math.max(highest, iou);
        if (iou > best[a]) {
          best[a] = iou;
          lesionOf[a] = l;
        }
      }
      for (int a = 0; a < count; a++) {
        overlaps[l][a] = highest > 0 && overlaps[l][a] == highest ? 1 : 0;
      }
    }
    for (int a = 0; a < count; a++) {
      int lesion = lesionOf[a];
      boolean nearest = lesion >= 0 && overlaps[lesion][a] == 1;
      if (best[a] >= FOREGROUND_IOU || nearest) {
        LesionBox box = lesions.get(lesion);
        classes[first + a] = LesionType.REFERENCE_LABELS.indexOf(box.type());
        BoxCoder.RETINANET.encode(anchors, 4 * a, corners(box), differences, 4 * (first + a));
      } else if (best[a] >= BACKGROUND_IOU) {
        classes[first + a] = IGNORED;
      }
    }
  }

  private static float[] corners(LesionBox lesion) {
    return new float[] {
      (float) lesion.box().xMin(),
      (float) lesion.box().yMin(),
      (float) lesion.box().xMax(),
      (float) lesion.box().yMax()
    };
  }

  private double iou(int anchor, float[] box) {
    int at = 4 * anchor;
    float w = Math.min(anchors[at + 2], box[2]) - Math.max(anchors[at], box[0]);
    float h = Math.min(anchors[at + 3], box[3]) - Math.max(anchors[at + 1], box[1]);
    if (w <= 0 || h <= 0) {
      return 0;
    }
    double intersection = (double) w * h;
    double anchorArea =
        (double) (anchors[at + 2] - anchors[at]) * (anchors[at + 3] - anchors[at + 1]);
    double boxArea = (double) (box[2] - box[0]) * (box[3] - box[1]);
    return intersection / (anchorArea + boxArea - intersection);
  }
}
