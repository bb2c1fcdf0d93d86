package io.spinexr.workshop.dataset;

import io.spinexr.inference.folder.ModelException;
import io.spinexr.workshop.dataset.Defect.Kind;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** {@code train_meta.csv} and {@code test_meta.csv} of the data set: the size of each image. */
public final class ImageSizeFile {
  private static final List<String> COLUMNS = List.of("image_id", "image_height", "image_width");

  private ImageSizeFile() {}

  /**
   * @param defects is told which rows are wrong; they are left out
   * @return sizes by image id, in the order of the rows; further columns are ignored
   * @throws ModelException naming the file, if it is no table or lacks a column
   */
  public static Map<String, ImageSize> read(Path file, Consumer<Defect> defects) {
    Map<String, ImageSize> sizes = new LinkedHashMap<>();
    CsvTable.readAll(
        file,
        COLUMNS,
        row -> {
          String imageId = row.text("image_id");
          Optional<String> wrong = wrong(row);
          if (wrong.isEmpty()) {
            ImageSize size =
                new ImageSize((int) row.number("image_width"), (int) row.number("image_height"));
            ImageSize before = sizes.putIfAbsent(imageId, size);
            wrong = Optional.ofNullable(before).map(known -> "the image has a size already");
          }
          wrong.ifPresent(text -> defects.accept(Defect.in(row, Kind.BROKEN_SIZE, imageId, text)));
        });
    return sizes;
  }

  private static Optional<String> wrong(CsvTable.Row row) {
    if (!row.complete()) {
      return Optional.of("it does not have as many cells as the header");
    }
    if (row.text("image_id").isEmpty()) {
      return Optional.of("image_id is empty");
    }
    return Stream.of("image_height", "image_width")
        .filter(column -> !isPixels(row, column))
        .map(
            column ->
                "%s must be a whole number of pixels, but is \"%s\""
                    .formatted(column, row.text(column)))
        .findFirst();
  }

  /** A count that may be written as a decimal, as tools for data frames do. */
  private static boolean isPixels(CsvTable.Row row, String column) {
    try {
      double value = row.number(column);
      return value == Math.rint(value) && value >= 1 && value <= Integer.MAX_VALUE;
    } catch (ModelException e) {
      return false;
    }
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
