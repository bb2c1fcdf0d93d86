package io.spinexr.dicom.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomJson;
import io.spinexr.dicom.ReferencePrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every character set, value representation and uncompressed transfer syntax: what pydicom writes
 * is read as pydicom reads it, and what is written here pydicom and dcmtk read back.
 */
class ReferenceDataSetsTest {
  private static final String SCRIPT = "reference_data_sets.py";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> SYNTAXES =
      List.of(
          TransferSyntax.IMPLICIT_LITTLE_ENDIAN,
          TransferSyntax.EXPLICIT_LITTLE_ENDIAN,
          TransferSyntax.EXPLICIT_BIG_ENDIAN,
          TransferSyntax.DEFLATED);

  @TempDir static Path folder;

  @BeforeAll
  static void makeReferenceDataSets() throws IOException, InterruptedException {
    ReferencePrograms.requirePydicom();
    ReferencePrograms.requireDcmtk();
    ReferencePrograms.python(ReferenceDataSetsTest.class, SCRIPT, "make", folder);
  }

  private static List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".json"))
          .map(name -> name.replace(".json", ""))
          .sorted()
          .toList();
    }
  }

  private static DataSet read(String name) {
    return DicomReader.read(folder.resolve(name + ".dcm")).dataSet();
  }

  private static JsonNode expected(String name) throws IOException {
    return JSON.readTree(Files.readAllBytes(folder.resolve(name + ".json")));
  }

  @TestFactory
  Stream<DynamicTest> givesTheSameJsonAsPydicom() throws IOException {
    return names().stream()
        .map(
            name ->
                dynamicTest(
                    name,
                    () ->
                        assertThat(comparable(DicomJson.write(read(name))))
                            .isEqualTo(comparable(expected(name)))));
  }

  @TestFactory
  Stream<DynamicTest> readsItsOwnAndPydicomsJson() throws IOException {
    return names().stream()
        .map(
            name ->
                dynamicTest(
                    name,
                    () -> {
                      JsonNode json = DicomJson.write(read(name));
                      assertThat(DicomJson.write(DicomJson.read(json))).isEqualTo(json);
                      assertThat(comparable(DicomJson.write(DicomJson.read(expected(name)))))
                          .isEqualTo(comparable(json));
                    }));
  }

  /**
   * Numbers as doubles, without empty groups of names and without the character set, which is
   * always Unicode in JSON.
   */
  private static JsonNode comparable(JsonNode json) {
    if (json.isNumber()) {
      return JsonNodeFactory.instance.numberNode(json.doubleValue());
    }
    if (json.isArray()) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      json.forEach(value -> array.add(comparable(value)));
      return array;
    }
    if (!json.isObject()) {
      return json.isTextual() && json.textValue().isEmpty()
          ? JsonNodeFactory.instance.nullNode()
          : json;
    }
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    json.properties().stream()
        .filter(property -> !property.getKey().equals("00080005"))
        .filter(property -> !property.getValue().asText("-").isEmpty())
        .forEach(property -> object.set(property.getKey(), comparable(property.getValue())));
    return object;
  }

  @Test
  void writesWhatPydicomAndDcmtkReadBack() throws IOException, InterruptedException {
    for (String name : names()) {
      DataSet dataSet = read(name);
      DataSet fromJson = DicomJson.read(DicomJson.write(dataSet));
      for (String syntax : SYNTAXES) {
        Path copy = folder.resolve("%s.%s.dcm".formatted(name, syntax.replace('.', '-')));
        DicomWriter.write(new DicomFile(syntax, dataSet), copy);
        assertThat(ReferencePrograms.run("dcmdump", copy))
            .doesNotContain("W: ")
            .doesNotContain("E: ");
      }
      Path viaJson = folder.resolve(name + ".json.dcm");
      DicomWriter.write(new DicomFile(TransferSyntax.EXPLICIT_LITTLE_ENDIAN, fromJson), viaJson);
    }

    assertThat(ReferencePrograms.python(ReferenceDataSetsTest.class, SCRIPT, "compare", folder))
        .contains(names().size() * 5 + " compared");
  }
}
