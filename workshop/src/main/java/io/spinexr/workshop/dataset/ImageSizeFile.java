package io.spinexr.workshop.dataset;

import io.spinexr.inference.folder.ModelException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code train_meta.csv} and {@code test_meta.csv} of the data set: the size of each image. */
public final class ImageSizeFile {
  private static final List<String> COLUMNS = List.of("image_id", "image_height", "image_width");

  private ImageSizeFile() {}

  /**
   * @return sizes by image id, in the order of the rows; further columns are ignored
   * @throws ModelException naming file, line and cell, if something is missing or wrong
   */
  public static Map<String, ImageSize> read(Path file) {
    Map<String, ImageSize> sizes = new LinkedHashMap<>();
    CsvTable.read(
        file,
        COLUMNS,
        row -> {
          ImageSize size = new ImageSize(pixels(row, "image_width"), pixels(row, "image_height"));
          if (sizes.put(row.text("image_id"), size) != null) {
            throw row.wrong("image %s has a size already".formatted(row.text("image_id")));
          }
        });
    return sizes;
  }

  /** A count that may be written as a decimal, as tools for data frames do. */
  private static int pixels(CsvTable.Row row, String column) {
    double value = row.number(column);
    if (value != Math.rint(value) || value < 1 || value > Integer.MAX_VALUE) {
      throw row.wrong(
          "%s must be a whole number of pixels, but is \"%s\"".formatted(column, row.text(column)));
    }
    return (int) value;
  }

  /**
   * @throws ModelException if the file cannot be written
   */
  public static void write(Path file, Map<String, ImageSize> sizes) {
    CsvTable.write(
        file,
        COLUMNS,
        sizes.entrySet().stream()
            .map(e -> List.of(e.getKey(), e.getValue().height(), e.getValue().width()))
            .toList());
  }
}
