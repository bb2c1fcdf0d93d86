package io.spinexr.dicom.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.VR;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.TransferSyntax;
import io.spinexr.finding.ImageWarning;
import io.spinexr.finding.ImageWarning.Code;
import io.spinexr.image.Preprocessing;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Each doubt has its code, and a plain image has none. */
class ImageWarningsTest {
  private static final int EDGE = 300;

  /** A ramp from the left (1000) to the right (1000 + EDGE - 1). */
  private static short[] ramp() {
    short[] values = new short[EDGE * EDGE];
    for (int i = 0; i < values.length; i++) {
      values[i] = (short) (1000 + i % EDGE);
    }
    return values;
  }

  private static DataSet.Builder image(int columns, int rows, short[] values) {
    ByteBuffer cells = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    cells.asShortBuffer().put(values);
    return DataSet.builder()
        .put(Tag.SamplesPerPixel, 1)
        .put(Tag.PhotometricInterpretation, "MONOCHROME2")
        .put(Tag.Rows, rows)
        .put(Tag.Columns, columns)
        .put(Tag.BitsAllocated, 16)
        .put(Tag.BitsStored, 12)
        .put(Tag.HighBit, 11)
        .put(Tag.PixelRepresentation, 0)
        .putBytes(Tag.PixelData, VR.OW, cells);
  }

  private static DataSet.Builder image() {
    return image(EDGE, EDGE, ramp());
  }

  private static DataSet.Builder image(UnaryOperator<short[]> change) {
    return image(EDGE, EDGE, change.apply(ramp()));
  }

  private static List<ImageWarning> warnings(DataSet.Builder image) {
    return warnings(image, Preprocessing.REFERENCE);
  }

  private static List<ImageWarning> warnings(DataSet.Builder image, Preprocessing preprocessing) {
    return new RadiographDecoder(preprocessing)
        .decode(new DicomFile(TransferSyntax.EXPLICIT_LITTLE_ENDIAN, image.build()))
        .warnings();
  }

  private static List<Code> codes(DataSet.Builder image) {
    return warnings(image).stream().map(ImageWarning::code).toList();
  }

  @Test
  void saysNothingOfAPlainImage() {
    assertThat(codes(image())).isEmpty();
    assertThat(codes(image().put(Tag.WindowCenter, 1150).put(Tag.WindowWidth, 300))).isEmpty();
    assertThat(
            codes(
                image()
                    .put(Tag.RescaleSlope, 1)
                    .put(Tag.RescaleIntercept, 0)
                    .put(Tag.PresentationLUTShape, "IDENTITY")
                    .put(Tag.BurnedInAnnotation, "NO")
                    .put(Tag.PixelPaddingValue, 0)))
        .isEmpty();
  }

  @Test
  void saysWhenTheModalityTransformWouldMatterAndWasNotApplied() {
    DataSet.Builder rescaled = image().put(Tag.RescaleSlope, 0.25).put(Tag.RescaleIntercept, 0);

    assertThat(codes(rescaled)).as("stretching undoes it").isEmpty();
    assertThat(codes(rescaled.put(Tag.WindowCenter, 1150).put(Tag.WindowWidth, 300)))
        .contains(Code.MODALITY_TRANSFORM_NOT_APPLIED);
    assertThat(codes(image().put(Tag.RescaleSlope, -1).put(Tag.RescaleIntercept, 4095)))
        .containsExactly(Code.MODALITY_TRANSFORM_NOT_APPLIED);
    assertThat(codes(image().putItems(Tag.ModalityLUTSequence, List.of(DataSet.builder().build()))))
        .containsExactly(Code.MODALITY_TRANSFORM_NOT_APPLIED);
  }

