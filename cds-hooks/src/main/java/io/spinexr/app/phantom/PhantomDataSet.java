package io.spinexr.app.phantom;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomFile;
import io.spinexr.dicom.DicomWriter;
import io.spinexr.dicom.Tag;
import io.spinexr.inference.dataset.LesionBox;
import io.spinexr.inference.phantom.Phantom;
import io.spinexr.inference.phantom.PhantomGenerator;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.IntConsumer;

/**
 * Phantoms as a data set in VinDr-SpineXR's layout: {@code images/<image_id>.dicom}, {@code
 * annotations.csv} and {@code meta.csv}; an image's id is its SOPInstanceUID.
 */
public final class PhantomDataSet {
  private static final String ANNOTATOR = "generator";

  private PhantomDataSet() {}

  /**
   * Writes the phantoms of the seeds {@code firstSeed} to {@code firstSeed + count - 1}.
   *
   * @param written told the number of phantoms written so far, after each
   */
  public static void write(Path folder, long firstSeed, int count, IntConsumer written)
      throws IOException {
    Path images = Files.createDirectories(folder.resolve("images"));
    PhantomGenerator generator = new PhantomGenerator();
    try (Writer annotations = Files.newBufferedWriter(folder.resolve("annotations.csv"));
        Writer meta = Files.newBufferedWriter(folder.resolve("meta.csv"))) {
      annotations.write("study_id,series_id,image_id,rad_id,lesion_type,xmin,ymin,xmax,ymax\n");
      meta.write("image_id,image_height,image_width\n");
      for (int i = 0; i < count; i++) {
        Phantom phantom = generator.generate(firstSeed + i);
        DicomFile file = PhantomFile.of(phantom, PhantomFile.Study.of(firstSeed + i), 1);
        String id = file.dataSet().string(Tag.SOPInstanceUID).orElseThrow();
        DicomWriter.write(file, images.resolve(id + ".dicom"));
        annotations.write(rows(phantom, file.dataSet()));
        meta.write("%s,%d,%d\n".formatted(id, phantom.height(), phantom.width()));
        written.accept(i + 1);
      }
    }
  }

  private static String rows(Phantom phantom, DataSet image) {
    String ids =
        "%s,%s,%s,%s"
            .formatted(
                image.string(Tag.StudyInstanceUID).orElseThrow(),
                image.string(Tag.SeriesInstanceUID).orElseThrow(),
                image.string(Tag.SOPInstanceUID).orElseThrow(),
                ANNOTATOR);
    if (!phantom.abnormal()) {
      return ids + ",No finding,,,,\n";
    }
    StringBuilder rows = new StringBuilder();
    for (LesionBox lesion : phantom.lesions()) {
      rows.append(
          String.format(
              Locale.ROOT,
              "%s,%s,%.2f,%.2f,%.2f,%.2f\n",
              ids,
              lesion.type().dataSetName(),
              lesion.box().xMin(),
              lesion.box().yMin(),
              lesion.box().xMax(),
              lesion.box().yMax()));
    }
    return rows.toString();
  }
}
