package io.spinexr.dicom.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import io.spinexr.dicom.file.TransferSyntax;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not whole is refused; what is only untidy is decoded, and said. */
class DamagedCodestreamTest {
  private static Stream<SampleFrame> all() {
    return SampleFrame.NAMES.stream().map(SampleFrame::read);
  }

  /** Those that state their own size and end. */
  private static Stream<SampleFrame> jpegFamily() {
    return all().filter(stream -> !stream.transferSyntaxUid().equals(TransferSyntax.RLE));
  }

  private static CodecException refusal(SampleFrame stream) {
    CodecException refusal = catchThrowableOfType(CodecException.class, stream::decode);
    assertThat(refusal).as("refusal of %s", stream.name()).isNotNull();
    return refusal;
  }

  @ParameterizedTest
  @MethodSource("all")
  void refusesAStreamThatIsCutAnywhereBeforeItsLastPixel(SampleFrame whole) {
    short[] samples = whole.decode().samples();
    int refused = 0;
    for (int length = 0; length < whole.bytes().length; length++) {
      SampleFrame cut = whole.with(Arrays.copyOf(whole.bytes(), length));
      try {
        // Only padding or the end marker was lost.
        assertThat(cut.decode().samples()).as("cut at %d", length).isEqualTo(samples);
      } catch (CodecException e) {
        assertThat(e.kind()).isEqualTo(CodecException.Kind.DAMAGED);
        refused = length + 1;
      }
    }
    assertThat(refused).as("the longest that is refused").isGreaterThan(whole.bytes().length - 8);
  }

  @ParameterizedTest
  @MethodSource("jpegFamily")
  void decodesWithoutAnEndMarkerAndSaysSo(SampleFrame whole) {
    byte[] bytes = whole.bytes();
    int end = bytes.length;
    while (bytes[end - 1] != (byte) 0xD9) {
      end--;
    }
    while (bytes[end - 2] == (byte) 0xFF) {
      end--;
    }
    SampleFrame open = whole.with(Arrays.copyOf(bytes, end - 1));

    assertThat(open.decode().samples()).isEqualTo(whole.decode().samples());
    assertThat(open.decode().warnings()).hasSize(1);
    assertThat(whole.decode().warnings()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("all")
  void takesZerosBehindTheEndForPadding(SampleFrame whole) {
    SampleFrame padded = whole.with(Arrays.copyOf(whole.bytes(), whole.bytes().length + 6));

    assertThat(padded.decode().samples()).isEqualTo(whole.decode().samples());
    assertThat(padded.decode().warnings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"baseline", "lossless-sv1", "jpeg-ls"})
  void refusesSeveralImages(String name) {
    SampleFrame one = SampleFrame.read(name);
    byte[] two = Arrays.copyOf(one.bytes(), 2 * one.bytes().length);
    System.arraycopy(one.bytes(), 0, two, one.bytes().length, one.bytes().length);

    assertThat(refusal(one.with(two))).hasMessageContaining("it holds more than one image");
  }

  @ParameterizedTest
  @MethodSource("jpegFamily")
  void refusesASizeThatIsImpossibleForItsBytesBeforeMakingRoomForIt(SampleFrame small) {
    SampleFrame huge = small.with(resized(small, 60_000));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();

    assertThatThrownBy(() -> huge.decode(new FrameSize(60_000, 60_000)))
        .isInstanceOf(CodecException.class);

    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10 << 20);
  }

  /** The stream with another size in its header. */
  private static byte[] resized(SampleFrame stream, int edge) {
    byte[] bytes = stream.bytes().clone();
    int at = 0;
    FrameSize size = stream.size();
    if (stream.transferSyntaxUid().equals(TransferSyntax.JPEG_2000_LOSSLESS)) {
      // SIZ: image and tile
      for (int offset : new int[] {8, 12, 24, 28}) {
        put(bytes, offset + 2, edge);
      }
      return bytes;
    }
    while (number(bytes, at) != size.height() || number(bytes, at + 2) != size.width()) {
      at++;
    }
    put(bytes, at, edge);
    put(bytes, at + 2, edge);
    return bytes;
  }

  private static int number(byte[] bytes, int at) {
    return (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
  }

  private static void put(byte[] bytes, int at, int number) {
    bytes[at] = (byte) (number >> 8);
    bytes[at + 1] = (byte) number;
  }

  @Test
  void refusesALosslessValueAboveItsPrecision() {
    SampleFrame twelveBits = SampleFrame.read("lossless-restart");
    byte[] bytes = twelveBits.bytes().clone();
    int frame = 0;
    while (number(bytes, frame) != 0xFFC3) {
      frame++;
    }
    bytes[frame + 4] = 10;

    assertThat(refusal(twelveBits.with(bytes)))
        .hasMessage("damaged, its JPEG data is not whole: it has a value above its precision");
  }

  @Test
  void refusesPixelsThatDoNotUseAllTheData() {
    SampleFrame whole = SampleFrame.read("lossless-sv1");
    FrameSize shorter = new FrameSize(whole.size().width(), whole.size().height() - 1);
    byte[] bytes = whole.bytes().clone();
    int frame = 0;
    while (number(bytes, frame) != 0xFFC3) {
      frame++;
    }
    put(bytes, frame + 5, shorter.height());

    assertThatThrownBy(() -> whole.with(bytes).decode(shorter))
        .hasMessageContaining("it has more data than pixels");
  }

  @Test
  void refusesOtherProcessesAsSomethingThatAnArchiveMayConvert() {
    SampleFrame baseline = SampleFrame.read("baseline");
    byte[] bytes = baseline.bytes().clone();
    int frame = 0;
    while (number(bytes, frame) != 0xFFC0) {
      frame++;
    }
    for (int marker : new int[] {0xC2, 0xC5, 0xC9, 0xCA}) {
      bytes[frame + 1] = (byte) marker;

      assertThat(refusal(baseline.with(bytes)).kind()).isEqualTo(CodecException.Kind.UNSUPPORTED);
    }
  }
}
