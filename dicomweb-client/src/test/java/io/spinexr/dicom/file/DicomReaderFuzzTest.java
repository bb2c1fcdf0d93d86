package io.spinexr.dicom.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.DicomJson;
import io.spinexr.dicom.ReadLimits;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.image.RadiographDecoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Thousands of seeded mutations of valid files: reading, decoding and rendering as JSON must end
 * with a value or a {@link DicomException}, in little memory.
 */
class DicomReaderFuzzTest {
  private static final int MUTATIONS = 2_500;
  private static final ReadLimits LIMITS = new ReadLimits(1 << 20, 2_000, 8, 20);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "implicit",
        "big",
        "deflated",
        "rle",
        "lossless-sv1",
        "baseline",
        "j2k",
        "sequences",
      })
  void endsWithAValueOrADicomException(String name) throws IOException {
    byte[] valid;
    try (InputStream resource = getClass().getResourceAsStream("fuzz/" + name + ".dcm")) {
      valid = resource.readAllBytes();
    }
    assertThatCode(() -> use(valid)).doesNotThrowAnyException();

    assertTimeoutPreemptively(
        Duration.ofMinutes(3),
        () -> {
          Random random = new Random(name.hashCode());
          int refused = 0;
          for (int i = 0; i < MUTATIONS; i++) {
            byte[] mutated = mutate(valid, random);
            try {
              use(mutated);
            } catch (DicomException e) {
              refused++;
            }
          }
          assertThat(refused).as("mutations that matter").isGreaterThan(MUTATIONS / 20);
        });
  }

  private static void use(byte[] file) throws IOException {
    DicomFile read = DicomReader.read(ByteBuffer.wrap(file), LIMITS);
    DicomException refusal = null;
    try {
      if (read.dataSet().contains(Tag.PixelData)) {
        new RadiographDecoder().decode(read);
      }
    } catch (DicomException e) {
      refusal = e;
    }
    DicomJson.write(read.dataSet());
    DicomWriter.write(read, new ByteArrayOutputStream());
    if (refusal != null) {
      throw refusal;
    }
  }

  private static byte[] mutate(byte[] valid, Random random) {
    byte[] bytes = valid.clone();
    for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
      // The meta information is at 132; most of what can go wrong lies in the headers behind it.
      int at = 132 + random.nextInt(bytes.length - 132);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> bytes[at] = (byte) 0xFF;
        case 3 -> {
          int length = Math.min(1 + random.nextInt(16), bytes.length - at);
          int from = random.nextInt(bytes.length - length);
          System.arraycopy(valid, Math.min(from, valid.length - length), bytes, at, length);
        }
        default -> bytes = Arrays.copyOf(bytes, Math.max(133, at));
      }
    }
    return bytes;
  }
}
