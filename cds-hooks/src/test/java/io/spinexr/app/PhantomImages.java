package io.spinexr.app;

import io.spinexr.dicom.Tag;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.DicomWriter;
import io.spinexr.phantom.PhantomGenerator;
import io.spinexr.phantom.study.PhantomFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Synthetic radiographs in a folder. */
final class PhantomImages {
  private PhantomImages() {}

  /** Writes the phantoms of {@code count} seeds as {@code <SOPInstanceUID>.dicom}. */
  static Path write(Path folder, int count, long firstSeed) throws IOException {
    Files.createDirectories(folder);
    for (long seed = firstSeed; seed < firstSeed + count; seed++) {
      DicomFile file =
          PhantomFile.of(new PhantomGenerator().generate(seed), PhantomFile.Study.of(seed), 1);
      String image = file.dataSet().string(Tag.SOPInstanceUID).orElseThrow();
      DicomWriter.write(file, folder.resolve(image + ".dicom"));
    }
    return folder;
  }
}
