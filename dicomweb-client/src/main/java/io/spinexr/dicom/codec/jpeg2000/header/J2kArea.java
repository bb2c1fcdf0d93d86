package io.spinexr.dicom.codec.jpeg2000.header;

/**
 * A rectangle of the reference grid, or of what a wavelet transform made of it (ISO 15444-1, B.5).
 *
 * @param x0 first column
 * @param y0 first row
 * @param x1 the column behind the last
 * @param y1 the row behind the last
 */
public record J2kArea(int x0, int y0, int x1, int y1) {
  public int width() {
    return Math.max(0, x1 - x0);
  }

  public int height() {
    return Math.max(0, y1 - y0);
  }

  public boolean isEmpty() {
    return x1 <= x0 || y1 <= y0;
  }

  public J2kArea intersection(J2kArea other) {
    return new J2kArea(
        Math.max(x0, other.x0),
        Math.max(y0, other.y0),
        Math.min(x1, other.x1),
        Math.min(y1, other.y1));
  }

  /** Its resolution after so many transforms (B-14). */
  public J2kArea reduced(int levels) {
    return band(levels, 0, 0);
  }

  /**
   * Its subband after so many transforms (B-15).
   *
   * @param right 1 for the high frequencies of rows, else 0
   * @param down 1 for the high frequencies of columns, else 0
   */
  public J2kArea band(int levels, int right, int down) {
    return new J2kArea(
        scaled(x0, levels, right),
        scaled(y0, levels, down),
        scaled(x1, levels, right),
        scaled(y1, levels, down));
  }

  private static int scaled(int coordinate, int levels, int high) {
    long shift = levels == 0 ? 0 : (long) high << (levels - 1);
    return (int) (coordinate - shift + (1L << levels) - 1 >> levels);
  }

  /** The cells of a grid through (0, 0) that it meets, as an area of cell numbers. */
  public J2kArea cells(int widthLog, int heightLog) {
    if (isEmpty()) {
      return new J2kArea(0, 0, 0, 0);
    }
    return new J2kArea(
        x0 >> widthLog,
        y0 >> heightLog,
        (int) ((long) x1 + (1L << widthLog) - 1 >> widthLog),
        (int) ((long) y1 + (1L << heightLog) - 1 >> heightLog));
  }

  /** One cell of a grid through (0, 0), cut to what fits into numbers. */
  public static J2kArea cell(int column, int row, int widthLog, int heightLog) {
    return new J2kArea(
        edge(column, widthLog),
        edge(row, heightLog),
        edge(column + 1, widthLog),
        edge(row + 1, heightLog));
  }

  private static int edge(int cell, int log) {
    return (int) Math.min((long) cell << log, Integer.MAX_VALUE);
  }
}
