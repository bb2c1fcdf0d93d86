package io.spinexr.workshop.report;

import io.spinexr.finding.LesionType;
import io.spinexr.workshop.evaluation.AnnotatedCounts;
import java.util.List;

/**
 * What the VinDr-SpineXR paper prints in its Tables 3, 4 and 5, in percent, to stand beside figures
 * of the same data set. Its two rows of the detector that it deploys, Sparse R-CNN alone, disagree
 * per type.
 */
final class PaperFigures {
  /** Order of the columns of {@link #DETECTORS} and {@link #FUSION}. */
  static final List<LesionType> TYPES =
      List.of(
          LesionType.DISC_SPACE_NARROWING,
          LesionType.FORAMINAL_STENOSIS,
          LesionType.OSTEOPHYTES,
          LesionType.SPONDYLOLISTHESIS,
          LesionType.SURGICAL_IMPLANT,
          LesionType.VERTEBRAL_COLLAPSE,
          LesionType.OTHER_LESIONS);

  /** A printed row: its name and its cells. */
  record Row(String name, List<String> cells) {}

  /** AUROC, F1, sensitivity, specificity; precision is not printed. */
  static final List<Row> CLASSIFIERS =
      List.of(
          row(
              "DenseNet-121",
              "86.93 (85.4, 88.4)|79.55 (77.6, 81.4)|80.39 (77.9, 82.8)|79.32 (76.9, 81.7)"),
          row(
              "DenseNet-169",
              "87.29 (85.8, 88.8)|80.25 (78.3, 82.1)|81.74 (79.3, 84.1)|79.02 (76.6, 81.4)"),
          row(
              "DenseNet-201",
              "87.14 (85.6, 88.6)|79.03 (77.1, 80.9)|77.97 (75.4, 80.5)|81.46 (79.1, 83.8)"),
          row(
              "Ensemble",
              "88.61 (87.2, 90.0)|81.06 (79.2, 82.9)|83.07 (80.6, 85.3)|79.32 (77.8, 81.7)"));

  /** AP at IoU 0.5 of each of {@link #TYPES}, and their mean. */
  static final List<Row> DETECTORS =
      List.of(
          row("Faster R-CNN", "22.66|35.99|49.24|31.68|65.22|51.68|2.16|31.83"),
          row("RetinaNet", "14.53|25.35|41.67|32.14|65.49|51.85|5.30|28.09"),
          row("EfficientDet", "17.05|24.19|42.69|35.18|61.85|52.53|2.45|28.73"),
          row("Sparse R-CNN", "20.09|32.67|48.16|45.32|72.20|49.30|5.41|33.15"));

  /** The same before and after the decision rule. */
  static final List<Row> FUSION =
      List.of(
          row("detector only", "18.06|28.89|34.23|41.52|62.45|42.85|4.03|33.15"),
          row("with the rule", "21.43|27.36|34.78|41.29|62.53|43.39|4.16|33.56"));

  private PaperFigures() {}

  private static Row row(String name, String cells) {
    return new Row(name, List.of(cells.split("\\|")));
  }

  /** Whether annotations are those of the paper's test set, by its printed counts. */
  static boolean areOf(AnnotatedCounts counts) {
    return counts.images() == 2078 && counts.abnormal() == 1010 && counts.studies() == 1000;
  }
}
