package io.spinexr.phantom.hard;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.LesionType;
import io.spinexr.phantom.LesionBox;
import io.spinexr.phantom.drawing.Dice;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** The rates that the reader's documentation states. */
class ReaderTest {
  private static final int TRIALS = 8000;
  private static final BoundingBox BOX = new BoundingBox(100, 200, 150, 300);

  private static List<LesionBox> marks(LesionType type, boolean lesion, double plainness) {
    Dice dice = new Dice(7);
    Drawn thing = new Drawn(new LesionBox(type, BOX), lesion, plainness);
    List<LesionBox> marks = new ArrayList<>();
    for (int i = 0; i < TRIALS; i++) {
      marks.addAll(Reader.RADIOLOGIST.mark(List.of(thing), 400, 500, dice));
    }
    return marks;
  }

  private static double share(List<?> some) {
    return some.size() / (double) TRIALS;
  }

  @Test
  void missesWhatIsHardToSee() {
    Offset<Double> near = Offset.offset(0.02);
    assertThat(share(marks(LesionType.OSTEOPHYTES, true, 0))).isCloseTo(0.45, near);
    assertThat(share(marks(LesionType.OSTEOPHYTES, true, 0.5))).isCloseTo(0.72, near);
    assertThat(share(marks(LesionType.OSTEOPHYTES, true, 1))).isCloseTo(0.99, near);
  }

  @Test
  void isDeceivedByLookAlikesNowAndThen() {
    assertThat(share(marks(LesionType.OTHER_LESIONS, false, 1))).isBetween(0.05, 0.07);
    assertThat(marks(LesionType.OTHER_LESIONS, false, 0)).isEmpty();
  }

  @Test
  void namesOneInSeventyWrongly() {
    for (LesionType type : LesionType.REFERENCE_LABELS) {
      List<LesionBox> marks = marks(type, true, 1);
      List<LesionBox> wrong = marks.stream().filter(mark -> mark.type() != type).toList();
      assertThat(share(wrong)).isBetween(0.01, 0.02);
      assertThat(wrong).allMatch(mark -> LesionType.REFERENCE_LABELS.contains(mark.type()));
    }
  }

  @Test
  void drawsItsBoxesWithAnUnsteadyHand() {
    List<LesionBox> marks = marks(LesionType.OSTEOPHYTES, true, 1);
    double mean = marks.stream().mapToDouble(mark -> mark.box().xMin()).average().orElseThrow();
    double spread =
        Math.sqrt(
            marks.stream()
                .mapToDouble(mark -> Math.pow(mark.box().xMin() - mean, 2))
                .average()
                .orElseThrow());
    assertThat(mean).isCloseTo(100, Offset.offset(0.3));
    assertThat(spread).isCloseTo(0.06 * 50, Offset.offset(0.15));
  }
}
