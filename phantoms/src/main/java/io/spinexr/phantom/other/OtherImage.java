package io.spinexr.phantom.other;

import io.spinexr.image.GrayscaleImage;
import io.spinexr.phantom.drawing.Dice;
import java.util.Locale;

/** The kinds of images that are no radiograph of the spine. */
public enum OtherImage {
  /** One gray level, or next to it a few more. */
  CONSTANT,
  /** Every pixel by itself. */
  NOISE,
  /** Smooth noise of one size. */
  CLOUDS,
  /** From dark to bright, along a line or from a centre. */
  GRADIENT,
  CHECKERBOARD,
  /** A printed page. */
  TEXT,
  /** The detector exposed without a patient. */
  EMPTY_FIELD,
  /** A phantom's blocks in another order. */
  SHUFFLED,
  HAND,
  SKULL,
  KNEE,
  /** Dots on an even ground. */
  SPECKS,
  /** A test pattern of circles. */
  RINGS,
  /** Noise of all sizes, as in photographs. */
  TEXTURE,
  /** Coloured areas of a drawing, in gray. */
  POLYGONS,
  /** Lungs, heart and ribs without the spine between. */
  CHEST,
  FOOT,
  /** Hips without the spine above. */
  PELVIS,
  /** Four phantoms on one image. */
  FOUR,
  /** A phantom with black and white exchanged. */
  INVERTED;

  /** One image of the kind. The same dice draw the same image on every machine. */
  public GrayscaleImage draw(Dice dice) {
    return switch (this) {
      case CONSTANT -> Patterns.constant(dice);
      case NOISE -> Patterns.noise(dice);
      case CLOUDS -> Patterns.clouds(dice);
      case GRADIENT -> Patterns.gradient(dice);
      case CHECKERBOARD -> Patterns.checkerboard(dice);
      case TEXT -> Patterns.text(dice);
      case SPECKS -> Patterns.specks(dice);
      case RINGS -> Patterns.rings(dice);
      case TEXTURE -> Patterns.texture(dice);
      case POLYGONS -> Patterns.polygons(dice);
      case EMPTY_FIELD -> BodyParts.none(dice);
      case HAND -> BodyParts.hand(dice);
      case SKULL -> BodyParts.skull(dice);
      case KNEE -> BodyParts.knee(dice);
      case CHEST -> BodyParts.chest(dice);
      case FOOT -> BodyParts.foot(dice);
      case PELVIS -> BodyParts.pelvis(dice);
      case SHUFFLED -> Altered.shuffled(dice);
      case FOUR -> Altered.four(dice);
      case INVERTED -> Altered.inverted(dice);
    };
  }

  /** For people: {@code empty field}. */
  public String display() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
