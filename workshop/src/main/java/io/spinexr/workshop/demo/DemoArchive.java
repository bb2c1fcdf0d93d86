package io.spinexr.workshop.demo;

import io.spinexr.dicom.file.DicomWriter;
import io.spinexr.inference.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;

/** The images of the demonstration on disk. */
final class DemoArchive {
  private DemoArchive() {}

  /** Draws the images that are not there yet. */
  static void fill(Path folder, List<DemoStudy> studies, Progress progress) throws IOException {
    Files.createDirectories(folder);
    int total = studies.stream().mapToInt(study -> study.seeds().size()).sum();
    int done = 0;
    long start = System.nanoTime();
    for (DemoStudy study : studies) {
      int number = 0;
      for (long seed : study.seeds()) {
        number++;
        Path file = folder.resolve(study.study().accessionNumber() + "-" + number + ".dcm");
        if (!Files.exists(file)) {
          write(study, seed, number, file);
        }
        done++;
        long left = (System.nanoTime() - start) / done * (total - done);
        progress.update("drawing images", done, total, "", Duration.ofNanos(left));
      }
    }
  }

  /** Whole or not at all, so that an interrupted start leaves no half image. */
  private static void write(DemoStudy study, long seed, int number, Path file) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    DicomWriter.write(study.file(seed, number), part);
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
