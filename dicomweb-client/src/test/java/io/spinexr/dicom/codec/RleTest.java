package io.spinexr.dicom.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class RleTest {
  private static final FrameSize SIZE = new FrameSize(4, 2);

  private static ByteBuffer frame(int... packed) {
    ByteBuffer frame = ByteBuffer.allocate(64 + packed.length).order(ByteOrder.LITTLE_ENDIAN);
    frame.putInt(1).putInt(64).position(64);
    for (int value : packed) {
      frame.put((byte) value);
    }
    return frame.flip();
  }

  @Test
  void unpacksLiteralAndRepeatedRunsAndSkipsTheControlByteWithoutMeaning() {
    // PS3.5 G.3.1: 2 means three literal bytes, -128 nothing, -3 four copies, 0 one literal byte.
    DecodedFrame decoded = Rle.decode(frame(2, 10, 11, 12, -128, -3, 7, 0, 9), SIZE);

    assertThat(decoded.samples()).containsExactly(new short[] {10, 11, 12, 7, 7, 7, 7, 9});
    assertThat(decoded.precision()).isEqualTo(8);
  }

  @Test
  void takesZerosBehindASegmentForPadding() {
    assertThat(Rle.decode(frame(-7, 5, 0), SIZE).samples()).containsOnly(5);
  }

  @Test
  void refusesASegmentThatEndsEarlyOrGoesOn() {
    assertThatThrownBy(() -> Rle.decode(frame(-6, 5), SIZE))
        .isInstanceOf(CodecException.class)
        .hasMessage("damaged, its RLE data is not whole: it ends early");
    assertThatThrownBy(() -> Rle.decode(frame(-8, 5), SIZE)).hasMessageContaining("more data");
    assertThatThrownBy(() -> Rle.decode(frame(-7, 5, 0, 6), SIZE))
        .hasMessageContaining("more data");
  }
}
