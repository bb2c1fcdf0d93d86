package io.spinexr.dicom.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RleFrameTest {
  @Test
  void unpacksLiteralAndRepeatedRunsAndSkipsTheControlByteWithoutMeaning() {
    PixelFormat format = new PixelFormat(2, 4, 8, 8, 7, false, false);
    ByteBuffer frame = ByteBuffer.allocate(64 + 9).order(ByteOrder.LITTLE_ENDIAN);
    frame.putInt(1).putInt(64).position(64);
    // PS3.5 G.3.1: 2 means three literal bytes, -128 nothing, -3 four copies, 0 one literal byte.
    frame.put(new byte[] {2, 10, 11, 12, -128, -3, 7, 0, 9}).flip();

    Samples samples = RleFrame.decode(frame, format);

    assertThat(IntStream.range(0, 8).map(samples::at)).containsExactly(10, 11, 12, 7, 7, 7, 7, 9);
  }
}
