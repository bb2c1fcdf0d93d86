package io.spinexr.workshop.dataset;

import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.LesionType;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.phantom.LesionBox;
import io.spinexr.workshop.dataset.Defect.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
  private static final List<String> BOX = COLUMNS.subList(5, 9);
  private static final String NO_FINDING = "No finding";
  private static final String CONTRADICTION = "it has \"No finding\" and a lesion";
  private static final String NAMES =
      Arrays.stream(LesionType.values())
          .map(LesionType::dataSetName)
          .collect(Collectors.joining(", "));

  /** What the rows of one image say. */
  private static final class Draft {
    private final String studyId;
    private final String seriesId;
    private final Set<String> normalBy = new HashSet<>();
    private final Set<LesionBox> marks = new HashSet<>();
    private final List<AnnotatedLesion> lesions = new ArrayList<>();
    private boolean abnormal;
    private boolean doubtful;

    private Draft(String studyId, String seriesId) {
      this.studyId = studyId;
      this.seriesId = seriesId;
    }
  }

  /** Reads one file. */
  private static final class Reading {
    private final Map<String, ImageSize> sizes;
    private final Map<String, Draft> drafts = new LinkedHashMap<>();
    private final List<Defect> defects = new ArrayList<>();

    private Reading(Map<String, ImageSize> sizes) {
      this.sizes = sizes;
    }

    private void add(CsvTable.Row row) {
      String imageId = row.text("image_id");
      if (imageId.isEmpty()) {
        found(row, Kind.NAMELESS_ROW, "image_id is empty");
        return;
      }
      String studyId = row.text("study_id");
      Draft draft =
          drafts.computeIfAbsent(
              imageId,
              id -> {
                if (studyId.isEmpty()) {
                  found(row, Kind.NO_STUDY, "study_id is empty; the image counts as a study");
                }
                return new Draft(studyId.isEmpty() ? id : studyId, row.text("series_id"));
              });
      if (!row.complete()) {
        doubt(row, draft, Kind.BROKEN_ROW, "it does not have as many cells as the header");
      } else if (!studyId.isEmpty() && !studyId.equals(draft.studyId)) {
        doubt(
            row,
            draft,
            Kind.TWO_STUDIES,
            "it belongs to study %s here, but to %s above".formatted(studyId, draft.studyId));
      } else if (row.text("lesion_type").equalsIgnoreCase(NO_FINDING)) {
        addNoFinding(row, draft);
      } else {
        addLesion(row, draft);
      }
    }

    private void addNoFinding(CsvTable.Row row, Draft draft) {
      if (BOX.stream().anyMatch(edge -> !row.text(edge).isEmpty())) {
        doubt(row, draft, Kind.CONTRADICTION, "\"No finding\" has a box");
      } else if (!draft.normalBy.add(row.text("rad_id"))) {
        found(row, Kind.DUPLICATE_ROW, "\"No finding\" stands above already");
      } else if (draft.abnormal) {
        doubt(row, draft, Kind.CONTRADICTION, CONTRADICTION);
      }
    }

    private void addLesion(CsvTable.Row row, Draft draft) {
      String name = row.text("lesion_type");
      if (name.isEmpty()) {
        doubt(row, draft, Kind.BROKEN_ROW, "lesion_type is empty");
        return;
      }
      if (!draft.normalBy.isEmpty() && !draft.abnormal) {
        doubt(row, draft, Kind.CONTRADICTION, CONTRADICTION);
      }
      draft.abnormal = true;
      Optional<LesionType> type = LesionType.named(name);
      if (type.isEmpty()) {
        found(
            row,
            Kind.UNKNOWN_TYPE,
            "lesion_type \"%s\" is none of %s, %s".formatted(name, NO_FINDING, NAMES));
        return;
      }
      double[] box;
      try {
        box = BOX.stream().mapToDouble(row::number).toArray();
      } catch (ModelException e) {
        doubt(row, draft, Kind.BROKEN_ROW, "its box is not four numbers");
        return;
      }
      if (box[2] < box[0] || box[3] < box[1]) {
        doubt(
            row,
            draft,
            Kind.BROKEN_ROW,
            "xmin must not exceed xmax, nor ymin ymax, but the box is " + Arrays.toString(box));
      } else {
        addBox(row, draft, type.get(), box);
      }
    }

    private void addBox(CsvTable.Row row, Draft draft, LesionType type, double[] box) {
      CutBox cut = CutBox.of(box[0], box[1], box[2], box[3], sizes.get(row.text("image_id")));
      cut.defect().ifPresent(kind -> found(row, kind, cut.text()));
      cut.box()
          .ifPresent(
              inside -> {
                if (draft.marks.add(new LesionBox(type, inside))) {
                  draft.lesions.add(new AnnotatedLesion(type, inside, row.text("rad_id")));
                } else {
                  found(
                      row,
                      Kind.DUPLICATE_ROW,
                      "the same lesion with the same box stands above already");
                }
              });
    }

    private void doubt(CsvTable.Row row, Draft draft, Kind kind, String text) {
      draft.doubtful = true;
      found(row, kind, text);
    }

    private void found(CsvTable.Row row, Kind kind, String text) {
      defects.add(Defect.in(row, kind, row.text("image_id"), text));
    }

    private Annotations end() {
      List<AnnotatedImage> images = new ArrayList<>();
      Map<String, String> studies = new LinkedHashMap<>();
      drafts.forEach(
          (imageId, draft) -> {
            studies.put(imageId, draft.studyId);
            if (!draft.doubtful) {
              images.add(
                  new AnnotatedImage(
                      draft.studyId, draft.seriesId, imageId, draft.abnormal, draft.lesions));
            }
          });
      return new Annotations(images, studies, defects);
    }
  }

  private AnnotationFile() {}

  /**
   * Reads a file. Lesion types are known by the data set's spelling and by the medical one. What is
   * wrong with a row is a defect, which says what becomes of the row or of its image.
   *
   * @param sizes of the images, to which boxes are cut; where one is not known, a box is cut at the
   *     left and at the top only
   * @throws ModelException naming the file, if it is no table or lacks a column
   */
  public static Annotations read(Path file, Map<String, ImageSize> sizes) {
    Reading reading = new Reading(sizes);
    CsvTable.readAll(file, COLUMNS, reading::add);
    return reading.end();
  }

  /**
   * Writes a file in the data set's spelling.
   *
   * @param annotator goes into {@code rad_id} of rows that say "No finding"
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
      for (AnnotatedLesion lesion : image.lesions()) {
        BoundingBox box = lesion.box();
        rows.add(
            row(
                image,
                lesion.annotator(),
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
