package io.spinexr.phantom.hard.body;

import io.spinexr.phantom.drawing.Dice;

/** All of a patient but the lesions of the spine. */
public final class Body {
  private Body() {}

  /** Adds what covers the spine, then the spine. */
  public static void draw(Scene scene, Dice dice) {
    Dice covers = dice.split();
    switch (scene.spine().region()) {
      case CERVICAL -> Neck.draw(scene, covers);
      case THORACIC -> Chest.draw(scene, covers);
      case LUMBAR -> Abdomen.draw(scene, covers);
    }
    Skeleton.draw(scene, dice.split());
    Belongings.draw(scene, dice.split());
  }
}
