package io.spinexr.phantom;

import io.spinexr.phantom.drawing.Dice;
import io.spinexr.phantom.drawing.Point;
import io.spinexr.phantom.drawing.Shape;
import java.util.ArrayList;
import java.util.List;

/** Lead letters on the detector: the side, and sometimes the projection. */
public final class Markers {
  private Markers() {}

  /**
   * @param field half the width and height of the visible field in millimetres, around (0, 0)
   */
  public static List<Shape> of(View view, boolean mirrored, Point field, Dice dice) {
    List<Shape> shapes = new ArrayList<>();
    double size = dice.uniform(0.035, 0.055) * field.y() * 2;
    boolean right = view == View.AP ? dice.chance(0.6) : mirrored;
    // In an AP view the patient's right is at the left edge.
    int edge = view == View.AP ? (right ? -1 : 1) : dice.side();
    double x = edge * dice.uniform(0.68, 0.84) * field.x();
    double y = dice.side() * dice.uniform(0.7, 0.86) * field.y();
    if (dice.chance(0.85)) {
      letter(right ? 'R' : 'L', new Point(x, y), size, shapes);
    }
    if (dice.chance(0.25)) {
      String word = view == View.AP ? "AP" : "LAT";
      double start = -edge * 0.7 * field.x();
      for (int i = 0; i < word.length(); i++) {
        letter(word.charAt(i), new Point(start + i * 0.55 * size, y), 0.6 * size, shapes);
      }
    }
    return shapes;
  }

  /** Strokes on a grid of 2 columns and 4 rows: pairs of column and row, a space lifts the pen. */
  private static String strokes(char letter) {
    return switch (letter) {
      case 'L' -> "000424";
      case 'R' -> "04001021221202 1224";
      case 'A' -> "041024 0323";
      case 'P' -> "04001021221202";
      case 'T' -> "0020 1014";
      default -> throw new IllegalArgumentException("no marker " + letter);
    };
  }

  private static void letter(char letter, Point centre, double size, List<Shape> shapes) {
    for (String line : strokes(letter).split(" ")) {
      Point[] path = new Point[line.length() / 2];
      for (int i = 0; i < path.length; i++) {
        double column = line.charAt(2 * i) - '0';
        double row = line.charAt(2 * i + 1) - '0';
        path[i] = centre.plus((column / 2 - 0.5) * 0.6 * size, (row / 4 - 0.5) * size);
      }
      shapes.add(Shape.metal(0.07 * size, 2.2, path));
    }
  }
}
