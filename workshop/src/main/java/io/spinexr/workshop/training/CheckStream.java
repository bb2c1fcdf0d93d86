package io.spinexr.workshop.training;

import io.spinexr.cores.Cores;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.folder.InputSize;
import io.spinexr.phantom.Phantom;
import io.spinexr.phantom.drawing.Dice;
import io.spinexr.phantom.hard.Difficulty;
import io.spinexr.phantom.other.OtherImage;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Examples for the image check without end: phantoms of both families, upright and turned, and
 * images of other things. Seeds of phantoms start at 2^32, as those of a {@link PhantomStream}.
 *
 * @param seed of the training; other seeds see other images
 */
record CheckStream(long seed, InputSize.Fixed size) {
  /** Kinds that are kept for measuring: what the check says of them it has not learnt. */
  static final Set<OtherImage> HELD_OUT = EnumSet.range(OtherImage.SPECKS, OtherImage.INVERTED);

  /** Every other kind. */
  static final List<OtherImage> LEARNT =
      List.copyOf(EnumSet.complementOf(EnumSet.copyOf(HELD_OUT)));

  /** Sizes in which phantoms come, most of them small, because those are drawn faster. */
  private static final List<Double> SCALES = List.of(0.2, 0.25, 0.25, 0.3, 0.3, 0.4, 0.5, 1.0);

  /**
   * The examples of one step.
   *
   * @param count a multiple of 5
   */
  List<CheckExample> batch(long step, int count) {
    long first = step * count / 5;
    return Cores.map(count / 5, index -> five(first + index)).stream()
        .flatMap(List::stream)
        .map(one -> one.with(size.resize(one.image())))
        .toList();
  }

  /** Two phantoms upright, one of them also turned, and two other images. */
  private List<CheckExample> five(long index) {
    Dice dice = new Dice(seed << 40 ^ index);
    CheckExample upright = upright(2 * index, dice);
    return List.of(
        upright(2 * index + 1, dice),
        upright,
        upright.turned(dice.between(1, 3)),
        other(dice),
        other(dice));
  }

  /** The phantom at an index, upright. */
  CheckExample upright(long index, Dice dice) {
    Difficulty difficulty = index % 5 == 0 ? Difficulty.EASY : Difficulty.HARD;
    Phantom phantom = difficulty.generate((seed + 1 << 32) + index, dice.pick(SCALES));
    CheckExample example = CheckExample.upright(phantom);
    GrayscaleImage image =
        dice.chance(0.5) ? PhantomStream.mirror(example.image()) : example.image();
    return example.with(dice.chance(0.3) ? otherTone(image, dice) : image);
  }

  private static CheckExample other(Dice dice) {
    GrayscaleImage image = dice.pick(LEARNT).draw(dice);
    for (int i = dice.between(0, 3); i > 0; i--) {
      image = CheckExample.quarter(image);
    }
    return CheckExample.other(dice.chance(0.3) ? otherTone(image, dice) : image);
  }

  /** As with another window: another contrast and gamma. */
  private static GrayscaleImage otherTone(GrayscaleImage image, Dice dice) {
    double gamma = StrictMath.exp(dice.uniform(-0.4, 0.4));
    double black = dice.uniform(-40, 40);
    double white = dice.uniform(215, 300);
    byte[] tone = new byte[256];
    for (int i = 0; i < tone.length; i++) {
      double level = black + StrictMath.pow(i / 255.0, gamma) * (white - black);
      tone[i] = (byte) Math.round(Math.max(0, Math.min(255, level)));
    }
    byte[] pixels = new byte[image.pixels().length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = tone[image.pixels()[i] & 0xFF];
    }
    return new GrayscaleImage(image.width(), image.height(), pixels);
  }
}
