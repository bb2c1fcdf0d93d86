package io.spinexr.dicom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON as archives write it, which is not always as PS3.18 annex F has it. */
class DicomJsonTest {
  private static JsonNode json(String text) {
    try {
      return JsonMapper.builder().build().readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static DataSet read(String text) {
    return DicomJson.read(json(text));
  }

  /** What an archive keeps goes into databases and XML, which cannot hold every character. */
  @Test
  void marksCharactersThatCannotBeKept() {
    DataSet dataSet =
        read(
            """
            {"00100010": {"vr": "PN", "Value": [{"Alphabetic": "We\\u0000ather^\\ud800Esme"}]},
             "00081030": {"vr": "LO", "Value": ["a\\u001bb", "c\\uffff"]},
             "00104000": {"vr": "LT", "Value": ["a\\u0007\\r\\nb"]}}\
            """);
    assertThat(dataSet.strings(Tag.PatientName)).containsExactly("We\uFFFDather^\uFFFDEsme");
    assertThat(dataSet.strings(Tag.StudyDescription)).containsExactly("a\uFFFDb", "c\uFFFD");
    assertThat(dataSet.strings(0x00104000)).containsExactly("a\uFFFD\r\nb");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e999999999", "\"1e999999999\"", "\"-1E-999999999\""})
  void readsNoNumberThatIsLongWhenWrittenOut(String number) {
    for (String vr : new String[] {"US", "UL", "SV", "UV"}) {
      String text = "{\"00280010\": {\"vr\": \"%s\", \"Value\": [%s]}}".formatted(vr, number);
      assertThatThrownBy(() -> read(text)).isInstanceOf(DicomException.class);
    }
    DataSet decimal = read("{\"00280030\": {\"vr\": \"DS\", \"Value\": [%s]}}".formatted(number));
    assertThatThrownBy(() -> decimal.integers(0x00280030)).isInstanceOf(DicomException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"0020000D\": {\"vr\": \"UI\", \"Value\": [\"1.2.3\"]}}",
        "{\"0020000d\": {\"vr\": \"ui\", \"Value\": [\"1.2.3\"]}}",
        "{\"0020000D\": {\"vr\": \"UI\", \"Value\": \"1.2.3\"}}",
        "{\"0020000D\": {\"Value\": [\"1.2.3\"]}}",
        "{\"0020000D\": {\"vr\": \"??\", \"Value\": [\"1.2.3\"]}}",
        "{\"0020000D\": {\"vr\": \"UI\", \"Value\": [\"1.2.3\\u0000\"]}}",
        "{\"0020000D\": {\"vr\": \"UI\", \"Value\": [\" 1.2.3 \\u0000 \"]}}"
      })
  void readsAUidHoweverItIsWritten(String text) {
    assertThat(read(text).strings(Tag.StudyInstanceUID)).containsExactly("1.2.3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"[\"DX\", \"SR\"]", "[\"DX\\\\SR\"]", "\"DX\\\\SR\"", "[\"DX \", \"SR\\u0000\"]"})
  void takesABackslashBetweenValuesForWhatItIsInAFile(String value) {
    assertThat(
            read("{\"00080061\": {\"vr\": \"CS\", \"Value\": " + value + "}}")
                .strings(Tag.ModalitiesInStudy))
        .containsExactly("DX", "SR");
  }

  @Test
  void keepsABackslashInATextAndAnEmptyValueBetweenOthers() {
    assertThat(
            read("{\"0040A160\": {\"vr\": \"UT\", \"Value\": [\"a\\\\b \"]}}").strings(0x0040A160))
        .containsExactly("a\\b");
    assertThat(
            read("{\"00080061\": {\"vr\": \"CS\", \"Value\": [\"DX\", null, \"SR\"]}}")
                .strings(Tag.ModalitiesInStudy))
        .containsExactly("DX", "", "SR");
  }

  @Test
  void readsOneNumberWithoutItsArrayAndNoneFromNull() {
    assertThat(read("{\"00280010\": {\"vr\": \"US\", \"Value\": 48}}").integer(Tag.Rows))
        .hasValue(48);
    assertThat(read("{\"00280010\": {\"Value\": [\"48\"]}}").integer(Tag.Rows)).hasValue(48);
    for (String none : List.of("null", "[]", "[null]", "[\"\"]")) {
      assertThat(
              read("{\"00280010\": {\"vr\": \"US\", \"Value\": " + none + "}}").integer(Tag.Rows))
          .isEmpty();
    }
  }

  @Test
  void refusesNumbersLongerThanAnyThatFits() {
    String zeros = "0".repeat(100);
    assertThat(
            DicomJson.read(
                    json("{\"00280010\": {\"vr\": \"US\", \"Value\": [\"" + zeros + "48\"]}}"),
                    bad -> assertThat(bad).hasMessageContaining("no number"))
                .integer(Tag.Rows))
        .isEmpty();
    DataSet text = read("{\"00280008\": {\"vr\": \"IS\", \"Value\": [\"" + zeros + "1\"]}}");
    assertThatThrownBy(() -> text.integer(Tag.NumberOfFrames))
        .isInstanceOf(DicomException.class)
        .hasMessageContaining("NumberOfFrames")
        .hasMessageNotContaining(zeros);
  }

  @Test
  void tellsOfEachAttributeThatItSkipsButNotOfItsValue() {
    List<DicomException> skipped = new ArrayList<>();
    DataSet dataSet =
        DicomJson.read(
            json(
                """
                {"00100010": {"vr": "PN", "Value": [["Doe^John"]]},
                 "00100020": {"vr": "LO", "Value": ["4711"]},
                 "Doe^John": {"vr": "LO"},
                 "00081140": {"vr": "SQ", "Value": [{"00081155": {"vr": "UI", "Value": ["1.2"]},
                                                     "00280010": {"vr": "US", "Value": ["Doe"]}}]}}
                """),
            skipped::add);
    assertThat(dataSet.string(Tag.PatientID)).hasValue("4711");
    assertThat(dataSet.contains(Tag.PatientName)).isFalse();
    assertThat(dataSet.sequence(0x00081140).get(0).string(Tag.ReferencedSOPInstanceUID))
        .hasValue("1.2");
    assertThat(skipped)
        .hasSize(3)
        .allSatisfy(bad -> assertThat(bad).hasMessageNotContaining("Doe"));
  }

  @Test
  void failsOnTheFirstBadAttributeUnlessTheyAreToBeSkipped() {
    assertThatThrownBy(() -> read("{\"00100020\": {\"vr\": \"LO\", \"Value\": [true]}}"))
        .isInstanceOf(DicomException.class)
        .hasMessageContaining("PatientID (0010,0020)");
  }
}
