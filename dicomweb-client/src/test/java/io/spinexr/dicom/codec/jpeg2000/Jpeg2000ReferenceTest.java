package io.spinexr.dicom.codec.jpeg2000;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.spinexr.dicom.ReferencePrograms;
import io.spinexr.dicom.codec.DecodedFrame;
import io.spinexr.dicom.codec.TestImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Images encoded by OpenJPEG: what is lossless must come back exactly; what is not, within one grey
 * level of what OpenJPEG decodes, because both round sums of single precision.
 */
class Jpeg2000ReferenceTest {
  private static final List<TestImage> IMAGES =
      List.of(
          TestImage.of(203, 157, 12, false),
          TestImage.of(203, 157, 12, true),
          TestImage.of(131, 70, 8, false),
          TestImage.of(131, 70, 8, true),
          TestImage.of(97, 113, 16, false),
          TestImage.of(97, 113, 16, true),
          TestImage.of(64, 64, 10, false),
          TestImage.of(83, 95, 14, false));

  /** OpenJPEG does not take more resolutions than such images have, nor offsets for them. */
  private static final List<TestImage> TINY =
      List.of(
          TestImage.of(1, 1, 12, false),
          TestImage.of(1, 37, 12, false),
          TestImage.of(41, 1, 12, true),
          TestImage.of(2, 3, 16, true),
          TestImage.of(5, 4, 8, false));

  private static final List<String> LOSSLESS =
      List.of(
          "",
          "-n 1",
          "-n 2",
          "-n 7",
          "-b 4,4",
          "-b 32,128",
          "-b 1024,4",
          "-r 20,10,5,1",
          "-r 20,10,5,1 -p RLCP",
          "-r 20,10,5,1 -p RPCL -c [64,32],[32,64]",
          "-r 20,10,5,1 -p PCRL -c [64,32],[32,64]",
          "-r 20,10,5,1 -p CPRL -c [64,32],[32,64]",
          "-n 4 -c [16,16]",
          "-SOP -EPH -PLT -TLM",
          "-SOP -r 10,1",
          "-EPH -c [32,32]",
          "-t 50,40 -n 2",
          "-t 50,40 -n 2 -TP R",
          "-t 64,64 -n 2 -r 20,10,1 -TP L",
          "-r 20,10,1 -p RPCL -TP R -SOP",
          "-d 13,7 -T 5,3 -t 64,48 -n 3",
          "-d 17,35 -T 9,20 -t 33,31 -n 2 -p PCRL -c [16,16]",
          "-d 1001,2003 -n 4",
          "-d 1,1 -n 7",
          "-ROI c=0,U=7",
          "-POC T1=0,0,1,3,1,RPCL/T1=3,0,1,6,1,LRCP",
          "-POC T1=0,0,1,2,1,CPRL/T1=2,0,1,6,1,PCRL -c [32,32]",
          "-GuardBits 4");

  private static final List<String> LOSSY =
      List.of(
          "-I",
          "-I -n 1",
          "-I -n 3 -r 10",
          "-I -r 40,20,10 -p RPCL",
          "-I -d 13,7 -T 5,3 -t 64,48 -n 3",
          "-I -d 1,1 -n 6 -r 8",
          "-I -M 63 -b 16,16 -r 5",
          "-I -ROI c=0,U=3",
          "-r 20,10",
          "-r 12 -t 50,40 -n 4",
          "-q 30,40 -p PCRL");

  @BeforeAll
  static void requireReference() {
    ReferencePrograms.requireOpenJpeg();
  }

  @TestFactory
  Stream<DynamicTest> givesLosslessImagesBackExactly() {
    return IMAGES.stream()
        .flatMap(
            image ->
                LOSSLESS.stream()
                    .map(options -> test(image, options, () -> assertExact(image, options))));
  }

  @TestFactory
  Stream<DynamicTest> givesTinyImagesBackExactly() {
    return TINY.stream().map(image -> test(image, "-n 1", () -> assertExact(image, "-n 1")));
  }

  @TestFactory
  Stream<DynamicTest> decodesEachStyleOfCodeBlocks() {
    TestImage image = TestImage.of(90, 75, 12, true);
    return IntStream.range(0, 64)
        .mapToObj(style -> "-M " + style + " -b 32,32 -r 8,1")
        .map(options -> test(image, options, () -> assertExact(image, options)));
  }

  @TestFactory
  Stream<DynamicTest> decodesLossyImagesAsTheReferenceDoes() {
    return IMAGES.stream()
        .flatMap(
            image ->
                LOSSY.stream()
                    .map(options -> test(image, options, () -> assertClose(image, options))));
  }

  private interface Check {
    void run() throws IOException, InterruptedException;
  }

  private static DynamicTest test(TestImage image, String options, Check check) {
    String name =
        "%d x %d, %d bits%s: %s"
            .formatted(
                image.width(),
                image.height(),
                image.bits(),
                image.signed() ? " signed" : "",
                options);
    return dynamicTest(name, check::run);
  }

  private static void assertExact(TestImage image, String options)
      throws IOException, InterruptedException {
    byte[] codestream = OpenJpeg.encode(image, options);

    DecodedFrame decoded = Jpeg2000.decode(ByteBuffer.wrap(codestream), image.size());

    assertThat(decoded.samples()).containsExactly(image.samples());
    assertThat(decoded.precision()).isEqualTo(image.bits());
    assertThat(decoded.signed()).isEqualTo(image.signed());
    assertThat(decoded.warnings()).isEmpty();
  }

  private static void assertClose(TestImage image, String options)
      throws IOException, InterruptedException {
    byte[] codestream = OpenJpeg.encode(image, options);

    short[] decoded = Jpeg2000.decode(ByteBuffer.wrap(codestream), image.size()).samples();

    short[] expected = OpenJpeg.decode(codestream, image);
    assertThat(expected).as("loses something").isNotEqualTo(image.samples());
    for (int i = 0; i < expected.length; i++) {
      int mask = image.signed() ? -1 : 0xFFFF;
      assertThat(decoded[i] & mask).as("sample %d", i).isCloseTo(expected[i] & mask, within(1));
    }
  }
}
