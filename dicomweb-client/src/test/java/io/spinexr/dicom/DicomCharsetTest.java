package io.spinexr.dicom;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The encoded examples of PS3.5 annexes H to K, and cases that a naive reader gets wrong. */
class DicomCharsetTest {
  private static List<String> decode(VR vr, String latin1Bytes, String... characterSet) {
    ByteBuffer bytes = ByteBuffer.wrap(latin1Bytes.getBytes(StandardCharsets.ISO_8859_1));
    DicomCharset charset = DicomCharset.of(List.of(characterSet));
    return new Element(Tag.PatientName, vr, new Value.Raw(bytes, ByteOrder.LITTLE_ENDIAN, charset))
        .strings();
  }

  @Test
  void marksCharactersThatCannotBeKept() {
    assertThat(decode(VR.PN, "Weather\0wax^E\1sme\0"))
        .containsExactly("Weather\uFFFDwax^E\uFFFDsme");
    assertThat(decode(VR.LO, "a\33b\\c")).containsExactly("a\uFFFDb", "c");
    assertThat(decode(VR.LT, "a\r\n\fb")).containsExactly("a\r\n\uFFFDb");
    assertThat(decode(VR.UI, "1.2\0")).containsExactly("1.2");
  }

  @Test
  void decodesTheStandardsJapaneseNameInKanji() {
    assertThat(
            decode(
                VR.PN,
                "Yamada^Tarou=\33$B;3ED\33(B^\33$BB@O:\33(B=\33$B$d$^$@\33(B^\33$B$?$m$&\33(B",
                "",
                "ISO 2022 IR 87"))
        .containsExactly("Yamada^Tarou=山田^太郎=やまだ^たろう");
  }

  @Test
  void decodesTheStandardsJapaneseNameInKatakana() {
    assertThat(
            decode(
                VR.PN,
                "\324\317\300\336^\300\333\263=\33$B;3ED\33(J^\33$BB@O:\33(J"
                    + "=\33$B$d$^$@\33(J^\33$B$?$m$&\33(J",
                "ISO 2022 IR 13",
                "ISO 2022 IR 87"))
        .containsExactly("ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう");
  }

  @Test
  void decodesTheStandardsKoreanName() {
    assertThat(
            decode(
                VR.PN,
                "Hong^Gildong=\33$)C\373\363^\33$)C\321\316\324\327=\33$)C\310\253^\33$)C\261\346\265\277",
                "",
                "ISO 2022 IR 149"))
        .containsExactly("Hong^Gildong=洪^吉洞=홍^길동");
  }

  @Test
  void decodesTheStandardsChineseName() {
    assertThat(
            decode(
                VR.PN,
                "Zhang^XiaoDong=\33$)A\325\305^\33$)A\320\241\266\253=",
                "",
                "ISO 2022 IR 58"))
        .containsExactly("Zhang^XiaoDong=张^小东=");
  }

  @Test
  void takesNoHalfOfACharacterForADelimiter() {
    // The second byte of this character in GB18030 is that of a backslash.
    assertThat(decode(VR.LO, "\325\134 L4\\L5", "GB18030"))
        .containsExactly(
            new String(new byte[] {(byte) 0xD5, 0x5C}, java.nio.charset.Charset.forName("GB18030"))
                + " L4",
            "L5");
    // In JIS X 0208 the character before the switch back is 0x5C 0x5C.
    assertThat(decode(VR.LO, "\33$B\134\134\33(B\\L5", "", "ISO 2022 IR 87")).hasSize(2);
  }

  @Test
  void returnsToTheFirstSetBehindADelimiter() {
    assertThat(decode(VR.LO, "\33-F\323\\\323", "ISO 2022 IR 100", "ISO 2022 IR 126"))
        .containsExactly("Σ", "Ó");
  }

  @Test
  void marksWhatMeansNothing() {
    assertThat(decode(VR.LO, "a\377b", "ISO_IR 192")).containsExactly("a\uFFFDb");
    assertThat(decode(VR.LO, "\33$B;", "", "ISO 2022 IR 87")).containsExactly("\uFFFD");
  }

  @Test
  void readsASetThatIsNotDefinedAsLatin1() {
    assertThat(decode(VR.LO, "R\374cken", "ISO_IR 999")).containsExactly("Rücken");
  }
}
