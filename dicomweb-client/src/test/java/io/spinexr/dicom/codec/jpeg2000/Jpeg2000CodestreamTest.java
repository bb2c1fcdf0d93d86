package io.spinexr.dicom.codec.jpeg2000;

import static io.spinexr.dicom.codec.jpeg2000.Codestream.concat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.spinexr.dicom.ReferencePrograms;
import io.spinexr.dicom.codec.CodecException;
import io.spinexr.dicom.codec.DecodedFrame;
import io.spinexr.dicom.codec.TestImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the reference encoder does not write: its lossless codestreams, put together in other ways
 * that mean the same (ISO 15444-1, annex A).
 */
class Jpeg2000CodestreamTest {
  private static final TestImage IMAGE = TestImage.of(150, 110, 12, false);

  @BeforeAll
  static void requireReference() {
    ReferencePrograms.requireOpenJpeg();
  }

  @Test
  void decodesAllTilePartsThoughTheirNumberIsNotStated() throws Exception {
    Codestream codestream = encode("-t 80,60 -n 3 -TP R");
    codestream.tileParts().forEach(part -> part[11] = 0);

    assertThat(codestream.tileParts()).hasSize(12);
    assertDecodes(codestream.bytes());
  }

  @Test
  void decodesTilePartsOfSeveralTilesInTurns() throws Exception {
    Codestream codestream = encode("-t 80,60 -n 3 -TP R");
    List<byte[]> mixed = new ArrayList<>(codestream.tileParts());
    Collections.reverse(mixed);
    mixed.sort(Comparator.comparingInt(part -> part[10]));

    assertDecodes(new Codestream(codestream.main(), mixed).bytes());
  }

  @Test
  void decodesALastTilePartOfUnstatedLength() throws Exception {
    Codestream codestream = encode("-TP R");
    byte[] last = codestream.tileParts().get(codestream.tileParts().size() - 1);
    ByteBuffer.wrap(last).putInt(6, 0);

    assertDecodes(codestream.bytes());
    assertDecodes(concat(codestream.bytes(), new byte[3]));
  }

  @Test
  void readsNothingBehindTheEnd() throws Exception {
    assertDecodes(concat(encode("").bytes(), new byte[] {0, -1, -112, 7}));
  }

  @Test
  void warnsOfAMissingEndMarker() throws Exception {
    byte[] bytes = encode("").bytes();

    DecodedFrame decoded =
        Jpeg2000.decode(ByteBuffer.wrap(bytes, 0, bytes.length - 2), IMAGE.size());

    assertThat(decoded.samples()).containsExactly(IMAGE.samples());
    assertThat(decoded.warnings()).containsExactly("its JPEG 2000 data has no end marker");
  }

  @Test
  void decodesPacketHeadersPackedIntoTheMainHeader() throws Exception {
    Codestream.Packed packed = encode("-SOP -EPH -t 80,60 -n 3 -TP R -r 10,1").packed();
    byte[] all = {};
    for (byte[] headers : packed.headers()) {
      byte[] length = ByteBuffer.allocate(4).putInt(headers.length).array();
      all = concat(all, length, headers);
    }
    int cut = packed.headers().get(0).length - 1;
    Codestream codestream =
        packed
            .codestream()
            .withMainSegment(
                0xFF60, concat(new byte[] {1}, Arrays.copyOfRange(all, cut, all.length)))
            .withMainSegment(0xFF60, concat(new byte[] {0}, Arrays.copyOf(all, cut)));

    assertThat(OpenJpeg.decode(codestream.bytes(), IMAGE)).containsExactly(IMAGE.samples());
    assertDecodes(codestream.bytes());
  }

  @Test
  void decodesPacketHeadersPackedIntoTheHeadersOfTileParts() throws Exception {
    Codestream.Packed packed = encode("-SOP -EPH -t 80,60 -n 3 -TP R -r 10,1").packed();
    Codestream codestream = packed.codestream();
    for (int i = 0; i < packed.headers().size(); i++) {
      byte[] index = {codestream.tileParts().get(i)[10]};
      codestream = codestream.withTileSegment(i, 0xFF61, concat(index, packed.headers().get(i)));
    }

    assertThat(OpenJpeg.decode(codestream.bytes(), IMAGE)).containsExactly(IMAGE.samples());
    assertDecodes(codestream.bytes());
  }

