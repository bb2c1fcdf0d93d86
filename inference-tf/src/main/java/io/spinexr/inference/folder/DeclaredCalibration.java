package io.spinexr.inference.folder;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.spinexr.evaluation.calibration.CalibrationMap;
import io.spinexr.evaluation.calibration.Isotonic;
import io.spinexr.evaluation.calibration.Temperature;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Field {@code calibration} of {@code model-set.json}: exactly one of the two.
 *
 * @param temperature what the ensemble's log-odds are divided by, above 0
 * @param isotonic points [probability of the ensemble, calibrated probability], both in [0,1] and
 *     rising; linear between them, constant beyond
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DeclaredCalibration(
    @Nullable Double temperature, @Nullable List<List<Double>> isotonic) {
  public DeclaredCalibration {
    map(temperature, isotonic);
  }

  /** How files spell a map; null for one that changes nothing. */
  public static @Nullable DeclaredCalibration of(CalibrationMap map) {
    if (map instanceof Temperature divided) {
      return new DeclaredCalibration(divided.temperature(), null);
    }
    if (map instanceof Isotonic rising) {
      return new DeclaredCalibration(
          null,
          rising.points().stream()
              .map(point -> List.of(point.probability(), point.calibrated()))
              .toList());
    }
    return null;
  }

  CalibrationMap map() {
    return map(temperature, isotonic);
  }

  private static CalibrationMap map(
      @Nullable Double temperature, @Nullable List<List<Double>> isotonic) {
    if (temperature != null && isotonic == null) {
      return new Temperature(temperature);
    }
    if (isotonic != null && temperature == null) {
      return new Isotonic(isotonic.stream().map(DeclaredCalibration::point).toList());
    }
    throw new IllegalArgumentException("calibration must have temperature or isotonic, not both");
  }

  private static Isotonic.Point point(List<Double> numbers) {
    if (numbers.size() != 2) {
      throw new IllegalArgumentException(
          "a point of calibration.isotonic must be [probability, calibrated], but is " + numbers);
    }
    return new Isotonic.Point(numbers.get(0), numbers.get(1));
  }
}
