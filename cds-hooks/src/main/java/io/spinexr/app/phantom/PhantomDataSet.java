package io.spinexr.app.phantom;

import io.spinexr.dicom.DicomFile;
import io.spinexr.dicom.DicomWriter;
import io.spinexr.dicom.Tag;
import io.spinexr.inference.dataset.AnnotatedImage;
import io.spinexr.inference.dataset.AnnotationFile;
import io.spinexr.inference.dataset.ImageSize;
import io.spinexr.inference.dataset.ImageSizeFile;
import io.spinexr.inference.phantom.Phantom;
import io.spinexr.inference.phantom.PhantomGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    List<AnnotatedImage> annotations = new ArrayList<>();
    Map<String, ImageSize> sizes = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      Phantom phantom = generator.generate(firstSeed + i);
      DicomFile file = PhantomFile.of(phantom, PhantomFile.Study.of(firstSeed + i), 1);
      String id = file.dataSet().string(Tag.SOPInstanceUID).orElseThrow();
      DicomWriter.write(file, images.resolve(id + ".dicom"));
      annotations.add(
          new AnnotatedImage(
              file.dataSet().string(Tag.StudyInstanceUID).orElseThrow(),
              file.dataSet().string(Tag.SeriesInstanceUID).orElseThrow(),
              id,
              phantom.abnormal(),
              phantom.lesions()));
      sizes.put(id, new ImageSize(phantom.width(), phantom.height()));
      written.accept(i + 1);
    }
    AnnotationFile.write(folder.resolve("annotations.csv"), annotations, ANNOTATOR);
    ImageSizeFile.write(folder.resolve("meta.csv"), sizes);
  }
}
