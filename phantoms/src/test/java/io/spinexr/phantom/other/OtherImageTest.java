package io.spinexr.phantom.other;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.image.GrayscaleImage;
import io.spinexr.phantom.drawing.Dice;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OtherImageTest {
  @ParameterizedTest
  @EnumSource
  void theDiceDecideEveryPixel(OtherImage kind) {
    GrayscaleImage image = kind.draw(new Dice(3));
    GrayscaleImage again = kind.draw(new Dice(3));

    assertThat(again.width()).isEqualTo(image.width());
    assertThat(again.pixels()).isEqualTo(image.pixels());
    assertThat(kind.draw(new Dice(4)).pixels()).isNotEqualTo(image.pixels());
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CONSTANT")
  void showSomething(OtherImage kind) {
    for (long seed = 0; seed < 5; seed++) {
      GrayscaleImage image = kind.draw(new Dice(seed));
      int least = 255;
      int most = 0;
      for (byte pixel : image.pixels()) {
        least = Math.min(least, pixel & 0xFF);
        most = Math.max(most, pixel & 0xFF);
      }
      assertThat(most - least).as("%s %d", kind, seed).isGreaterThan(200);
    }
  }
}
