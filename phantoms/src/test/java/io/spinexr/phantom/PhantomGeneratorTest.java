package io.spinexr.phantom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spinexr.finding.LesionType;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhantomGeneratorTest {
  private final PhantomGenerator generator = new PhantomGenerator();

  @Test
  void aSeedGivesTheSamePhantomInEveryThread() {
    List<short[]> once =
        LongStream.range(0, 8).mapToObj(s -> generator.generate(s).pixels().values()).toList();
    List<short[]> again =
        LongStream.range(0, 8)
            .parallel()
            .mapToObj(s -> new PhantomGenerator().generate(s).pixels().values())
            .toList();
    for (int i = 0; i < 8; i++) {
      assertThat(again.get(i)).isEqualTo(once.get(i));
    }
    assertThat(once.get(0)).isNotEqualTo(once.get(1));
  }

  /**
   * Models are trained and measured on seeds, so a seed must keep its pixels: a change of the
   * drawing changes these sums and calls for training again.
   */
  @ParameterizedTest
  @CsvSource({
    "1, e61d445ab945fc18cca79dd9acd2ebfca71ce27e03e7bb67eee25e29cbf0506e",
    "42, 208762d6f8f44d3e5fee49d45406a1a12036251cbbc29df62fc146e4c9a9c114",
    "99, 0a1d36c10a0c063a31215bcbae712e4d6db566e0c57481a2e6dc0bbcad36601e"
  })
  void aSeedKeepsItsPixelsFromOneMachineToTheNext(long seed, String sha256) throws Exception {
    short[] pixels = generator.generate(seed).pixels().values();
    ByteBuffer bytes = ByteBuffer.allocate(2 * pixels.length);
    bytes.asShortBuffer().put(pixels);
    assertThat(MessageDigest.getInstance("SHA-256").digest(bytes.array()))
        .asHexString()
        .isEqualToIgnoringCase(sha256);
  }

  @Test
  void everyBoxLiesInsideTheImageAndIsNotTiny() {
    for (long seed = 0; seed < 500; seed++) {
      Phantom phantom = generator.generate(seed, 0.25);
      for (LesionBox lesion : phantom.lesions()) {
        assertThat(lesion.box().xMax()).isLessThanOrEqualTo(phantom.width());
        assertThat(lesion.box().yMax()).isLessThanOrEqualTo(phantom.height());
        assertThat(lesion.box().width()).isGreaterThan(0.03 * phantom.width());
        assertThat(lesion.box().height()).isGreaterThan(0.03 * phantom.height());
      }
    }
  }

  @Test
  void halfOfThePhantomsAreNormalAndTheSevenTypesAreBalanced() {
    Map<LesionType, Integer> counts = new EnumMap<>(LesionType.class);
    int abnormal = 0;
    for (long seed = 0; seed < 500; seed++) {
      Phantom phantom = generator.generate(seed, 0.05);
      abnormal += phantom.abnormal() ? 1 : 0;
      assertThat(phantom.lesions()).hasSizeLessThanOrEqualTo(4);
      phantom.lesions().forEach(lesion -> counts.merge(lesion.type(), 1, Integer::sum));
    }
    assertThat(abnormal).isBetween(210, 290);
    assertThat(counts.keySet()).containsExactlyInAnyOrderElementsOf(LesionType.REFERENCE_LABELS);
    int most = counts.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
    int least = counts.values().stream().mapToInt(Integer::intValue).min().orElseThrow();
    assertThat(most).as("%s", counts).isLessThan(2 * least);
  }

  @Test
  void aLesionChangesThePixelsInsideItsBox() {
    for (long seed = 0; seed < 80; seed++) {
      Phantom ill = generator.generate(seed, 0.5);
      Phantom healthy = generator.generate(seed, 0.5, false);
      assertThat(healthy.lesions()).isEmpty();
      if (!ill.abnormal()) {
        assertThat(healthy.pixels().values()).isEqualTo(ill.pixels().values());
      }
      for (LesionBox lesion : ill.lesions()) {
        assertThat(meanDifference(ill, healthy, lesion))
            .as("seed %d, %s", seed, lesion)
            .isGreaterThan(25);
      }
    }
  }

  /** Mean absolute difference in the box, in steps of the 12-bit scale. */
  private static double meanDifference(Phantom a, Phantom b, LesionBox lesion) {
    return IntStream.range((int) lesion.box().yMin(), (int) lesion.box().yMax())
        .flatMap(
            y ->
                IntStream.range((int) lesion.box().xMin(), (int) lesion.box().xMax())
                    .map(x -> y * a.width() + x))
        .map(i -> Math.abs(a.pixels().values()[i] - b.pixels().values()[i]))
        .average()
        .orElseThrow();
  }

  @Test
  void theScaleChangesOnlyTheResolution() {
    for (long seed = 0; seed < 40; seed++) {
      Phantom full = generator.generate(seed);
      Phantom half = generator.generate(seed, 0.5);
      assertThat(half.width()).isCloseTo(full.width() / 2, Offset.offset(1));
      assertThat(half.view()).isEqualTo(full.view());
      assertThat(half.lesions()).hasSameSizeAs(full.lesions());
      for (int i = 0; i < full.lesions().size(); i++) {
        assertThat(half.lesions().get(i).type()).isEqualTo(full.lesions().get(i).type());
        assertThat(half.lesions().get(i).box().xMin() * 2)
            .isCloseTo(full.lesions().get(i).box().xMin(), Offset.offset(1.5));
      }
    }
  }

  @Test
  void theGrayscaleImageIsStretchedTruncatedAndUprightWhateverThePhotometricInterpretation() {
    short[] stored = {100, 4000, 2049, 2050, 101, 100};
    assertThat(phantom(stored, false).grayscale().pixels())
        .containsExactly(
            0, (byte) (3900 / 3900.0 * 255), (byte) (1949 / 3900.0 * 255), (byte) 127, 0, 0);
    assertThat(phantom(stored, true).grayscale().pixels())
        .containsExactly(255, 0, (byte) (1951 / 3900.0 * 255), (byte) 127, (byte) 254, 255);
    assertThat(phantom(new short[] {7, 7, 7, 7, 7, 7}, true).grayscale().pixels()).containsOnly(0);
  }

  private static Phantom phantom(short[] pixels, boolean monochrome1) {
    return new Phantom(
        1,
        new Phantom.Pixels(3, 2, pixels, 12, monochrome1, Phantom.Pixels.Window.NONE, 0.3),
        View.AP,
        Region.LUMBAR,
        false,
        List.of());
  }

  @Test
  void bothPhotometricInterpretationsUseTheTwelveBits() {
    int inverted = 0;
    for (long seed = 0; seed < 60; seed++) {
      Phantom phantom = generator.generate(seed, 0.25);
      inverted += phantom.pixels().monochrome1() ? 1 : 0;
      for (short value : phantom.pixels().values()) {
        assertThat(value >= 0 && value <= 4095).isTrue();
      }
    }
    assertThat(inverted).isBetween(6, 36);
  }

  @Test
  void refusesAScaleThatIsNoSize() {
    for (double scale : new double[] {0, -1, Double.NaN, 5}) {
      assertThatThrownBy(() -> generator.generate(1, scale))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("scale must be in (0, 4]");
    }
  }
}
