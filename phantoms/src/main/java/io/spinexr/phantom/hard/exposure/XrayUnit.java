package io.spinexr.phantom.hard.exposure;

/**
 * An X-ray unit that does not exist, with the habits of its maker.
 *
 * @param institution where it stands
 * @param bits that stored values use, 10 to 14
 * @param monochrome1 whether it stores bright as low values
 * @param voi what it says about the window to show its images with
 * @param processing for display
 * @param blur of its detector: standard deviation in millimetres
 * @param noise relative noise behind an average patient, per pixel at full size
 * @param scatter per unscattered radiation behind an average patient
 * @param gridLines how strongly the lamellae of its grid are seen, relative to the signal
 */
public record XrayUnit(
    String institution,
    String manufacturer,
    String model,
    int bits,
    boolean monochrome1,
    Voi voi,
    Processing processing,
    double blur,
    double noise,
    double scatter,
    double gridLines) {

  /** Window Center and Window Width in its files. */
  public enum Voi {
    /** None. */
    ABSENT,
    /** All stored values. */
    WHOLE,
    /** What a radiographer finds good. */
    CHOSEN
  }

  /**
   * @param equalised share of the coarse brightness that is taken away, 0 to 1
   * @param enhanced how much is added of details
   * @param gamma exponent of the display curve
   */
  public record Processing(double equalised, double enhanced, double gamma) {}

  /** A university hospital's digital unit. */
  public static final XrayUnit HOSPITAL =
      new XrayUnit(
          "Phantom University Hospital",
          "Lumenray (fictitious)",
          "LR 4343",
          12,
          false,
          Voi.WHOLE,
          new Processing(0.4, 0.5, 1),
          0.1,
          0.02,
          0.5,
          0);

  /** A private practice's: everything evened out and sharpened. */
  public static final XrayUnit PRACTICE =
      new XrayUnit(
          "Phantom Spine Practice",
          "Northlight (fictitious)",
          "Vista DR",
          14,
          false,
          Voi.CHOSEN,
          new Processing(0.6, 1.1, 0.9),
          0.12,
          0.025,
          0.6,
          0);

  /** A small hospital's imaging plates. */
  public static final XrayUnit RURAL =
      new XrayUnit(
          "Phantom District Hospital",
          "Platexa (fictitious)",
          "CR-25",
          10,
          true,
          Voi.ABSENT,
          new Processing(0.15, 0.2, 1.15),
          0.25,
          0.045,
          0.9,
          0.02);

  /** An emergency department's: quick, seldom well placed. */
  public static final XrayUnit EMERGENCY =
      new XrayUnit(
          "Phantom Emergency Centre",
          "Lumenray (fictitious)",
          "LR Mobile",
          12,
          true,
          Voi.CHOSEN,
          new Processing(0.3, 0.7, 1.05),
          0.16,
          0.05,
          1.3,
          0.008);
}
