package io.spinexr.finding;

import java.util.Locale;
import java.util.Objects;

/**
 * What a reader must know of an image or of its preparation before believing its result.
 *
 * @param text a sentence without a final stop and without personal data
 */
public record ImageWarning(Code code, String text) {
  /** What kind of doubt it is. */
  public enum Code {
    /** The modality LUT or rescale was not applied before the VOI transform. */
    MODALITY_TRANSFORM_NOT_APPLIED,
    /** Presentation LUT Shape and Photometric Interpretation say opposite things. */
    PRESENTATION_SHAPE_CONTRADICTS,
    /** Pixel padding is the darkest or the brightest value. */
    PADDING_SETS_RANGE,
    /** A few pixels alone set the range of the gray levels. */
    OUTLIERS_SET_RANGE,
    /**
     * Stored values are signed and were read as DICOM says, unlike the reference implementation.
     */
    SIGNED_VALUES,
    /** Bits outside the stored ones were ignored. */
    BITS_MASKED,
    /** Hardly any contrast. */
    NEARLY_CONSTANT_IMAGE,
    /** Text or graphics may be burned into the pixels. */
    BURNED_IN_ANNOTATION,
    /** Smaller than what the networks were made for. */
    VERY_SMALL,
    /** Much longer than wide, or the reverse. */
    VERY_ELONGATED,
    /** The VOI transform could not be applied, and the histogram was equalised instead. */
    HISTOGRAM_EQUALIZED,
    /** The VOI transform could not be applied and was left out. */
    VOI_TRANSFORM_LEFT_OUT,
    /** Only a part of the VOI LUT was used. */
    VOI_LUT_SHORTENED,
    /** Values span more than the arithmetic of the reference implementation. */
    ARITHMETIC_WRAPPED,
    /** The compressed data is whole, but not as its standard prescribes. */
    CODESTREAM_IRREGULAR,
    /** The data set is readable, but not as DICOM prescribes. */
    DATA_SET_IRREGULAR,
    /** Raw detector data, of which no image for presentation was there. */
    FOR_PROCESSING,
    /** The header does not tell whether the image is within the model set's scope. */
    SCOPE_NOT_STATED,
    /** The model set was told to analyse an image outside its scope. */
    SCOPE_IGNORED,
    /** The image looks like another part of the spine than the header states. */
    REGION_CONTRADICTS,
    /** The image looks as if taken from another side than the header states. */
    VIEW_CONTRADICTS,
    /** The model set does not check by the pixels whether the image is within its scope. */
    SCOPE_NOT_CHECKED,
    /** Of a version that did not tell kinds apart. */
    OTHER;

    /** In lower case with hyphens, e.g. {@code burned-in-annotation}. */
    public String code() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  public ImageWarning {
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(text, "text");
  }

  /** In words, with the code to look up: {@code it is very small (very-small)}. */
  public String sentence() {
    return code == Code.OTHER ? text : "%s (%s)".formatted(text, code.code());
  }
}
