package io.spinexr.workshop.dataset;

import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.LesionType;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.phantom.LesionBox;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * {@code annotations/train.csv} and {@code annotations/test.csv} of the VinDr-SpineXR data set: one
 * row per lesion, or one row "No finding" with an empty box.
 */
public final class AnnotationFile {
  private static final List<String> COLUMNS =
      List.of(
          "study_id",
          "series_id",
          "image_id",
          "rad_id",
          "lesion_type",
          "xmin",
          "ymin",
          "xmax",
          "ymax");
  private static final String NO_FINDING = "No finding";

  /**
   * Boxes below this width or height in pixels mark nothing and are dropped, as the data set's own
   * loader does.
   */
  private static final double SMALLEST = 0.001;

  private AnnotationFile() {}

  /**
   * Reads a file. Lesion types are known by the data set's spelling and by the medical one; edges
   * that lie before the image are moved to it.
   *
   * @return the images in the order of their first rows
   * @throws ModelException naming file, line and cell, if something is missing or wrong
   */
  public static List<AnnotatedImage> read(Path file) {
    Map<String, AnnotatedImage> images = new LinkedHashMap<>();
    CsvTable.read(
        file,
        COLUMNS,
        row -> {
          String imageId = row.text("image_id");
          if (imageId.isBlank()) {
            throw row.wrong("image_id is empty");
          }
          images.merge(imageId, image(row), (first, next) -> join(row, first, next));
        });
    return List.copyOf(images.values());
  }

  private static AnnotatedImage image(CsvTable.Row row) {
    boolean normal = row.text("lesion_type").equalsIgnoreCase(NO_FINDING);
    return new AnnotatedImage(
        row.text("study_id"),
        row.text("series_id"),
        row.text("image_id"),
        !normal,
        normal ? List.of() : lesions(row));
  }

  private static AnnotatedImage join(CsvTable.Row row, AnnotatedImage first, AnnotatedImage next) {
    if (!first.studyId().equals(next.studyId())) {
      throw row.wrong(
          "image %s belongs to study %s here, but to %s above"
              .formatted(first.imageId(), next.studyId(), first.studyId()));
    }
    List<LesionBox> lesions = new ArrayList<>(first.lesions());
    lesions.addAll(next.lesions());
    return new AnnotatedImage(
        first.studyId(),
        first.seriesId(),
        first.imageId(),
        first.abnormal() && next.abnormal(),
        lesions);
  }

  private static List<LesionBox> lesions(CsvTable.Row row) {
    String name = row.text("lesion_type");
    LesionType type =
        LesionType.named(name)
            .orElseThrow(
                () ->
                    row.wrong(
                        "lesion_type \"%s\" is none of %s, %s"
                            .formatted(
                                name,
                                NO_FINDING,
                                Arrays.stream(LesionType.values())
                                    .map(LesionType::dataSetName)
                                    .collect(Collectors.joining(", ")))));
    double xMin = Math.max(0, row.number("xmin"));
    double yMin = Math.max(0, row.number("ymin"));
    double xMax = Math.max(0, row.number("xmax"));
    double yMax = Math.max(0, row.number("ymax"));
    if (xMax < xMin || yMax < yMin) {
      throw row.wrong(
          "xmin must not exceed xmax, nor ymin ymax, but the box is [%s, %s, %s, %s]"
              .formatted(xMin, yMin, xMax, yMax));
    }
    if (xMax - xMin < SMALLEST || yMax - yMin < SMALLEST) {
      return List.of();
    }
    return List.of(new LesionBox(type, new BoundingBox(xMin, yMin, xMax, yMax)));
  }

  /**
   * Writes a file in the data set's spelling.
   *
   * @param annotator goes into each row's {@code rad_id}
   * @throws IllegalArgumentException if an image is abnormal but has no lesion, or is normal and
   *     has one: the layout cannot say so
   * @throws ModelException if the file cannot be written
   */
  public static void write(Path file, List<AnnotatedImage> images, String annotator) {
    List<List<Object>> rows = new ArrayList<>();
    for (AnnotatedImage image : images) {
      if (image.abnormal() == image.lesions().isEmpty()) {
        throw new IllegalArgumentException(
            "image %s must have lesions if and only if it is abnormal".formatted(image.imageId()));
      }
      if (!image.abnormal()) {
        rows.add(row(image, annotator, NO_FINDING, "", "", "", ""));
      }
      for (LesionBox lesion : image.lesions()) {
        BoundingBox box = lesion.box();
        rows.add(
            row(
                image,
                annotator,
                lesion.type().dataSetName(),
                box.xMin(),
                box.yMin(),
                box.xMax(),
                box.yMax()));
      }
    }
    CsvTable.write(file, COLUMNS, rows);
  }

  private static List<Object> row(
      AnnotatedImage image, String annotator, String lesionType, Object... box) {
    List<Object> row =
        new ArrayList<>(
            List.of(image.studyId(), image.seriesId(), image.imageId(), annotator, lesionType));
    row.addAll(List.of(box));
    return row;
  }
}
