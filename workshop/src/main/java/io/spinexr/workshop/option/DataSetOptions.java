package io.spinexr.workshop.option;

import io.spinexr.app.setting.Mistake;
import io.spinexr.workshop.dataset.DataSetSplit;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which annotated images a command takes. */
public final class DataSetOptions {
  @Option(
      names = "--dataset",
      paramLabel = "DIR",
      description =
          "A data set in VinDr-SpineXR's layout: annotations/test.csv, test_meta.csv, test_images.")
  private @Nullable Path folder;

  @Option(
      names = "--split",
      paramLabel = "train|val|test",
      defaultValue = "test",
      description = "Which part of it (default: ${DEFAULT-VALUE}).")
  private DataSetSplit.Name split = DataSetSplit.Name.TEST;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description = "Instead: a folder with <image_id>.dicom or <image_id>.dcm, and --annotations.")
  private @Nullable Path images;

  @Option(
      names = "--annotations",
      paramLabel = "FILE",
      description =
          "CSV in the data set's layout: study_id,series_id,image_id,rad_id,lesion_type,"
              + "xmin,ymin,xmax,ymax.")
  private @Nullable Path annotations;

  private @Nullable Map<String, Path> files;

  /** Whether images are named at all. */
  public boolean isGiven() {
    return folder != null || images != null;
  }

  /** Whether it is the split that sets are measured on. */
  boolean isTest() {
    return folder != null && split == DataSetSplit.Name.TEST;
  }

  /** Whether a whole data set is named. */
  public boolean isFolder() {
    return folder != null;
  }

  /** The file of an image. */
  public Optional<Path> file(String imageId) {
    if (files == null) {
      files = split().files();
    }
    return Optional.ofNullable(files.get(imageId));
  }

  /** What {@code --annotations} says. */
  public @Nullable Path annotations() {
    return annotations;
  }

  /**
   * Where they are.
   *
   * @throws Mistake if that is not told in one way
   */
  public DataSetSplit split() {
    if (folder != null && images == null && annotations == null) {
      return DataSetSplit.of(folder, split);
    }
    if (folder == null && images != null && annotations != null) {
      return DataSetSplit.of(images, annotations);
    }
    throw new Mistake("Give either --dataset or both --images and --annotations.");
  }
}
