package io.spinexr.workshop.dataset;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.DicomWriter;
import io.spinexr.inference.Progress;
import io.spinexr.phantom.LesionBox;
import io.spinexr.phantom.Phantom;
import io.spinexr.phantom.PhantomGenerator;
import io.spinexr.phantom.hard.HardGenerator;
import io.spinexr.phantom.hard.HardPhantom;
import io.spinexr.phantom.hard.Population;
import io.spinexr.phantom.study.PhantomFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Phantoms as a data set in VinDr-SpineXR's layout: {@code images/<image_id>.dicom}, {@code
 * annotations.csv} and {@code meta.csv}; an image's id is its SOPInstanceUID.
 */
public final class PhantomDataSet {
  private static final String GENERATOR = "generator";
  private static final String READER = "reader";

  private PhantomDataSet() {}

  /** One phantom to write. */
  private record Item(Phantom phantom, DicomFile file) {}

  /**
   * Writes the easy phantoms of the seeds {@code firstSeed} to {@code firstSeed + count - 1}.
   *
   * @return the annotation file
   */
  public static Path write(Path folder, long firstSeed, int count, Progress progress)
      throws IOException {
    PhantomGenerator generator = new PhantomGenerator();
    return write(
        folder,
        count,
        i -> {
          Phantom phantom = generator.generate(firstSeed + i);
          return new Item(phantom, PhantomFile.of(phantom, PhantomFile.Study.of(firstSeed + i), 1));
        },
        GENERATOR,
        progress);
  }

  /**
   * Writes the hard phantoms of the seeds {@code firstSeed} to {@code firstSeed + count - 1}: their
   * reader's marks as annotations, and in {@code truth.csv} beside them what was drawn.
   *
   * @return the annotation file
   */
  public static Path writeHard(
      Path folder, Population population, long firstSeed, int count, Progress progress)
      throws IOException {
    HardGenerator generator = new HardGenerator(population);
    List<AnnotatedImage> truth = new ArrayList<>();
    Path annotations =
        write(
            folder,
            count,
            i -> {
              HardPhantom hard = generator.generate(firstSeed + i, 1);
              Item item = new Item(hard.phantom(), PhantomFile.of(hard));
              truth.add(annotated(item, hard.truth(), GENERATOR));
              return item;
            },
            READER,
            progress);
    AnnotationFile.write(folder.resolve("truth.csv"), truth, GENERATOR);
    return annotations;
  }

  private static Path write(
      Path folder, int count, IntFunction<Item> items, String annotator, Progress progress)
      throws IOException {
    Path images = Files.createDirectories(folder.resolve("images"));
    List<AnnotatedImage> annotations = new ArrayList<>();
    Map<String, ImageSize> sizes = new LinkedHashMap<>();
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      Item item = items.apply(i);
      AnnotatedImage annotated = annotated(item, item.phantom().lesions(), annotator);
      DicomWriter.write(item.file(), images.resolve(annotated.imageId() + ".dicom"));
      annotations.add(annotated);
      sizes.put(
          annotated.imageId(), new ImageSize(item.phantom().width(), item.phantom().height()));
      long left = (System.nanoTime() - start) / (i + 1) * (count - i - 1);
      progress.update("drawing phantoms", i + 1, count, "", Duration.ofNanos(left));
    }
    Path file = folder.resolve("annotations.csv");
    AnnotationFile.write(file, annotations, annotator);
    ImageSizeFile.write(folder.resolve("meta.csv"), sizes);
    return file;
  }

  private static AnnotatedImage annotated(Item item, List<LesionBox> lesions, String annotator) {
    DataSet image = item.file().dataSet();
    return new AnnotatedImage(
        image.string(Tag.StudyInstanceUID).orElseThrow(),
        image.string(Tag.SeriesInstanceUID).orElseThrow(),
        image.string(Tag.SOPInstanceUID).orElseThrow(),
        !lesions.isEmpty(),
        lesions.stream()
            .map(lesion -> new AnnotatedLesion(lesion.type(), lesion.box(), annotator))
            .toList());
  }
}