  @Test
  void saysWhenBlackAndWhiteMayBeExchanged() {
    assertThat(codes(image().put(Tag.PresentationLUTShape, "inverse")))
        .containsExactly(Code.PRESENTATION_SHAPE_CONTRADICTS);
    assertThat(
            codes(
                image()
                    .put(Tag.PhotometricInterpretation, "Monochrome1")
                    .put(Tag.PresentationLUTShape, "IDENTITY")))
        .containsExactly(Code.PRESENTATION_SHAPE_CONTRADICTS);
    assertThat(
            codes(
                image()
                    .put(Tag.PhotometricInterpretation, "MONOCHROME1")
                    .put(Tag.PresentationLUTShape, "INVERSE")))
        .isEmpty();
  }

  @Test
  void saysWhenPaddingTakesTheGrayLevels() {
    DataSet.Builder padded =
        image(
            values -> {
              for (int i = 0; i < 10 * EDGE; i++) {
                values[i] = 4095;
              }
              return values;
            });

    assertThat(codes(padded)).as("white without a word of padding").isEmpty();
    assertThat(warnings(padded.put(Tag.PixelPaddingValue, 4095)))
        .containsExactly(
            new ImageWarning(
                Code.PADDING_SETS_RANGE,
                "pixel padding is its darkest or brightest value: the anatomy has only 10 % of the"
                    + " gray levels"));
    assertThat(codes(padded.put(Tag.PixelPaddingValue, 4090).put(Tag.PixelPaddingRangeLimit, 4095)))
        .containsExactly(Code.PADDING_SETS_RANGE);
    assertThat(codes(padded.put(Tag.WindowCenter, 1150).put(Tag.WindowWidth, 300)))
        .as("a window sets the range")
        .isEmpty();
  }

  @Test
  void theStandardsPipelineLeavesPaddingOut() {
    DataSet.Builder padded =
        image(
                values -> {
                  values[0] = 4095;
                  return values;
                })
            .put(Tag.PixelPaddingValue, 4095);

    assertThat(codes(padded)).containsExactly(Code.PADDING_SETS_RANGE);
    assertThat(warnings(padded, Preprocessing.STANDARD)).isEmpty();
    assertThat(warnings(withHotPixels(9, 1500), Preprocessing.STANDARD))
        .extracting(ImageWarning::code)
        .containsExactly(Code.OUTLIERS_SET_RANGE);
    assertThat(warnings(withHotPixels(9, 1500), new Preprocessing.Standard(0, 99.9))).isEmpty();
  }

  /** 90,000 pixels: 9 are a hundredth of a percent. */
  @Test
  void saysWhenAtMostOnePixelInTenThousandSetsTheRange() {
    assertThat(codes(withHotPixels(9, 1500))).containsExactly(Code.OUTLIERS_SET_RANGE);
    assertThat(codes(withHotPixels(10, 1500))).isEmpty();
    assertThat(codes(withHotPixels(9, 1400))).as("a quarter of the range").isEmpty();
  }

  private static DataSet.Builder withHotPixels(int count, int value) {
    return image(
        values -> {
          for (int i = 0; i < count; i++) {
            values[i * 1000] = (short) value;
          }
          return values;
        });
  }

  @Test
  void saysWhenTheReferenceWouldTakeNegativeValuesForPositive() {
    UnaryOperator<short[]> around0 =
        values -> {
          for (int i = 0; i < values.length; i++) {
            values[i] = (short) (values[i] - 1150);
          }
          return values;
        };
    UnaryOperator<short[]> cut =
        values -> {
          for (int i = 0; i < values.length; i++) {
            values[i] &= 0x0FFF;
          }
          return values;
        };

    assertThat(codes(image(around0).put(Tag.PixelRepresentation, 1)))
        .as("sign in all allocated bits")
        .isEmpty();
    assertThat(warnings(image(around0.andThen(cut)::apply).put(Tag.PixelRepresentation, 1)))
        .containsExactly(
            new ImageWarning(
                Code.SIGNED_VALUES,
                "45000 pixels have negative values of 12 bits, read as DICOM says (PS3.5 8.1.1);"
                    + " the reference implementation takes them for positive"));
  }

