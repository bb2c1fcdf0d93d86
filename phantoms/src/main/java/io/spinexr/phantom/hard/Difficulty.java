package io.spinexr.phantom.hard;

import io.spinexr.phantom.Phantom;
import io.spinexr.phantom.PhantomGenerator;
import java.util.Locale;

/** The families of phantoms. A seed is another phantom in each. */
public enum Difficulty {
  /** Clear views of plain lesions, marked without an error. */
  EASY,
  /** Covered, badly exposed, full of look-alikes and small lesions; marked as one reader does. */
  HARD;

  /** A scale at which a phantom is drawn in a moment. */
  public static final double GLANCE = 0.05;

  /** As the command line spells it: {@code hard}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The phantom of this seed.
   *
   * @param scale of width and height, in (0, 4]
   */
  public Phantom generate(long seed, double scale) {
    return switch (this) {
      case EASY -> new PhantomGenerator().generate(seed, scale);
      case HARD -> new HardGenerator(Population.DEFAULT).generate(seed, scale).phantom();
    };
  }

  /** The same phantom so small that it tells no more than view, region and types of lesions. */
  public Phantom glance(long seed) {
    return generate(seed, GLANCE);
  }

  /** The number of the study that the phantom of this seed is one image of. */
  public long study(long seed) {
    return switch (this) {
      case EASY -> seed;
      case HARD -> Math.floorDiv(seed, 2);
    };
  }
}
