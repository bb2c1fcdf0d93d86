package io.spinexr.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class GrayscaleImageTest {
  private static final GrayscaleImage IMAGE =
      new GrayscaleImage(3, 2, new byte[] {1, 2, 3, 4, 5, (byte) 255});

  @Test
  void readsRowByRowWithoutASign() {
    assertThat(IMAGE.at(0, 0)).isEqualTo(1);
    assertThat(IMAGE.at(1, 1)).isEqualTo(5);
    assertThat(IMAGE.at(2, 1)).isEqualTo(255);
  }

  @Test
  void hasNothingBesideTheImage() {
    assertThatThrownBy(() -> IMAGE.at(3, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> IMAGE.at(0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> new GrayscaleImage(3, 3, IMAGE.pixels()))
        .hasMessageContaining("3 x 3 pixels cannot hold 6 bytes");
  }
}
