package io.spinexr.dicom.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.VR;
import io.spinexr.finding.ImageId;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Raw data gives way to its own image only: in doubt both are analysed. */
class ExposureTest {
  private static DataSet.Builder image(int pixel) {
    return DataSet.builder()
        .put(Tag.PresentationIntentType, "FOR PRESENTATION")
        .putBytes(Tag.PixelData, VR.OW, ByteBuffer.allocate(4).put(0, (byte) pixel));
  }

  private static Exposure shown(DataSet.Builder image) {
    return Exposure.of(new ImageId("1.2", "1.2.1", "1.2.1.1"), image.build());
  }

  private static Exposure raw(DataSet.Builder image) {
    return Exposure.of(
        new ImageId("1.2", "1.2.1", "1.2.1.2"),
        image.put(Tag.PresentationIntentType, "For Processing").build());
  }

  private static void assertSuperseded(Exposure raw, Exposure shown) {
    assertThat(shown.supersedes(raw)).hasValue("raw data of image 1.2.1.1");
    assertThat(raw.supersedes(shown)).isEmpty();
  }

  private static void assertIndependent(Exposure raw, Exposure shown) {
    assertThat(shown.supersedes(raw)).isEmpty();
    assertThat(raw.supersedes(shown)).isEmpty();
  }

  @Test
  void tellsRawDataByTheImageThatWasMadeFromIt() {
    DataSet source = DataSet.builder().put(Tag.ReferencedSOPInstanceUID, "1.2.1.2").build();

    assertSuperseded(
        raw(image(1)), shown(image(2).putItems(Tag.SourceImageSequence, List.of(source))));
  }

  @Test
  void tellsRawDataByTheIrradiation() {
    DataSet.Builder event = image(1).put(Tag.IrradiationEventUID, "1.5");

    assertSuperseded(raw(event), shown(image(2).put(Tag.IrradiationEventUID, "1.5")));
    assertIndependent(raw(event), shown(image(2).put(Tag.IrradiationEventUID, "1.6")));
  }

  @Test
  void tellsRawDataByTimeAndViewUnlessTheIrradiationDiffers() {
    assertSuperseded(raw(timed(1, "AP")), shown(timed(2, "ap")));
    assertIndependent(raw(timed(1, "AP")), shown(timed(2, "LL")));
    assertIndependent(raw(timed(1, "")), shown(timed(2, "")));
    assertIndependent(
        raw(timed(1, "AP").put(Tag.IrradiationEventUID, "1.5")),
        shown(timed(2, "AP").put(Tag.IrradiationEventUID, "1.6")));
    assertIndependent(
        raw(timed(1, "AP").put(Tag.AcquisitionTime, "101501")), shown(timed(2, "AP")));
  }

  private static DataSet.Builder timed(int pixel, String view) {
    return image(pixel)
        .put(Tag.AcquisitionDate, "20261127")
        .put(Tag.AcquisitionTime, "101500")
        .put(Tag.ViewPosition, view);
  }

  @Test
  void tellsRawDataByItsNumberInTheSeriesAndView() {
    assertSuperseded(raw(numbered(1, "3")), shown(numbered(2, "3")));
    assertIndependent(raw(numbered(1, "3")), shown(numbered(2, "4")));
    assertIndependent(
        Exposure.of(
            new ImageId("1.2", "1.2.9", "1.2.1.2"),
            numbered(1, "3").put(Tag.PresentationIntentType, "FOR PROCESSING").build()),
        shown(numbered(2, "3")));
  }

  private static DataSet.Builder numbered(int pixel, String number) {
    return image(pixel).put(Tag.AcquisitionNumber, number).put(Tag.ViewPosition, "AP");
  }

  @Test
  void twoImagesForPresentationAreBothAnalysedUnlessTheyAreTheSame() {
    Exposure other =
        Exposure.of(
            new ImageId("1.2", "1.2.1", "1.2.1.3"),
            image(1).put(Tag.IrradiationEventUID, "1.5").build());

    assertIndependent(other, shown(image(2).put(Tag.IrradiationEventUID, "1.5")));
    assertThat(shown(image(1)).supersedes(other)).hasValue("the same image as 1.2.1.1");
    assertThat(other.supersedes(shown(image(1)))).hasValue("the same image as 1.2.1.3");
  }

  @Test
  void anImageInTwoSeriesIsOneImage() {
    Exposure elsewhere = Exposure.of(new ImageId("1.2", "1.2.9", "1.2.1.1"), image(3).build());

    assertThat(shown(image(2)).supersedes(elsewhere)).hasValue("the same image as 1.2.1.1");
  }

  @Test
  void whatCannotBeReadTellsNothing() {
    assertIndependent(
        raw(image(1).put(Tag.SourceImageSequence, VR.LO, List.of("1.2.1.1"))), shown(image(2)));
  }
}