  @Test
  void believesTheComponentBeforeTheRestAndTheTileBeforeTheMainHeader() throws Exception {
    Codestream codestream = encode("-b 32,32 -n 3 -M 8 -t 80,60");
    byte[] cod = codestream.content(Codestream.COD);
    byte[] qcd = codestream.content(Codestream.QCD);
    byte[] otherCod = cod.clone();
    otherCod[5] = 1; // transforms
    otherCod[6] = 2; // width of code-blocks
    byte[] otherQcd = new byte[] {0x20, 8, 8, 8, 8, 8, 8, 8};
    byte[] component = concat(new byte[] {0, 0}, Arrays.copyOfRange(cod, 5, 10));
    Codestream other =
        codestream
            .replacing(Codestream.COD, Codestream.COD, otherCod)
            .replacing(Codestream.QCD, Codestream.QCD, otherQcd);

    assertDecodes(
        other
            .withMainSegment(0xFF53, component)
            .withMainSegment(0xFF5D, concat(new byte[] {0}, qcd))
            .bytes());
    for (int tile = 0; tile < codestream.tileParts().size(); tile++) {
      other =
          tile % 2 == 0
              ? other.withTileSegment(tile, Codestream.COD, cod)
              : other.withTileSegment(tile, 0xFF53, component);
      other = other.withTileSegment(tile, Codestream.QCD, qcd);
    }
    assertDecodes(other.bytes());
  }

  @Test
  void changesTheProgressionWithoutRepeatingPackets() throws Exception {
    byte[] first = {0, 0, 0, 1, 6, 1, 1}; // the first layer of all resolutions
    byte[] rest = {0, 0, 0, 3, 6, 1, 0}; // all three layers
    Codestream codestream = encode("-r 20,10,1");

    assertDecodes(codestream.withMainSegment(0xFF5F, concat(first, rest)).bytes());
    assertDecodes(
        codestream
            .withMainSegment(0xFF5F, new byte[] {0, 0, 0, 1, 6, 1, 2})
            .withTileSegment(0, 0xFF5F, concat(first, rest))
            .bytes());
  }

  @Test
  void derivesTheQuantizationOfSubbandsFromTheFirst() throws Exception {
    Codestream codestream = encode("-I");
    byte[] qcd = codestream.content(Codestream.QCD);
    Codestream derived =
        codestream.replacing(Codestream.QCD, Codestream.QCD, new byte[] {0x61, qcd[1], qcd[2]});

    short[] decoded = Jpeg2000.decode(derived.buffer(), IMAGE.size()).samples();

    short[] expected = OpenJpeg.decode(derived.bytes(), IMAGE);
    for (int i = 0; i < expected.length; i++) {
      assertThat((int) decoded[i]).as("sample %d", i).isCloseTo(expected[i], within(1));
    }
  }

  @Test
  void findsTheCodestreamInBoxes() throws Exception {
    byte[] jp2 = OpenJpeg.encodeJp2(IMAGE, "");
    int box = jp2.length - OpenJpeg.encode(IMAGE, "").length - 8;
    byte[] start = Arrays.copyOf(jp2, box);
    byte[] codestream = Arrays.copyOfRange(jp2, box + 8, jp2.length);
    byte[] type = {'j', 'p', '2', 'c'};

    assertDecodes(jp2);
    assertDecodes(concat(start, new byte[4], type, codestream));
    byte[] longLength = ByteBuffer.allocate(8).putLong(codestream.length + 16).array();
    assertDecodes(concat(start, new byte[] {0, 0, 0, 1}, type, longLength, codestream));
  }

  @ParameterizedTest
  @CsvSource({
    "41, 3, 'JPEG 2000 in colour'",
    "42, 16, 'JPEG 2000 of 17 bits'",
    "43, 2, 'JPEG 2000 with subsampling'",
    "57, 64, 'High-Throughput JPEG 2000'",
    "58, 2, 'JPEG 2000 with extensions of part 2'",
  })
  void saysWhatIsNotDecodedHere(int at, int value, String compression) throws Exception {
    byte[] bytes = encode("").bytes();
    bytes[at] = (byte) value;

    CodecException refusal =
        catchThrowableOfType(
            CodecException.class, () -> Jpeg2000.decode(ByteBuffer.wrap(bytes), IMAGE.size()));

    assertThat(refusal.kind()).isEqualTo(CodecException.Kind.UNSUPPORTED);
    assertThat(refusal)
        .hasMessage("its compression (%s) cannot be decoded here".formatted(compression));
  }

  private static Codestream encode(String options) throws IOException, InterruptedException {
    return Codestream.of(OpenJpeg.encode(IMAGE, options));
  }

  private static void assertDecodes(byte[] bytes) {
    DecodedFrame decoded = Jpeg2000.decode(ByteBuffer.wrap(bytes), IMAGE.size());

    assertThat(decoded.samples()).containsExactly(IMAGE.samples());
    assertThat(decoded.warnings()).isEmpty();
  }
}
