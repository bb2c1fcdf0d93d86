package io.spinexr.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

class PortableTextTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "Nguyễn", "a\tb\r\nc", "\uFFFD", "𝔸", "x𝔸y", "\u0085", "\uE000"})
  void keepsWhatEveryPlaceCanHold(String text) {
    assertThat(PortableText.isPortable(text)).isTrue();
    assertThat(PortableText.of(text)).isSameAs(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\u0000b",
        "\u001F",
        "\uD800",
        "a\uD800b",
        "\uDC00\uD800",
        "\uFFFE",
        "\uFFFF",
        "𝔸\uD835"
      })
  void marksWhatOneOfThemCannot(String text) {
    assertThat(PortableText.isPortable(text)).isFalse();
    assertThat(PortableText.of(text)).contains("\uFFFD").hasSameSizeAs(text);
    assertThat(PortableText.isPortable(PortableText.of(text))).isTrue();
  }

  /** The JDK's own XML parser is the other opinion. */
  @Test
  void agreesWithAnXmlParserOnEveryCharacter() throws Exception {
    var parser = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    parser.setErrorHandler(null);
    for (int c = 0; c <= 0x10FFFF; c += c < 0x3000 || c > 0xD7F0 && c < 0x10010 ? 1 : 997) {
      boolean parsed;
      try {
        parser.parse(new InputSource(new StringReader("<a>&#" + c + ";</a>")));
        parsed = true;
      } catch (SAXException e) {
        parsed = false;
      }
      String text = new StringBuilder().appendCodePoint(c).toString();
      assertThat(PortableText.isPortable(text)).as("U+%04X", c).isEqualTo(parsed);
    }
  }
}
