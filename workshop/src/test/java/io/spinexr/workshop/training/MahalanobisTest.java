package io.spinexr.workshop.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MahalanobisTest {
  @Test
  void knowsMeanAndPrecision() {
    // Covariance [[2, 1], [1, 1]] / 2 around (3, 4): four points.
    Mahalanobis spread =
        Mahalanobis.of(
            List.of(
                new float[] {3 + 1.4142135f, 4 + 0.70710677f},
                new float[] {3 - 1.4142135f, 4 - 0.70710677f},
                new float[] {3, 4 + 0.70710677f},
                new float[] {3, 4 - 0.70710677f}));

    assertThat(spread.mean()).containsExactly(new float[] {3, 4}, offset(1e-5f));
    // The ridge adds 0.01 * (1 + 0.5) / 2 to both variances.
    double first = 1.0075;
    double second = 0.5075;
    double both = 0.5;
    double determinant = first * second - both * both;
    assertThat(spread.precision())
        .containsExactly(
            new float[] {
              (float) (second / determinant),
              (float) (-both / determinant),
              (float) (-both / determinant),
              (float) (first / determinant)
            },
            offset(1e-4f));
  }

  @Test
  void survivesAFeatureThatNeverVaries() {
    Random random = new Random(1);
    List<float[]> features = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      features.add(new float[] {(float) random.nextGaussian(), 7, (float) random.nextGaussian()});
    }
    for (float value : Mahalanobis.of(features).precision()) {
      assertThat(value).isFinite();
    }
  }
}
