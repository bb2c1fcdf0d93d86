package io.spinexr.workshop.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.folder.InputSize;
import io.spinexr.phantom.other.OtherImage;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckStreamTest {
  private static final CheckStream STREAM = new CheckStream(2, new InputSize.Fixed(24, 32));

  @Test
  void eachStepHasSpinesUprightAndTurnedAndOtherImages() {
    List<CheckExample> batch = STREAM.batch(7, 20);
    assertThat(batch).filteredOn(one -> one.orientation() == 0).hasSize(8);
    assertThat(batch).filteredOn(one -> one.orientation() > 0).hasSize(4);
    assertThat(batch)
        .filteredOn(one -> !one.spine())
        .hasSize(8)
        .allMatch(one -> one.region() == -1 && one.view() == -1);
    assertThat(batch).allMatch(one -> one.image().width() == 24 && one.image().height() == 32);
  }

  @Test
  void aStepIsTheSameWheneverItComes() {
    List<CheckExample> first = STREAM.batch(3, 10);
    STREAM.batch(4, 10);
    List<CheckExample> again = STREAM.batch(3, 10);
    for (int i = 0; i < first.size(); i++) {
      assertThat(again.get(i).image().pixels()).isEqualTo(first.get(i).image().pixels());
    }
    assertThat(STREAM.batch(4, 10).get(0).image().pixels())
        .isNotEqualTo(first.get(0).image().pixels());
  }

  @Test
  void everyKindIsEitherLearntOrKeptForMeasuring() {
    assertThat(CheckStream.LEARNT)
        .doesNotContainAnyElementsOf(CheckStream.HELD_OUT)
        .contains(OtherImage.NOISE, OtherImage.CONSTANT);
    assertThat(CheckStream.LEARNT.size() + CheckStream.HELD_OUT.size())
        .isEqualTo(OtherImage.values().length);
  }

  @Test
  void turnsClockwise() {
    GrayscaleImage image = new GrayscaleImage(3, 2, new byte[] {1, 2, 3, 4, 5, 6});
    CheckExample once = new CheckExample(image, 0, 1, 1).turned(1);
    assertThat(once.orientation()).isEqualTo(1);
    assertThat(once.image().width()).isEqualTo(2);
    assertThat(once.image().pixels()).containsExactly(4, 1, 5, 2, 6, 3);
    assertThat(once.turned(3).image().pixels()).isEqualTo(image.pixels());
    assertThat(once.turned(3).orientation()).isZero();
  }
}
