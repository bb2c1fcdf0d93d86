package io.spinexr.dicomweb.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spinexr.dicomweb.message.DicomWebException.Kind;
import io.spinexr.dicomweb.message.MultipartReader.Part;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartReaderTest {
  @ParameterizedTest
  @ValueSource(strings = {"x", "\\x"})
  void readsATypeWithAParameterOfAnyLength(String text) {
    MediaType type = MediaType.parse("text/plain; a=\"" + text.repeat(8_000) + "\"; charset=utf-8");
    assertThat(type.name()).isEqualTo("text/plain");
  }

  private static final MediaType TYPE =
      MediaType.parse("multipart/related; type=\"application/dicom\"; boundary=abc");

  @Test
  void readsPartsBetweenPreambleAndEpilogue() throws IOException {
    MultipartReader reader =
        reader(
            "for old mailers\r\n"
                + "--abc\r\n"
                + "Content-Type: application/dicom\r\n"
                + "MIME-Version: 1.0\r\n"
                + "\r\n"
                + "first\r\n\r\n"
                + "--abc  \r\n"
                + "CONTENT-TYPE:image/jls\r\n\r\n"
                + "--abd\r\n"
                + "--abc--\r\n"
                + "the end");

    Part first = reader.next().orElseThrow();
    assertThat(first.contentType().name()).isEqualTo("application/dicom");
    assertThat(text(first)).isEqualTo("first\r\n");
    Part second = reader.next().orElseThrow();
    assertThat(second.contentType().name()).isEqualTo("image/jls");
    assertThat(text(second)).isEqualTo("--abd");
    assertThat(reader.next()).isEmpty();
    assertThat(reader.next()).isEmpty();
  }

  @Test
  void believesTheBoundaryAndNotTheDeclaredLength() throws IOException {
    MultipartReader reader = reader("--abc\r\nContent-Length: 2\r\n\r\n12345\r\n--abc--");
    assertThat(text(reader.next().orElseThrow())).isEqualTo("12345");
    assertThat(reader.next()).isEmpty();
  }

  @Test
  void skipsWhatWasNotReadOfAPart() throws IOException {
    MultipartReader reader =
        reader("--abc\r\n\r\n" + "x".repeat(200_000) + "\r\n--abc\r\n\r\nlast\r\n--abc--");
    reader.next();
    assertThat(text(reader.next().orElseThrow())).isEqualTo("last");
  }

  @Test
  void findsNoPartInABodyThatIsOnlyClosed() throws IOException {
    assertThat(reader("--abc--\r\n").next()).isEmpty();
  }

  @Test
  void missesTheClosingBoundary() throws IOException {
    MultipartReader reader = reader("--abc\r\n\r\nall of it\r\n");
    Optional<Part> part = reader.next();
    assertMalformed(() -> text(part.orElseThrow()), "without its closing boundary");

    MultipartReader stopsBetweenParts = reader("--abc\r\n\r\none\r\n--abc\r\n");
    stopsBetweenParts.next();
    assertMalformed(stopsBetweenParts::next, "without its closing boundary");
  }

  @Test
  void refusesWhatIsNotMultipart() {
    assertMalformed(
        () -> new MultipartReader(MediaType.parse("text/html"), InputStream.nullInputStream()),
        "not text/html");
    assertMalformed(
        () ->
            new MultipartReader(MediaType.parse("multipart/related"), InputStream.nullInputStream())
                .next(),
        "boundary");
  }

  @Test
  void refusesHeadersWithoutEnd() {
    assertMalformed(() -> reader("--abc\r\n" + "A: b\r\n".repeat(9000)).next(), "headers");
    assertMalformed(() -> reader("--abc\r\n" + "A".repeat(90_000)).next(), "headers");
    assertMalformed(() -> reader("--abc\r\nno colon\r\n\r\n").next(), "headers");
  }

  @Test
  void readsBoundariesQuotedOrNot() {
    assertThat(MediaType.parse("multipart/related; boundary=a-b_c").parameter("boundary"))
        .hasValue("a-b_c");
    assertThat(MediaType.parse("Multipart/Related;BOUNDARY=\"a b;c=\\\"d\"").parameter("boundary"))
        .hasValue("a b;c=\"d");
    // Orthanc quotes the type together with its transfer syntax.
    MediaType orthanc =
        MediaType.parse(
            "multipart/related; type=\"application/octet-stream;"
                + " transfer-syntax=1.2.840.10008.1.2.1\"; boundary=x-1");
    assertThat(orthanc.name()).isEqualTo("multipart/related");
    assertThat(orthanc.parameter("boundary")).hasValue("x-1");
    assertThat(orthanc.parameter("transfer-syntax")).isEmpty();
  }

  /** Bytes from a small alphabet, so that pieces of boundaries are everywhere. */
  @Property(tries = 300)
  void givesBackWhatWasPutTogether(@ForAll long seed, @ForAll @IntRange(min = 0, max = 5) int parts)
      throws IOException {
    Random random = new Random(seed);
    List<byte[]> contents = new ArrayList<>();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int i = 0; i < parts; i++) {
      byte[] content = confusing(random, random.nextInt(10) == 0 ? 150_000 : 60);
      contents.add(content);
      body.writeBytes(ascii("--abc\r\nContent-Type: application/dicom\r\n\r\n"));
      body.writeBytes(content);
      body.writeBytes(ascii("\r\n"));
    }
    body.writeBytes(ascii("--abc--"));

    MultipartReader reader =
        new MultipartReader(TYPE, new Dribble(body.toByteArray(), random.nextInt(1, 100_000)));
    for (byte[] content : contents) {
      assertThat(reader.next().orElseThrow().body().readAllBytes()).isEqualTo(content);
    }
    assertThat(reader.next()).isEmpty();
  }

  private static byte[] confusing(Random random, int maxLength) {
    byte[] alphabet = ascii("\r\n--abcx");
    byte[] content = new byte[random.nextInt(maxLength + 1)];
    for (int i = 0; i < content.length; i++) {
      content[i] = alphabet[random.nextInt(alphabet.length)];
    }
    // The one thing that a sender makes sure of.
    return new String(content, StandardCharsets.ISO_8859_1).contains("--abc")
        ? ascii("\r\n--ab\r")
        : content;
  }

  /** Hands out at most a few bytes per read, as a network does. */
  private static final class Dribble extends ByteArrayInputStream {
    private final int most;

    Dribble(byte[] bytes, int most) {
      super(bytes);
      this.most = most;
    }

    @Override
    public synchronized int read(byte[] target, int offset, int length) {
      return super.read(target, offset, Math.min(length, most));
    }
  }

  private static MultipartReader reader(String body) {
    return new MultipartReader(TYPE, new ByteArrayInputStream(ascii(body)));
  }

  private static String text(Part part) throws IOException {
    return new String(part.body().readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void assertMalformed(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            DicomWebException.class, e -> assertThat(e.kind()).isEqualTo(Kind.MALFORMED))
        .hasMessageContaining(message);
  }
}
