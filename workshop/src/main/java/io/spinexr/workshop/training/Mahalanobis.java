package io.spinexr.workshop.training;

import java.util.List;

/**
 * How features of training images are spread, so that the distance of another image from them can
 * be told (Mahalanobis 1936).
 *
 * @param mean of each feature
 * @param precision inverse of their covariance, row by row
 */
record Mahalanobis(float[] mean, float[] precision) {
  /**
   * Of the mean variance, added to each variance: features that hardly vary among these images may
   * vary among others.
   */
  private static final double RIDGE = 0.01;

  /**
   * Estimates both.
   *
   * @param features of at least two images
   */
  static Mahalanobis of(List<float[]> features) {
    int size = features.get(0).length;
    double[] mean = new double[size];
    for (float[] one : features) {
      for (int i = 0; i < size; i++) {
        mean[i] += one[i] / features.size();
      }
    }
    double[][] covariance = new double[size][size];
    for (float[] one : features) {
      for (int i = 0; i < size; i++) {
        for (int j = 0; j < size; j++) {
          covariance[i][j] += (one[i] - mean[i]) * (one[j] - mean[j]) / features.size();
        }
      }
    }
    double trace = 0;
    for (int i = 0; i < size; i++) {
      trace += covariance[i][i];
    }
    for (int i = 0; i < size; i++) {
      covariance[i][i] += RIDGE * trace / size;
    }
    double[][] inverse = inverse(covariance);
    float[] precision = new float[size * size];
    float[] centre = new float[size];
    for (int i = 0; i < size; i++) {
      centre[i] = (float) mean[i];
      for (int j = 0; j < size; j++) {
        precision[i * size + j] = (float) inverse[i][j];
      }
    }
    return new Mahalanobis(centre, precision);
  }

  /** Gauss and Jordan's way; the matrix is symmetric and positive definite, so no row is moved. */
  private static double[][] inverse(double[][] matrix) {
    int size = matrix.length;
    double[][] inverse = new double[size][size];
    for (int i = 0; i < size; i++) {
      inverse[i][i] = 1;
    }
    for (int pivot = 0; pivot < size; pivot++) {
      double by = matrix[pivot][pivot];
      for (int j = 0; j < size; j++) {
        matrix[pivot][j] /= by;
        inverse[pivot][j] /= by;
      }
      for (int row = 0; row < size; row++) {
        double times = matrix[row][pivot];
        for (int j = 0; row != pivot && j < size; j++) {
          matrix[row][j] -= times * matrix[pivot][j];
          inverse[row][j] -= times * inverse[pivot][j];
        }
      }
    }
    return inverse;
  }
}
