package io.spinexr.evaluation.bootstrap;

import io.spinexr.evaluation.BootstrapInterval;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Several classifiers, or several detectors, measured on the same resamples of the same images, so
 * that their differences are paired.
 *
 * @param <F> what names a figure
 */
public final class Bootstrap<F> {
  private final List<F> figures;
  private final List<double[][]> values;

  private Bootstrap(List<F> figures, List<double[][]> values) {
    this.figures = figures;
    this.values = values;
  }

  /**
   * Measures all of them on all resamples.
   *
   * @param compared at least one; all know the same figures
   * @throws IllegalArgumentException if their images are not as many as the resampling's, or their
   *     figures differ
   */
  public static <F> Bootstrap<F> of(Resampling resampling, List<? extends Resampled<F>> compared) {
    List<F> figures = compared.get(0).figures();
    for (Resampled<F> one : compared) {
      if (one.images() != resampling.images() || !one.figures().equals(figures)) {
        throw new IllegalArgumentException(
            "paired figures need the same images, but %d images with %s stand beside %d with %s"
                .formatted(one.images(), one.figures(), resampling.images(), figures));
      }
    }
    int columns = figures.size();
    double[][] rows =
        resampling.measure(
            counts -> {
              double[] row = new double[compared.size() * columns];
              for (int i = 0; i < compared.size(); i++) {
                System.arraycopy(compared.get(i).on(counts), 0, row, i * columns, columns);
              }
              return row;
            });
    return new Bootstrap<>(
        figures,
        IntStream.range(0, compared.size())
            .mapToObj(i -> columns(rows, i * columns, columns))
            .toList());
  }

  private static double[][] columns(double[][] rows, int first, int count) {
    double[][] columns = new double[count][rows.length];
    for (int row = 0; row < rows.length; row++) {
      for (int column = 0; column < count; column++) {
        columns[column][row] = rows[row][first + column];
      }
    }
    return columns;
  }

  /** One value per resample; NaN where the figure does not exist. */
  public double[] values(int compared, F figure) {
    return values.get(compared)[figures.indexOf(figure)].clone();
  }

  /**
   * The 95 % interval of a figure.
   *
   * @param compared its place in the list
   * @throws IllegalArgumentException if the figure exists on no resample
   */
  public BootstrapInterval interval(int compared, F figure) {
    return BootstrapInterval.of(values(compared, figure));
  }

  /**
   * The 95 % interval of what the first has more than the second on the same resample.
   *
   * @throws IllegalArgumentException if no resample has both figures
   */
  public BootstrapInterval difference(int first, int second, F figure) {
    double[] differences = values(first, figure);
    double[] subtracted = values(second, figure);
    for (int i = 0; i < differences.length; i++) {
      differences[i] -= subtracted[i];
    }
    return BootstrapInterval.of(differences);
  }
}
