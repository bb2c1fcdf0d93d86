package io.spinexr.dicom.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.spinexr.dicom.ReferencePrograms;
import io.spinexr.dicom.codec.jpeg.Jpeg;
import io.spinexr.dicom.codec.jpegls.JpegLs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Legal codestreams that no encoder of Debian makes: samples must equal gdcm's or dcmtk's. */
class CodestreamsTest {
  @TempDir static Path folder;

  @BeforeAll
  static void makeCodestreams() throws IOException, InterruptedException {
    ReferencePrograms.requirePydicom();
    ReferencePrograms.requireDcmtk();
    ReferencePrograms.requireGdcm();
    ReferencePrograms.python(CodestreamsTest.class, "codestreams.py", folder);
  }

  @TestFactory
  Stream<DynamicTest> decodesTheSameSamples() throws IOException {
    return Files.readAllLines(folder.resolve("cases.txt")).stream()
        .map(line -> line.split(" "))
        .map(words -> dynamicTest(words[0], () -> assertSame(words)));
  }

  private static void assertSame(String[] words) throws IOException {
    ByteBuffer stream = ByteBuffer.wrap(Files.readAllBytes(folder.resolve(words[0] + ".stream")));
    FrameSize size = new FrameSize(Integer.parseInt(words[2]), Integer.parseInt(words[3]));

    DecodedFrame decoded =
        words[1].equals("jpeg") ? Jpeg.decode(stream, size) : JpegLs.decode(stream, size);

    assertThat(IntStream.range(0, decoded.samples().length).map(i -> decoded.samples()[i] & 0xFFFF))
        .containsExactly(expected(words[0]));
    assertThat(decoded.warnings()).isEmpty();
  }

  private static Integer[] expected(String name) throws IOException {
    ByteBuffer samples =
        ByteBuffer.wrap(Files.readAllBytes(folder.resolve(name + ".samples")))
            .order(ByteOrder.LITTLE_ENDIAN);
    return IntStream.range(0, samples.capacity() / 4)
        .mapToObj(i -> samples.getInt(4 * i))
        .toArray(Integer[]::new);
  }
}
