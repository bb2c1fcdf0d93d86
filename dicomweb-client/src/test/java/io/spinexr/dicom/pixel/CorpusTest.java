package io.spinexr.dicom.pixel;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.ReferencePrograms;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.DicomReader;
import io.spinexr.dicom.image.RadiographDecoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * pydicom's own test files, as Debian ships them: each decodes to what pydicom with gdcm decodes,
 * or is refused for a reason. docs/dicom.md lists them as they are.
 */
class CorpusTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "dicom.md");
  private static final String BEGIN = "<!-- files: made from pydicom's, see CorpusTest -->\n";
  private static final String END = "<!-- end of files -->\n";

  @TempDir static Path folder;

  @Test
  void decodesOrRefusesEachFileAsTheDocumentSays() throws IOException, InterruptedException {
    ReferencePrograms.requirePydicom();
    ReferencePrograms.requirePythonGdcm();
    ReferencePrograms.python(CorpusTest.class, "corpus.py", folder);

    String document = Files.readString(DOCUMENT);
    int begin = document.indexOf(BEGIN) + BEGIN.length();
    String expected =
        document.substring(0, begin) + table() + document.substring(document.indexOf(END));
    Path made = Files.writeString(Path.of("target", "dicom.md"), expected);
    assertThat(document)
        .as("docs/dicom.md; the document as it should be is in %s", made)
        .isEqualTo(expected);
  }

  private static String table() throws IOException {
    Path root = Path.of(Files.readString(folder.resolve("root.txt")));
    // Folders count as one: how many of their files came to which end.
    Map<String, Map<String, Integer>> outcomes = new LinkedHashMap<>();
    for (String line : Files.readAllLines(folder.resolve("files.txt"))) {
      String name = line.substring(0, line.indexOf(' '));
      Path path = Path.of(line.substring(name.length() + 1));
      outcomes
          .computeIfAbsent(path.getName(0).toString(), file -> new TreeMap<>())
          .merge(outcome(root.resolve(path), folder.resolve(name + ".stored")), 1, Integer::sum);
    }
    StringBuilder table = new StringBuilder("\n| file | outcome |\n|---|---|\n");
    outcomes.forEach(
        (file, ends) -> table.append("| `%s` | %s |\n".formatted(file, together(ends))));
    return table.append("\n").toString();
  }

  private static String together(Map<String, Integer> ends) {
    if (ends.size() == 1 && ends.containsValue(1)) {
      return ends.keySet().iterator().next();
    }
    return ends.entrySet().stream()
        .map(end -> "%d files: %s".formatted(end.getValue(), end.getKey()))
        .collect(Collectors.joining("; "));
  }

  private static String outcome(Path path, Path reference) throws IOException {
    try {
      DicomFile file = DicomReader.read(path);
      PixelFormat format = PixelFormat.of(file.dataSet(), RadiographDecoder.DEFAULT_MAX_MEGAPIXELS);
      Samples samples = FrameDecoder.decode(file, format, new ArrayList<>());
      return Files.exists(reference)
          ? "decoded, " + difference(samples, format, reference)
          : "**decoded, which pydicom does not**";
    } catch (DicomException e) {
      return "refused: " + e.getMessage();
    }
  }

  private static String difference(Samples samples, PixelFormat format, Path reference)
      throws IOException {
    IntBuffer expected =
        ByteBuffer.wrap(Files.readAllBytes(reference)).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
    if (expected.remaining() != format.pixels()) {
      return "**to another size than pydicom does**";
    }
    int largest = 0;
    for (int i = 0; i < format.pixels(); i++) {
      int value = format.storedValue(samples.at(i));
      largest = Math.max(largest, Math.abs(value - expected.get(i)));
    }
    return largest == 0 ? "equal to pydicom" : "at most %d from pydicom".formatted(largest);
  }
}
