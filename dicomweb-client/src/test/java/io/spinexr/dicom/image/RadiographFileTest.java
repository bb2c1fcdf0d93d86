package io.spinexr.dicom.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spinexr.dicom.ReferencePrograms;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.DicomReader;
import io.spinexr.dicom.file.DicomWriter;
import io.spinexr.dicom.image.RadiographFile.BodyPart;
import io.spinexr.dicom.image.RadiographFile.Examination;
import io.spinexr.dicom.image.RadiographFile.Patient;
import io.spinexr.dicom.image.RadiographFile.Pixels;
import io.spinexr.dicom.image.RadiographFile.Projection;
import io.spinexr.finding.ImageId;
import io.spinexr.finding.ImageWarning;
import io.spinexr.finding.ImageWarning.Code;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RadiographFileTest {
  @TempDir Path folder;

  private static RadiographFile radiograph(Pixels pixels) {
    return new RadiographFile(
        new ImageId("1.2.3", "1.2.3.1", "1.2.3.1.1"),
        new Patient("MRN-7", "Ward A", "Müller^Jürgen=山田^太郎", LocalDate.of(1961, 2, 3), "M"),
        new Examination(
            "ACC-9",
            "Lumbar spine, two views",
            LocalDateTime.of(2026, 1, 2, 13, 4, 5),
            "",
            BodyPart.LSPINE,
            1,
            2),
        Projection.LEFT_LATERAL,
        pixels);
  }

  private static Pixels pixels(int bitsStored, boolean monochrome1, long seed) {
    Random random = new Random(seed);
    short[] values = new short[19 * 13];
    for (int i = 0; i < values.length; i++) {
      values[i] = (short) random.nextInt(1 << bitsStored);
    }
    return new Pixels(values, 19, 13, bitsStored, monochrome1, 0.143);
  }

  @Property(tries = 200)
  void decodesToPixelsStretchedFromLowestToHighest(
      @ForAll @IntRange(min = 9, max = 16) int bitsStored,
      @ForAll boolean monochrome1,
      @ForAll long seed)
      throws IOException {
    Pixels pixels = pixels(bitsStored, monochrome1, seed);
    int min = Integer.MAX_VALUE;
    int max = 0;
    for (short value : pixels.values()) {
      min = Math.min(min, value & 0xFFFF);
      max = Math.max(max, value & 0xFFFF);
    }

    DecodedRadiograph decoded = new RadiographDecoder().decode(radiograph(pixels).toDicom());

    assertThat(decoded.warnings())
        .extracting(ImageWarning::code)
        .isSubsetOf(Code.VERY_SMALL, Code.VERY_ELONGATED, Code.NEARLY_CONSTANT_IMAGE);
    for (int i = 0; i < pixels.values().length; i++) {
      int value = pixels.values()[i] & 0xFFFF;
      int upright = monochrome1 ? max - value : value - min;
      assertThat(decoded.image().pixels()[i])
          .isEqualTo((byte) (int) ((double) upright / (max - min) * 255));
    }
  }

  @Test
  void isReadByDcmtkAsADigitalRadiographOfTheSpine() throws Exception {
    ReferencePrograms.requireDcmtk();
    Path path = folder.resolve("image.dcm");
    DicomWriter.write(radiograph(pixels(12, true, 1)).toDicom(), path);

    String dump = ReferencePrograms.run("dcmdump", "+U8", path);

    assertThat(dump)
        .contains("=DigitalXRayImageStorageForPresentation")
        .contains("UI =LittleEndianExplicit")
        .contains("[Müller^Jürgen=山田^太郎]")
        .contains("CS [LSPINE]")
        .contains("CS [MONOCHROME1]")
        .contains("TM [130405]")
        .contains("DS [0.143\\0.143]");
    DicomFile back = DicomReader.read(path);
    assertThat(back.dataSet().integers(Tag.Rows)).containsExactly(13);
    assertThat(back.dataSet().string(Tag.IssuerOfPatientID)).hasValue("Ward A");
    assertThat(back.dataSet().strings(Tag.PatientOrientation)).containsExactly("P", "F");
  }

  @Test
  void refusesValuesThatNeedMoreBits() {
    assertThatThrownBy(() -> new Pixels(new short[] {4096}, 1, 1, 12, false, 0.1))
        .hasMessage("the value 4096 needs more than 12 bits");
  }

  @Test
  void namesNoPatientInItsTextForm() {
    assertThat(radiograph(pixels(12, false, 1)).toString())
        .doesNotContain("MRN-7")
        .doesNotContain("1961")
        .doesNotContain("ller");
  }
}
