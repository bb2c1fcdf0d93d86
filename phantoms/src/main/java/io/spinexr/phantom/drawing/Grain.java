package io.spinexr.phantom.drawing;

/** Smooth random fields: values on a lattice, interpolated between. */
public final class Grain {
  private Grain() {}

  /**
   * Adds a field of this amplitude.
   *
   * @param cell lattice width in pixels
   */
  public static void add(
      float[] field, int width, int height, double cell, double amplitude, Dice dice) {
    int columns = (int) (width / cell) + 2;
    int rows = (int) (height / cell) + 2;
    float[] lattice = new float[columns * rows];
    for (int i = 0; i < lattice.length; i++) {
      lattice[i] = (float) (amplitude * dice.uniform(-1, 1));
    }
    spread(lattice, columns, field, width, height, cell);
  }

  /** Adds the lattice, interpolated, to the field. */
  public static void spread(
      float[] lattice, int columns, float[] field, int width, int height, double cell) {
    int[] column = new int[width];
    float[] share = new float[width];
    for (int x = 0; x < width; x++) {
      column[x] = (int) (x / cell);
      share[x] = (float) (x / cell - column[x]);
    }
    for (int y = 0; y < height; y++) {
      int row = (int) (y / cell);
      float down = (float) (y / cell - row);
      for (int x = 0; x < width; x++) {
        int i = row * columns + column[x];
        float upper = lattice[i] + share[x] * (lattice[i + 1] - lattice[i]);
        float lower =
            lattice[i + columns] + share[x] * (lattice[i + columns + 1] - lattice[i + columns]);
        field[y * width + x] += upper + down * (lower - upper);
      }
    }
  }
}
