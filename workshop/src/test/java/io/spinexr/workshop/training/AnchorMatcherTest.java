package io.spinexr.workshop.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.LesionType;
import io.spinexr.inference.layer.Anchors;
import io.spinexr.phantom.LesionBox;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class AnchorMatcherTest {
  /** One square of 16 pixels on each of 4 x 4 cells, 16 pixels apart. */
  private static final Anchors ANCHORS =
      Anchors.of(List.of(16), List.of(16), List.of(1.0), List.of(1.0), false);

  private final AnchorMatcher matcher = new AnchorMatcher(ANCHORS, 64, 64);
  private final int[] classes = new int[2 * 16];
  private final float[] differences = new float[4 * classes.length];

  @Test
  void givesALesionToTheAnchorThatCoversIt() {
    // The anchor of row 1, column 2 is [24, 8, 40, 24]; the lesion lies 2 pixels to the right.
    LesionBox lesion = lesion(26, 8, 42, 24);
    matcher.match(List.of(lesion), classes, differences, 1);
    int anchor = 16 + 4 * 1 + 2;
    assertThat(classes[anchor]).isEqualTo(LesionType.REFERENCE_LABELS.indexOf(lesion.type()));
    assertThat(differences[4 * anchor]).isEqualTo(2 / 16f);
    assertThat(differences[4 * anchor + 1]).isZero();
    assertThat(differences[4 * anchor + 2]).isZero();
    for (int i = 16; i < 32; i++) {
      if (i != anchor) {
        assertThat(classes[i]).isEqualTo(AnchorMatcher.BACKGROUND);
      }
    }
    assertThat(classes[0]).as("the first image of the batch is not touched").isZero();
  }

  @Test
  void aSmallLesionGoesToItsNearestAnchor() {
    // Overlap 4 * 4 / 256 with one anchor only.
    matcher.match(List.of(lesion(30, 14, 34, 18)), classes, differences, 0);
    assertThat(classes[4 * 1 + 2]).isNotNegative();
    assertThat(differences[4 * 6 + 2]).isCloseTo((float) Math.log(4 / 16.0), within());
  }

  @Test
  void betweenTheLimitsNothingIsLearnt() {
    // [24, 8, 40, 38] overlaps the anchor of row 1 by 16 of 30 and that of row 2 by 14 of 32.
    matcher.match(List.of(lesion(24, 8, 40, 38)), classes, differences, 0);
    assertThat(classes[4 * 1 + 2]).isNotNegative();
    assertThat(classes[4 * 2 + 2]).isEqualTo(AnchorMatcher.IGNORED);
    assertThat(classes[4 * 3 + 2]).isEqualTo(AnchorMatcher.BACKGROUND);
  }

  private static LesionBox lesion(double xMin, double yMin, double xMax, double yMax) {
    return new LesionBox(LesionType.VERTEBRAL_COLLAPSE, new BoundingBox(xMin, yMin, xMax, yMax));
  }

  private static Offset<Float> within() {
    return Offset.offset(1e-5f);
  }
}
