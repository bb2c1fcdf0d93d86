package io.spinexr.workshop.calibration;

import io.spinexr.evaluation.RocCurve;
import io.spinexr.evaluation.RocCurve.Point;
import io.spinexr.finding.Probability;

/** By which rule a threshold is chosen on a ROC curve. */
public sealed interface OperatingPoint {
  /**
   * The point of the curve that the rule takes.
   *
   * @throws IllegalArgumentException if no point meets the rule
   */
  Point on(RocCurve curve);

  /** For people and for {@code model-set.json}. */
  String display();

  /** The highest Youden index. */
  record Youden() implements OperatingPoint {
    @Override
    public Point on(RocCurve curve) {
      return curve.youdenPoint();
    }

    @Override
    public String display() {
      return "the highest Youden index";
    }
  }

  /** The highest threshold that reaches a sensitivity in [0,1]. */
  record Sensitivity(double required) implements OperatingPoint {
    public Sensitivity {
      Probability.require("the required sensitivity", required);
    }

    @Override
    public Point on(RocCurve curve) {
      return curve.pointOfSensitivity(required);
    }

    @Override
    public String display() {
      return "a sensitivity of at least " + required;
    }
  }

  /** The lowest threshold that reaches a specificity in [0,1]. */
  record Specificity(double required) implements OperatingPoint {
    public Specificity {
      Probability.require("the required specificity", required);
    }

    @Override
    public Point on(RocCurve curve) {
      return curve.pointOfSpecificity(required);
    }

    @Override
    public String display() {
      return "a specificity of at least " + required;
    }
  }
}
