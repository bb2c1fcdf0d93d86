package io.spinexr.dicom.pixel;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The different values that an image holds. A gray level depends on the value alone, so what is
 * done to values is done once for each, not for each pixel.
 *
 * @param cells the pixel cells that occur, ascending as unsigned numbers
 * @param values the stored value of each
 * @param counts how many pixels have it
 */
public record StoredValues(int[] cells, int[] values, int[] counts) {

  public static StoredValues of(Samples samples, PixelFormat format) {
    int[] occurrences = new int[1 << format.bitsAllocated()];
    for (int i = 0; i < format.pixels(); i++) {
      occurrences[samples.at(i)]++;
    }
    int[] cells =
        IntStream.range(0, occurrences.length).filter(cell -> occurrences[cell] > 0).toArray();
    return new StoredValues(
        cells,
        Arrays.stream(cells).map(format::storedValue).toArray(),
        Arrays.stream(cells).map(cell -> occurrences[cell]).toArray());
  }

  /** How many pixels have a cell of this kind. */
  public long pixels(IntPredicate cell) {
    return IntStream.range(0, cells.length)
        .filter(i -> cell.test(cells[i]))
        .mapToLong(i -> counts[i])
        .sum();
  }

  /** Places of the values of this kind. */
  public int[] where(IntPredicate value) {
    return IntStream.range(0, values.length).filter(i -> value.test(values[i])).toArray();
  }
}
