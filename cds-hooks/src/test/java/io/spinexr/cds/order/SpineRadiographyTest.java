package io.spinexr.cds.order;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spinexr.study.SpineRegion;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpineRadiographyTest {
  private static final String ORDERS = "orders.tsv";

  private final SpineRadiography spine = with(Map.of());

  private static SpineRadiography with(Map<String, ?> keys) {
    return new SpineRadiography(TestProperties.with(keys).spineOrders());
  }

  private static OrderedExamination order(String json) {
    try {
      return OrderedExamination.of(new ObjectMapper().readTree(json.replace('\'', '"')));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static OrderedExamination coded(String system, String code, String display) {
    ObjectNode order = JsonNodeFactory.instance.objectNode();
    ObjectNode coding = order.putObject("code").putArray("coding").addObject();
    coding.put("system", system).put("code", code).put("display", display);
    return OrderedExamination.of(order);
  }

  private static OrderedExamination worded(String text) {
    ObjectNode order = JsonNodeFactory.instance.objectNode();
    order.putObject("code").put("text", text);
    return OrderedExamination.of(order);
  }

  private static OrderedExamination written(String what) {
    String[] code = what.split("\\|");
    return code.length == 2 ? coded(code[0], code[1], "") : worded(what);
  }

  @ParameterizedTest
  @CsvFileSource(resources = ORDERS, delimiter = '\t', maxCharsPerColumn = 500)
  void tellsOrdersAsTheyAreWritten(String what, String expected) {
    assertThat(spine.isOrderedBy(written(what))).isEqualTo(expected.equals("yes"));
    if (!what.contains("|")) {
      assertThat(spine.isOrderedBy(coded("urn:local", "1", what)))
          .as("by the display")
          .isEqualTo(expected.equals("yes"));
    }
  }

  @ParameterizedTest
  @CsvFileSource(resources = ORDERS, delimiter = '\t', maxCharsPerColumn = 500)
  void tellsThePartOfTheSpine(String what, String expected, SpineRegion region) {
    if (expected.equals("yes")) {
      assertThat(spine.regionOf(written(what))).isEqualTo(region);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "{'text': 'X-ray'} # [{'text': 'Lumbar spine'}] # [] # LUMBAR",
        "{'text': 'Plain radiography'} # [{'coding': [{'system': 'http://snomed.info/sct', 'code':"
            + " '122496007'}]}] # [] # LUMBAR",
        "{'text': 'Plain radiography'} # [{'coding': [{'system':"
            + " 'urn:oid:2.16.840.1.113883.6.96', 'code': '122494005', 'display': ''}]}] # [] #"
            + " CERVICAL",
        "{'coding': [{'system': 'http://snomed.info/sct', 'code': '168537006'}]} # [{'coding':"
            + " [{'display': 'Thoracic spine structure'}]}] # [] # THORACIC",
        "{'text': 'Röntgen'} # [] # [{'text': 'LWS 2 Ebenen'}] # LUMBAR",
        "{'text': 'Bildgebung'} # [] # [{'coding': [{'system': 'http://loinc.org', 'code':"
            + " '24946-6'}]}] # CERVICAL",
        "{'text': 'Radiographie'} # [{'text': 'Rachis'}] # [{'text': 'face + profil'}] # SPINE",
        "{'text': 'Lumbar spine'} # [] # [{'text': 'X-ray AP and lateral'}] # LUMBAR",
        "{'text': 'XR lumbar spine'} # [] # [{'text': 'compare with MRI'}] # LUMBAR",
        "{'text': 'X-ray'} # [{'text': 'Lumbar spine'}] # [{'text': 'then MRI'}] # LUMBAR",
        "{'coding': [{'system': 'http://www.ama-assn.org/go/cpt', 'code': '72100'}]} # [] #"
            + " [{'text': 'CT if unclear'}] # LUMBOSACRAL",
        "{'coding': [{'system': 'http://www.ama-assn.org/go/cpt', 'code': '72020'}]} # [{'text':"
            + " 'Cervical spine'}] # [] # CERVICAL",
        "{'text': 'X-ray whole spine'} # [] # [{'text': 'lumbar pain'}] # SPINE",
      })
  void putsCodeSiteAndDetailsTogether(
      String code, String sites, String details, SpineRegion region) {
    OrderedExamination order = order(code, sites, details);

    assertThat(spine.isOrderedBy(order)).isTrue();
    assertThat(spine.regionOf(order)).isEqualTo(region);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "{'text': 'MRI'} # [{'text': 'Lumbar spine'}] # []",
        "{'text': 'Imaging'} # [{'text': 'Lumbar spine'}] # [{'text': 'CT'}]",
        "{'text': 'Physiotherapy'} # [{'text': 'Lumbar spine'}] # []",
        "{'text': 'X-ray'} # [{'text': 'Knee'}] # []",
        "{'text': 'X-ray'} # [{'text': 'Knee'}] # [{'text': 'known lumbar spine stenosis'}]",
        "{'text': 'X-ray'} # [] # [{'text': 'CT lumbar spine'}]",
        "{'text': 'X-ray'} # [] # []",
        "{'coding': [{'display': 'Eosinophils'}, {'display': 'EOS'}]} # [] # []",
        "{} # [{'text': 'Lumbar spine'}] # [{'text': '2 doses'}]",
      })
  void doesNotPutTogetherWhatIsNoRadiographOfTheSpine(String code, String sites, String details) {
    assertThat(spine.isOrderedBy(order(code, sites, details))).isFalse();
  }

  private static OrderedExamination order(String code, String sites, String details) {
    return order("{'code': %s, 'bodySite': %s, 'orderDetail': %s}".formatted(code, sites, details));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'code': 'XR spine'}",
        "{'code': [{'text': 'XR spine'}]}",
        "{'code': {'text': 5, 'coding': 'XR spine'}}",
        "{'code': {'coding': [null, 3, {'system': 1, 'code': '72100'}, {'code': '72100'}]}}",
        "{'code': {'coding': {'display': 'XR spine'}}, 'bodySite': 'spine', 'orderDetail': 7}",
        "{'code': {'text': ' ', 'coding': [{'system': ' ', 'code': ' ', 'display': ''}]}}",
      })
  void countsWhatIsOfAWrongTypeAsAbsent(String json) {
    assertThat(spine.isOrderedBy(order(json))).isFalse();
    assertThat(spine.regionOf(order(json))).isEqualTo(SpineRegion.SPINE);
  }

  @Test
  void isNotTroubledByWhatItDoesNotUse() {
    assertThat(
            spine.isOrderedBy(
                order(
                    "{'code': {'text': 'XR lumbar spine', 'coding': [{'display': '', 'version':"
                        + " 4}]}, 'bodySite': 9, 'priority': [], 'occurrenceDateTime': {}}")))
        .isTrue();
  }

  @Test
  void takesSiteCodesInAnySpellingBesideTheBuiltInOnes() {
    SpineRadiography site =
        with(
            Map.of(
                "spine-orders.codes[0]", "urn:oid:1.2.3|LWS2",
                "spine-orders.codes[1]", "urn:oid:2.16.840.1.113883.6.1|99999-9"));

    assertThat(site.isOrderedBy(coded("urn:oid:1.2.3", "LWS2", ""))).isTrue();
    assertThat(site.isOrderedBy(coded("http://loinc.org", "99999-9", ""))).isTrue();
    assertThat(site.isOrderedBy(coded("http://loinc.org", "24972-2", ""))).isTrue();
    assertThat(spine.isOrderedBy(coded("urn:oid:1.2.3", "LWS2", ""))).isFalse();
  }

  @Test
  void takesSitePatternsBesideTheBuiltInWords() {
    SpineRadiography site =
        with(
            Map.of(
                "spine-orders.radiograph", "\\bR\\u00F6ntgenbild|foto\\b",
                "spine-orders.spine", "\\brug\\b",
                "spine-orders.other-modality", "\\bveterinary\\b"));

    assertThat(site.isOrderedBy(worded("Foto rug"))).isTrue();
    assertThat(site.isOrderedBy(worded("XR lumbar spine"))).isTrue();
    assertThat(site.isOrderedBy(worded("XR lumbar spine, Veterinary"))).isFalse();
    assertThat(spine.isOrderedBy(worded("Foto rug"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x ", "no ", "no x-ray ", "cervical ", "cot song ", "\u0301", "\uFDFA", "-"})
  void isDoneWithHostileTextsInNoTime(String part) {
    String text = part.repeat(100_000 / part.length());
    String concept = "{'text': '%s'}".formatted(text);
    OrderedExamination order =
        order(
            concept,
            "[" + (concept + ",").repeat(9) + concept + "]",
            "[" + (concept + ",").repeat(9) + concept + "]");

    long start = System.nanoTime();
    for (int i = 0; i < 10; i++) {
      spine.isOrderedBy(order);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void readsNoTextBeyondItsLimit() {
    assertThat(spine.isOrderedBy(worded(" ".repeat(480) + "XR spine"))).isTrue();
    assertThat(spine.isOrderedBy(worded(" ".repeat(500) + "XR spine"))).isFalse();
  }
}
