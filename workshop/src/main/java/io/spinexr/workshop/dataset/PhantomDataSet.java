package io.spinexr.workshop.dataset;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.DicomWriter;
import io.spinexr.inference.Progress;
import io.spinexr.phantom.Phantom;
import io.spinexr.phantom.PhantomGenerator;
import io.spinexr.phantom.study.PhantomFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
   * @return the annotation file
   */
  public static Path write(Path folder, long firstSeed, int count, Progress progress)
      throws IOException {
    Path images = Files.createDirectories(folder.resolve("images"));
    PhantomGenerator generator = new PhantomGenerator();
    List<AnnotatedImage> annotations = new ArrayList<>();
    Map<String, ImageSize> sizes = new LinkedHashMap<>();
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      Phantom phantom = generator.generate(firstSeed + i);
      DicomFile file = PhantomFile.of(phantom, PhantomFile.Study.of(firstSeed + i), 1);
      AnnotatedImage annotated = annotated(phantom, file.dataSet());
      DicomWriter.write(file, images.resolve(annotated.imageId() + ".dicom"));
      annotations.add(annotated);
      sizes.put(annotated.imageId(), new ImageSize(phantom.width(), phantom.height()));
      long left = (System.nanoTime() - start) / (i + 1) * (count - i - 1);
      progress.update("drawing phantoms", i + 1, count, "", Duration.ofNanos(left));
    }
    Path file = folder.resolve("annotations.csv");
    AnnotationFile.write(file, annotations, ANNOTATOR);
    ImageSizeFile.write(folder.resolve("meta.csv"), sizes);
    return file;
  }

  private static AnnotatedImage annotated(Phantom phantom, DataSet image) {
    return new AnnotatedImage(
        image.string(Tag.StudyInstanceUID).orElseThrow(),
        image.string(Tag.SeriesInstanceUID).orElseThrow(),
        image.string(Tag.SOPInstanceUID).orElseThrow(),
        phantom.abnormal(),
        phantom.lesions());
  }
}