  @Test
  void saysWhenUnusedBitsWereSet() {
    DataSet.Builder dirty =
        image(
            values -> {
              values[0] |= 0x1000;
              return values;
            });

    assertThat(warnings(dirty))
        .containsExactly(
            new ImageWarning(
                Code.BITS_MASKED,
                "1 pixels have bits set outside the 12 stored ones; those bits were ignored"));
  }

  @Test
  void saysWhenThereIsHardlyAnyContrast() {
    UnaryOperator<short[]> fewValues =
        values -> {
          for (int i = 0; i < values.length; i++) {
            values[i] = (short) (i % 15);
          }
          return values;
        };
    assertThat(codes(image(fewValues))).containsExactly(Code.NEARLY_CONSTANT_IMAGE);
    assertThat(codes(flatBut(100))).containsExactly(Code.NEARLY_CONSTANT_IMAGE);
    assertThat(codes(flatBut(40))).isEmpty();
    assertThat(codes(flatBut(40).put(Tag.PixelPaddingValue, 3000)))
        .as("padding is no contrast")
        .containsExactly(Code.PADDING_SETS_RANGE, Code.NEARLY_CONSTANT_IMAGE);
  }

  /** Dark but for one pixel in so many. */
  private static DataSet.Builder flatBut(int period) {
    return image(
        values -> {
          for (int i = 0; i < values.length; i++) {
            values[i] = (short) (i % period == 0 ? 3000 : i % 20 * 3);
          }
          return values;
        });
  }

  @Test
  void saysWhatTheHeaderSaysAgainstAnImage() {
    assertThat(codes(image().put(Tag.BurnedInAnnotation, "YES")))
        .containsExactly(Code.BURNED_IN_ANNOTATION);
    assertThat(codes(image().put(Tag.PresentationIntentType, "FOR PROCESSING")))
        .containsExactly(Code.FOR_PROCESSING);
    assertThat(codes(image().put(Tag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.1.1.1")))
        .containsExactly(Code.FOR_PROCESSING);
    assertThat(codes(image().put(Tag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.1.1"))).isEmpty();
  }

  @Test
  void saysWhenAnImageIsVerySmallOrVeryLong() {
    assertThat(codes(image(255, 352, new short[255 * 352]).putBytes(Tag.PixelData, VR.OW, noise())))
        .containsExactly(Code.VERY_SMALL);
    assertThat(codes(image(256, 351, new short[256 * 351]).putBytes(Tag.PixelData, VR.OW, noise())))
        .isEmpty();
    assertThat(codes(image(1200, 75, ramp())))
        .containsExactly(Code.VERY_SMALL, Code.VERY_ELONGATED);
    assertThat(codes(image(600, 150, ramp()))).containsExactly(Code.VERY_SMALL);
  }

  private static ByteBuffer noise() {
    ByteBuffer cells = ByteBuffer.allocate(2 * EDGE * EDGE);
    for (int i = 0; i < cells.capacity(); i += 2) {
      cells.put(i, (byte) (i / 2 * 31));
    }
    return cells;
  }

  @Test
  void saysWhenTheVoiTransformCouldNotBeApplied() {
    DataSet.Builder image = image().put(Tag.WindowCenter, 3).put(Tag.WindowWidth, 0);

    assertThat(warnings(image))
        .containsExactly(
            new ImageWarning(
                Code.HISTOGRAM_EQUALIZED,
                "its VOI transform could not be applied (WindowWidth (0028,1051) is too small for"
                    + " a LINEAR window); the histogram was equalised instead"));
    assertThat(warnings(image, Preprocessing.STANDARD))
        .extracting(ImageWarning::code)
        .containsExactly(Code.VOI_TRANSFORM_LEFT_OUT);
  }

  @Test
  void saysWhatCannotBeReadWithoutLosingTheImage() {
    assertThat(codes(image().put(Tag.RescaleSlope, VR.DS, List.of("a half"))))
        .containsExactly(Code.DATA_SET_IRREGULAR);
    assertThat(
            codes(image().putBytes(Tag.PixelPaddingValue, VR.US, ByteBuffer.wrap(new byte[] {1}))))
        .containsExactly(Code.DATA_SET_IRREGULAR);
  }
}
