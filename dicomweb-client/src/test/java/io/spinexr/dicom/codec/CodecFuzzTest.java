package io.spinexr.dicom.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Mutated codestreams of every codec: each must end with a frame or a {@link CodecException}, and
 * soon, in memory of the order of the image. Mutations are numbered; a failure names its own.
 */
class CodecFuzzTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** For images of about 1,000 pixels: tables weigh more than pixels do. */
  private static final long MOST_BYTES = 8 << 20;

  @Test
  void endsWithAFrameOrACodecException() {
    mutate(Duration.ofSeconds(30));
  }

  @Test
  @Tag("nightly")
  void endsWithAFrameOrACodecExceptionAllNight() {
    mutate(Duration.ofMinutes(5));
  }

  private static void mutate(Duration time) {
    List<SampleFrame> valid = SampleFrame.NAMES.stream().map(SampleFrame::read).toList();
    valid.forEach(SampleFrame::decode);
    long[] refused = new long[valid.size()];
    // One frame takes milliseconds; what is never over is a hang.
    long mutations =
        assertTimeoutPreemptively(
            time.plus(Duration.ofMinutes(1)),
            () -> {
              long end = System.nanoTime() + time.toNanos();
              long number = 0;
              while (System.nanoTime() < end) {
                int codec = (int) (number % valid.size());
                refused[codec] += refuses(valid.get(codec), number) ? 1 : 0;
                number++;
              }
              return number;
            });
    for (int codec = 0; codec < refused.length; codec++) {
      assertThat(refused[codec])
          .as("mutations of %s that are found, of %d", valid.get(codec).name(), mutations)
          .isGreaterThan(mutations / valid.size() / 20);
    }
  }

  private static boolean refuses(SampleFrame valid, long number) {
    SampleFrame mutated = valid.with(mutated(valid.bytes(), new Random(number)));
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      mutated.decode();
      return false;
    } catch (CodecException e) {
      return true;
    } catch (RuntimeException | Error e) {
      throw new AssertionError("mutation %d of %s".formatted(number, valid.name()), e);
    } finally {
      assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
          .as("bytes that mutation %d of %s took", number, valid.name())
          .isLessThan(MOST_BYTES);
    }
  }

  private static byte[] mutated(byte[] valid, Random random) {
    byte[] bytes = valid.clone();
    for (int edits = 1 + random.nextInt(4); edits > 0 && bytes.length > 1; edits--) {
      // Half of them in the headers.
      int at = random.nextInt(random.nextBoolean() ? Math.min(100, bytes.length) : bytes.length);
      int length = 1 + random.nextInt(Math.min(40, bytes.length - at));
      switch (random.nextInt(8)) {
        case 0, 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes[at] = (byte) random.nextInt(256);
        case 3 -> bytes[at] = (byte) 0xFF;
        case 4 -> bytes[at] = 0;
        case 5 -> bytes = joined(Arrays.copyOf(bytes, at + length), tail(bytes, at));
        case 6 -> bytes = joined(Arrays.copyOf(bytes, at), tail(bytes, at + length));
        default -> bytes = Arrays.copyOf(bytes, at);
      }
    }
    return bytes;
  }

  private static byte[] tail(byte[] bytes, int from) {
    return Arrays.copyOfRange(bytes, from, bytes.length);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(first);
    both.writeBytes(second);
    return both.toByteArray();
  }
}
