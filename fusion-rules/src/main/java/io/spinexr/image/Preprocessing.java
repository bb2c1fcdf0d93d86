package io.spinexr.image;

/** How the stored values of a radiograph become the 8-bit image that networks start from. */
public sealed interface Preprocessing {
  /** As the reference implementation of VinDr-SpineXR does it, value by value. */
  Preprocessing REFERENCE = new Reference();

  /** As DICOM prescribes (PS3.3 C.11), without clipping. */
  Preprocessing STANDARD = new Standard(0, 100);

  /** As the reference implementation of VinDr-SpineXR does it, value by value. */
  record Reference() implements Preprocessing {
    @Override
    public String toString() {
      return "reference";
    }
  }

  /**
   * As DICOM prescribes (PS3.3 C.11); then values outside two percentiles are clipped and the rest
   * is stretched.
   *
   * @param lowPercent of the pixels become black, from 0
   * @param highPercent is where white begins, up to 100
   */
  record Standard(double lowPercent, double highPercent) implements Preprocessing {
    public Standard {
      if (!(lowPercent >= 0 && lowPercent < highPercent && highPercent <= 100)) {
        throw new IllegalArgumentException(
            "percentileClipping must be two rising percentages from 0 to 100, but is [%s, %s]"
                .formatted(lowPercent, highPercent));
      }
    }

    /** Whether any value can be clipped. */
    public boolean clips() {
      return lowPercent > 0 || highPercent < 100;
    }

    @Override
    public String toString() {
      return clips()
          ? "standard, clipped at %s %% and %s %%".formatted(lowPercent, highPercent)
          : "standard";
    }
  }
}
