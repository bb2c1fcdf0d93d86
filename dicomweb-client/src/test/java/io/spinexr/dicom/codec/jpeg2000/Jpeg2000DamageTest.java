package io.spinexr.dicom.codec.jpeg2000;

import static io.spinexr.dicom.codec.jpeg2000.Codestream.concat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.spinexr.dicom.ReferencePrograms;
import io.spinexr.dicom.codec.CodecException;
import io.spinexr.dicom.codec.DecodedFrame;
import io.spinexr.dicom.codec.FrameSize;
import io.spinexr.dicom.codec.TestImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not whole is refused, and nothing that is fed to the decoder breaks or blocks it. */
class Jpeg2000DamageTest {
  private static final TestImage IMAGE = TestImage.of(70, 50, 12, false);
  private static final int MUTATIONS = 1_000;

  @BeforeAll
  static void requireReference() {
    ReferencePrograms.requireOpenJpeg();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-n 2 -t 40,30 -TP R",
        "-r 20,10,1 -p RPCL -c [32,32],[16,16] -n 3",
        "-SOP -EPH -M 5",
        "-I -r 10",
        "-n 1 -b 4,4",
      })
  void refusesEveryTruncation(String options) throws Exception {
    byte[] whole = OpenJpeg.encode(IMAGE, options);
    DecodedFrame expected = decode(whole);

    for (int length = 0; length < whole.length - 2; length++) {
      assertDamaged(Arrays.copyOf(whole, length));
    }
    for (int length = whole.length - 2; length < whole.length; length++) {
      DecodedFrame decoded = decode(Arrays.copyOf(whole, length));
      assertThat(decoded.samples()).containsExactly(expected.samples());
      assertThat(decoded.warnings()).hasSize(1);
    }
  }

  @Test
  void refusesATruncationThatTheLengthOfTheTilePartDoesNotTell() throws Exception {
    Codestream codestream = encode("");
    byte[] part = codestream.tileParts().get(0);
    ByteBuffer.wrap(part).putInt(6, 0);
    byte[] bytes = codestream.bytes();

    for (int length = codestream.main().length + 14; length < bytes.length - 2; length += 7) {
      assertDamaged(Arrays.copyOf(bytes, length));
    }
  }

  @Test
  void refusesToDoWithoutATilePart() throws Exception {
    Codestream codestream = encode("-n 2 -t 40,30 -TP R");

    for (int missing = 0; missing < codestream.tileParts().size(); missing++) {
      List<byte[]> parts = new ArrayList<>(codestream.tileParts());
      parts.remove(missing);
      assertDamaged(new Codestream(codestream.main(), parts).bytes());
    }
  }

  @Test
  void refusesTilePartsOutOfOrder() throws Exception {
    Codestream codestream = encode("-n 2 -t 40,30 -TP R");
    List<byte[]> parts = new ArrayList<>(codestream.tileParts());
    Collections.swap(parts, 0, 1);

    assertDamaged(new Codestream(codestream.main(), parts).bytes());
  }

  @Test
  void refusesBytesThatBelongToNoPacket() throws Exception {
    Codestream codestream = encode("-r 20,10,1");
    byte[] cod = codestream.content(Codestream.COD);
    cod[3] = 2; // layers

    assertDamaged(codestream.replacing(Codestream.COD, Codestream.COD, cod).bytes());
  }

  @Test
  void refusesMorePacketsThanBytes() throws Exception {
    Codestream codestream = encode("");
    byte[] cod = codestream.content(Codestream.COD);
    cod[2] = cod[3] = -1; // layers

    assertDamaged(codestream.replacing(Codestream.COD, Codestream.COD, cod).bytes());
  }

  @Test
  void refusesAnotherSizeBeforeItMakesRoomForIt() throws Exception {
    byte[] bytes = encode("").bytes();
    ByteBuffer.wrap(bytes).putInt(8, Integer.MAX_VALUE).putInt(12, Integer.MAX_VALUE);

    assertThatThrownBy(() -> decode(bytes))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("2147483647 x 2147483647 pixels where the data set says 70 x 50");
  }

  @Test
  void refusesMoreTilesThanBytes() throws Exception {
    byte[] bytes = encode("").bytes();
    ByteBuffer.wrap(bytes).putInt(24, 1).putInt(28, 1);

    assertDamaged(bytes);
  }

  /** SOT numbers tiles in 16 bits (ISO 15444-1, A.4.2): more cannot be there. */
  @Test
  void refusesMoreTilesThanTheyHaveNumbersBeforeItMakesRoomForThem() throws Exception {
    byte[] bytes = Arrays.copyOf(encode("").bytes(), 2_000_000);
    ByteBuffer.wrap(bytes).putInt(8, 300).putInt(12, 300).putInt(24, 1).putInt(28, 1);

    assertThatThrownBy(() -> Jpeg2000.decode(ByteBuffer.wrap(bytes), new FrameSize(300, 300)))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("more tiles than can be numbered");
  }

  /** A hundred million pixels would need gigabytes for what is known of their code-blocks. */
  @Test
  void leavesLargeImagesOfTinyCodeBlocksToOthers() throws Exception {
    TestImage large = TestImage.of(500, 500, 12, false);
    byte[] tiny = OpenJpeg.encode(large, "-b 4,4");
    byte[] small = OpenJpeg.encode(large, "-b 8,8");

    assertThat(Jpeg2000.decode(ByteBuffer.wrap(small), large.size()).samples())
        .containsExactly(large.samples());
    assertThatThrownBy(() -> Jpeg2000.decode(ByteBuffer.wrap(tiny), large.size()))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("code-blocks of a few pixels");
  }

  /** Each goes through all layers again: time would grow with their product. */
  @Test
  void leavesCodestreamsOfManyProgressionsToOthers() throws Exception {
    byte[] all = {0, 0, 0, 1, 33, 1, 0};
    Codestream codestream = encode("");
    byte[] progressions = new byte[0];
    for (int i = 0; i < 32; i++) {
      progressions = concat(progressions, all);
    }
    assertThat(decode(codestream.withMainSegment(0xFF5F, progressions).bytes()).samples())
        .containsExactly(IMAGE.samples());

    byte[] more = codestream.withMainSegment(0xFF5F, concat(progressions, all)).bytes();
    assertThatThrownBy(() -> decode(more))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("many progressions");
  }

  /** The arithmetic coder of a code-block ends elsewhere; segmentation symbols tell the rest. */
  @ParameterizedTest
  @CsvSource({"'', 90", "-M 4, 85", "-M 20, 97", "-M 32, 99"})
  void noticesMostWrongBits(String options, int percent) throws Exception {
    byte[] whole = OpenJpeg.encode(IMAGE, "-n 1 " + options);
    Random random = new Random(1);
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] bytes = whole.clone();
      bytes[bytes.length - 3 - random.nextInt(2000)] ^= (byte) (1 << random.nextInt(8));
      if (isRefused(bytes)) {
        refused++;
      }
    }
    assertThat(100 * refused / MUTATIONS).isGreaterThanOrEqualTo(percent);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-n 2 -t 40,30 -TP R -r 20,1",
        "-SOP -EPH -p PCRL -c [32,32],[16,16] -n 3",
        "-M 63 -b 8,8",
        "-M 1 -n 3",
        "-I -r 5 -d 7,9 -n 3",
        "-ROI c=0,U=5 -POC T1=0,0,1,3,1,RPCL/T1=3,0,1,6,1,LRCP",
      })
  void endsWithAFrameOrACodecException(String options) throws Exception {
    byte[] valid = OpenJpeg.encode(IMAGE, options);
    Random random = new Random(options.hashCode());
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      if (isRefused(mutate(valid, random))) {
        refused++;
      }
    }
    assertThat(refused).as("mutations that matter").isGreaterThan(MUTATIONS / 4);
  }

  /** Half of them in the headers at the start. */
  private static byte[] mutate(byte[] valid, Random random) {
    byte[] bytes = valid.clone();
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(random.nextBoolean() ? Math.min(140, bytes.length) : bytes.length);
      bytes[at] =
          switch (random.nextInt(4)) {
            case 0 -> (byte) (bytes[at] ^ 1 << random.nextInt(8));
            case 1 -> (byte) 0xFF;
            case 2 -> 0;
            default -> (byte) random.nextInt();
          };
    }
    if (random.nextInt(8) == 0) {
      int at = random.nextInt(bytes.length);
      int length = random.nextInt(bytes.length - at);
      return concat(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at + length, bytes.length));
    }
    return bytes;
  }

  private static boolean isRefused(byte[] bytes) {
    try {
      decode(bytes);
      return false;
    } catch (CodecException e) {
      return true;
    }
  }

  private static void assertDamaged(byte[] bytes) {
    CodecException refusal = catchThrowableOfType(CodecException.class, () -> decode(bytes));

    assertThat(refusal).as("of %d bytes", bytes.length).isNotNull();
    assertThat(refusal.kind()).isEqualTo(CodecException.Kind.DAMAGED);
    assertThat(refusal).hasMessageStartingWith("damaged, its JPEG 2000 data is not whole: ");
  }

  private static DecodedFrame decode(byte[] bytes) {
    return Jpeg2000.decode(ByteBuffer.wrap(bytes), IMAGE.size());
  }

  private static Codestream encode(String options) throws IOException, InterruptedException {
    return Codestream.of(OpenJpeg.encode(IMAGE, options));
  }
}
