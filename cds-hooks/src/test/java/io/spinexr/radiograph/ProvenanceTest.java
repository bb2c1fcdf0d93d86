package io.spinexr.radiograph;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.dicom.ReferencePrograms;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.DicomReader;
import io.spinexr.dicom.file.DicomWriter;
import io.spinexr.dicom.image.RadiographDecoder;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.service.Hospital;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProvenanceTest {
  @TempDir private Path folder;

  /** {@code printf 'P5\n3 2\n255\n\000\001\002\003\004\377' | sha256sum} of GNU coreutils. */
  @Test
  void hashesAnImageAsTheFileThatOtherProgramsWriteOfIt() {
    GrayscaleImage image = new GrayscaleImage(3, 2, new byte[] {0, 1, 2, 3, 4, (byte) 255});

    assertThat(Provenance.hash(image))
        .isEqualTo("088f3332d6540c3b1985bac4e2917de354b04cc46718ecdffa5fe3fdbdf6aad7");
    assertThat(Provenance.hash(new GrayscaleImage(2, 3, image.pixels())))
        .isNotEqualTo(Provenance.hash(image));
  }

  @ParameterizedTest
  @CsvSource({"dcmcrle", "dcmcjpls"})
  void hashesAnImageTheSameHoweverItIsCompressedWithoutLoss(String program)
      throws IOException, InterruptedException {
    ReferencePrograms.requireDcmtk();
    PhantomFile.Study study = Hospital.study(Hospital.newPatient());
    Path plain = folder.resolve("plain.dcm");
    Path compressed = folder.resolve("compressed.dcm");
    DicomWriter.write(Hospital.image(study, 1), plain);

    Process compression =
        new ProcessBuilder(program, plain.toString(), compressed.toString()).inheritIO().start();

    assertThat(compression.waitFor()).isZero();
    assertThat(DicomReader.read(compressed).transferSyntaxUid())
        .isNotEqualTo(DicomReader.read(plain).transferSyntaxUid());
    assertThat(hash(DicomReader.read(compressed))).isEqualTo(hash(DicomReader.read(plain)));
    assertThat(hash(Hospital.image(study, 2))).isNotEqualTo(hash(DicomReader.read(plain)));
  }

  /** The networks then get other pixels. */
  @Test
  void hashesAnImageOtherwiseThatIsInvertedByItsHeader() {
    DicomFile image = Hospital.image(Hospital.study(Hospital.newPatient()), 1);
    String other =
        image.dataSet().code(Tag.PhotometricInterpretation).equals(Optional.of("MONOCHROME1"))
            ? "MONOCHROME2"
            : "MONOCHROME1";
    DicomFile inverted =
        Hospital.changed(image, header -> header.put(Tag.PhotometricInterpretation, other));

    assertThat(hash(inverted)).isNotEqualTo(hash(image));
  }

  /** The lines {@code key=value} in the order of the keys, through {@code sha256sum}. */
  @Test
  void namesSettingsByTheirContent() {
    Map<String, String> settings =
        Map.of("spinexr.analysis.max-megapixels", "100", "device", "1 processor");

    assertThat(new Configuration("1.0", "", new TreeMap<>(settings)).digest())
        .isEqualTo("8043d6609138ca825f6edf97134cdeafefbd9d1985ba6b5254d6ee4374fb5008");
  }

  @Test
  void carriesTheHashesOfImagesThatAreGoneAndOfNoOthers() {
    Configuration now = new Configuration("2", "b", new TreeMap<>());
    Provenance earlier =
        new Provenance(
            new Configuration("1", "a", new TreeMap<>()),
            Map.of("1.1", "old", "1.2", "gone", "1.3", "rejected"));

    assertThat(new Provenance(now, Map.of("1.1", "new")).carrying(earlier, Set.of("1.1", "1.2")))
        .isEqualTo(new Provenance(now, Map.of("1.1", "new", "1.2", "gone")));
  }

  private static String hash(DicomFile file) {
    return Provenance.hash(new RadiographDecoder().decode(file).image());
  }
}
