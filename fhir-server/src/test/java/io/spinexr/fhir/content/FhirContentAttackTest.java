package io.spinexr.fhir.content;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.fhir.server.TestServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies and addresses that would keep a thread, fill the memory or spoil what is stored. */
@Timeout(120)
class FhirContentAttackTest {
  private static final String OBSERVATION =
      """
      {"resourceType": "Observation", "status": "final", "code": {"text": "x"}, %s}\
      """;
  private static final String HUGE = "\"valueQuantity\": {\"value\": 1e999999999}";

  @TempDir private static Path folder;
  private static TestServer server;

  /** An Observation that everybody may try to patch. */
  private static String target;

  @BeforeAll
  static void start() {
    server = TestServer.onH2(folder, "--spinexr.fhir.max-entries=20");
    HttpResponse<String> created =
        server.send("POST", "Observation", observation("\"valueQuantity\": {\"value\": 1.50}"));
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    String location = created.headers().firstValue("Location").orElseThrow();
    target = location.replaceFirst(".*/fhir/", "").replaceFirst("/_history.*", "");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String observation(String elements) {
    return OBSERVATION.formatted(elements);
  }

  private HttpResponse<String> sendBundle(String type, String entries) {
    return server.send("POST", "", bundle(type, entries));
  }

  private static String bundle(String type, String entries) {
    return "{\"resourceType\": \"Bundle\", \"type\": \"%s\", \"entry\": [%s]}"
        .formatted(type, entries);
  }

  private static String post(String resource) {
    return "{\"resource\": %s, \"request\": {\"method\": \"POST\", \"url\": \"Observation\"}}"
        .formatted(resource);
  }

  private static String xml(String value) {
    return """
    <Observation xmlns="http://hl7.org/fhir"><status value="final"/>\
    <code><text value="x"/></code><valueQuantity><value value="%s"/></valueQuantity>\
    </Observation>\
    """
        .formatted(value);
  }

  private static String fhirPathPatch(String path, String value) {
    return """
    {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": [
      {"name": "type", "valueCode": "replace"}, {"name": "path", "valueString": "%s"},
      {"name": "value", %s}]}]}\
    """
        .formatted(path, value);
  }

  /** Refused with a sentence, and nothing has come of it. */
  private static void assertRefused(int status, HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body())
        .contains("OperationOutcome", "diagnostics")
        .doesNotContain("Exception", "SQL", "1e999");
    assertUntouched();
  }

  private static void assertUntouched() {
    HttpResponse<String> answer =
        server.send("GET", "Observation?_format=application/fhir%2Bxml", "");
    assertThat(answer.body()).contains("<value value=\"1.50\"/>", "</Bundle>");
    assertThat(answer.body()).containsOnlyOnce("<Observation");
  }

  // Numbers

  static Stream<String> numbers() {
    return Stream.of(
        "\"valueQuantity\": {\"value\": 1e999999}",
        "\"valueQuantity\": {\"value\": 1E-999999}",
        HUGE,
        "\"valueQuantity\": {\"value\": -1e-999999999}",
        "\"valueQuantity\": {\"value\": 0e99999}",
        "\"valueQuantity\": {\"value\": 1e99999999999999999999}",
        "\"valueQuantity\": {\"value\": %s}".formatted("9".repeat(200)),
        "\"valueQuantity\": {\"value\": 0.%s}".formatted("1".repeat(2_000_000)),
        "\"valueQuantity\": {\"value\": \"1e999999999\"}",
        "\"valueQuantity\": {\"value\": \"%s\"}".formatted("9".repeat(2_000_000)),
        "\"referenceRange\": [{\"low\": {\"value\": 1e99999}}]",
        "\"extension\": [{\"url\": \"urn:x\", \"valueDecimal\": 1e999999}]",
        "\"valueInteger\": 1e999999999",
        "\"contained\": [{\"resourceType\": \"Observation\", \"id\": \"o\", \"status\": \"final\","
            + " \"code\": {\"text\": \"y\"}, \"valueQuantity\": {\"value\": 1e9999999}}],"
            + " \"derivedFrom\": [{\"reference\": \"#o\"}]");
  }

  @ParameterizedTest
  @MethodSource("numbers")
  void refusesANumberThatIsLongWhenWrittenOut(String elements) {
    String resource = observation(elements);
    assertRefused(400, server.send("POST", "Observation", resource));
    assertRefused(400, server.send("PUT", "Observation/huge", resource));
    assertRefused(400, sendBundle("transaction", post(resource)));
    assertRefused(400, sendBundle("batch", post(resource)));
    assertRefused(400, server.send("POST", "Observation/$validate", resource));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e999999", "1e999999999", "-1e-99999999", "1E+101"})
  void refusesItInXmlToo(String number) {
    assertRefused(
        400,
        server.send("POST", "Observation", xml(number), "Content-Type", "application/fhir+xml"));
    assertRefused(
        400, server.send("POST", "Observation/$validate", xml(number), "Content-Type", "text/xml"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<Observation xmlns='http://hl7.org/fhir'><contained><Observation><id value='o'/>"
            + "<status value='final'/><code><text value='x'/></code><valueQuantity>"
            + "<value value='1e99999999'/></valueQuantity></Observation></contained>"
            + "<status value='final'/><code><text value='x'/></code></Observation>",
        "<Observation xmlns='http://hl7.org/fhir'><extension url='urn:x'><extension url='urn:y'>"
            + "<valueDecimal value='1e99999999'/></extension></extension><status value='final'/>"
            + "<code><text value='x'/></code></Observation>",
        "<Bundle xmlns='http://hl7.org/fhir'><type value='batch'/><entry><resource><Observation>"
            + "<status value='final'/><code><text value='x'/></code><valueQuantity>"
            + "<value value='1e99999999'/></valueQuantity></Observation></resource><request>"
            + "<method value='POST'/><url value='Observation'/></request></entry></Bundle>",
        "<Parameters xmlns='http://hl7.org/fhir'><parameter><name value='resource'/><resource>"
            + "<Observation><status value='final'/><code><text value='x'/></code><valueQuantity>"
            + "<value value='1e99999999'/></valueQuantity></Observation></resource></parameter>"
            + "</Parameters>"
      })
  void refusesItInsideOthers(String resource) {
    String path =
        resource.startsWith("<Bundle")
            ? ""
            : resource.startsWith("<Parameters") ? "Observation/$validate" : "Observation";
    assertRefused(400, server.send("POST", path, resource, "Content-Type", "application/fhir+xml"));
  }

  @Test
  void readsNoNumberOfAMillionDigits() {
    assertRefused(
        400,
        server.send(
            "POST",
            "Observation",
            xml("7".repeat(1_000_000)),
            "Content-Type",
            "application/fhir+xml"));
  }

  static Stream<String[]> patches() {
    return Stream.of(
        new String[] {
          "application/json-patch+json",
          "[{\"op\": \"replace\", \"path\": \"/valueQuantity/value\", \"value\": 1e999999999}]"
        },
        new String[] {
          "application/json-patch+json",
          "[{\"op\": \"replace\", \"path\": \"/valueQuantity/value\", \"value\": \"1e99999999\"}]"
        },
        new String[] {
          "application/fhir+json",
          fhirPathPatch("Observation.value.value", "\"valueDecimal\": 1e999999999")
        },
        new String[] {
          "application/xml-patch+xml",
          "<diff xmlns:f='http://hl7.org/fhir'><replace"
              + " sel='f:Observation/f:valueQuantity/f:value'><value xmlns='http://hl7.org/fhir'"
              + " value='1e99999999'/></replace></diff>"
        });
  }

  @ParameterizedTest
  @MethodSource("patches")
  void refusesItInPatches(String type, String patch) {
    assertRefused(400, server.send("PATCH", target, patch, "Content-Type", type));
    String data = Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8));
    String resource =
        type.equals("application/fhir+json")
            ? patch
            : "{\"resourceType\": \"Binary\", \"contentType\": \"%s\", \"data\": \"%s\"}"
                .formatted(type, data);
    assertRefused(
        400,
        sendBundle(
            "transaction",
            "{\"resource\": %s, \"request\": {\"method\": \"PATCH\", \"url\": \"%s\"}}"
                .formatted(resource, target)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Observation?value-quantity=1e999999999",
        "Observation?value-quantity=gt1e999999",
        "Observation?value-quantity=1e-999999999%7Chttp://unitsofmeasure.org%7Cmm",
        "Observation?code-value-quantity=x$1e999999999",
        "Observation?value-quantity=1,2,lt1e99999",
        "Task?reading-order=1e999999999",
        "Patient?_has:Observation:patient:value-quantity=1e999999999",
        "DiagnosticReport?result.value-quantity=1e999999999"
      })
  void refusesItInSearches(String search) {
    assertRefused(400, server.send("GET", search, ""));
    assertRefused(
        400,
        sendBundle(
            "batch",
            "{\"request\": {\"method\": \"GET\", \"url\": \"%s\"}}"
                .formatted(search.replace("$", "\\u0024"))));
    int query = search.indexOf('?');
    assertRefused(
        400,
        server.send(
            "POST",
            search.substring(0, query) + "/_search",
            search.substring(query + 1),
            "Content-Type",
            "application/x-www-form-urlencoded"));
  }

  @Test
  void refusesItInConditions() {
    String patient = "{\"resourceType\": \"Patient\", \"active\": true}";
    String condition = "Observation?value-quantity=1e999999999";
    assertRefused(
        400,
        server.send(
            "POST",
            "Observation",
            observation("\"language\": \"en\""),
            "If-None-Exist",
            condition));
    assertRefused(400, server.send("DELETE", condition, ""));
    assertRefused(
        400,
        sendBundle(
            "transaction",
            "{\"resource\": %s, \"request\": {\"method\": \"POST\", \"url\": \"Patient\", \"ifNoneExist\": \"_has:Observation:patient:value-quantity=1e999999999\"}}"
                .formatted(patient)));
  }

  @Test
  void findsAnAccessionNumberThatLooksLikeOne() {
    HttpResponse<String> answer =
        server.send("GET", "ServiceRequest?identifier=12E3456789&_summary=count", "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  // What a body is

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain;a=b, application/fhir+json",
        "application/fhir+json, text/plain",
        "text/plain",
        "text/plain; x=application/fhir+json",
        "multipart/form-data; boundary=application/fhir+json",
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded, application/fhir+json",
        "text/plain;a=\"b, application/fhir+json\"",
        "application/fhir+json;charset=\"utf-8\"",
        "application/fhir+json;charset=utf-16",
        "application/fhir+json;charset=utf-8;charset=utf-7",
        "application/fhir+json;",
        "application/fhir+turtle",
        "application/json-patch+json",
        "image/png",
        "*/*",
        "application/*",
        "json",
        ";application/fhir+json",
        "application/fhir+json application/xml"
      })
  void takesABodyOfOneKnownTypeOnly(String type) {
    String resource = observation("\"language\": \"en\"");
    for (String path : new String[] {"Observation", "", "Observation/$validate"}) {
      assertThat(raw("POST", path, "Content-Type: " + type, resource))
          .as(path)
          .startsWith("HTTP/1.1 415")
          .contains("OperationOutcome", "application/fhir+json");
    }
    assertThat(raw("PUT", "Observation/typed", "Content-Type: " + type, resource))
        .contains(" 415 ");
    assertUntouched();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Nothing: said",
        "Content-Type: text/plain\r\nContent-Type: application/fhir+json",
        "Content-Type: application/fhir+json\r\nContent-Type: application/fhir+json",
        "Content-Type:",
        "content-type: application/fhir+json\r\nCONTENT-TYPE: text/plain"
      })
  void takesNoBodyWithoutATypeOrWithTwo(String headers) {
    assertThat(raw("POST", "Observation", headers, observation("\"language\": \"en\"")))
        .startsWith("HTTP/1.1 415");
    assertUntouched();
  }

  /** The request of a web page that is on the way of every browser. */
  @Test
  void deletesNothingForAWebPage() throws IOException {
    try (InputStream page =
        FhirContentAttackTest.class.getResourceAsStream("delete-by-page.html")) {
      String html = new String(page.readAllBytes(), StandardCharsets.UTF_8);
      String type = html.replaceFirst("(?s).*'Content-Type':'([^']*)'.*", "$1");
      String body = html.replaceFirst("(?s).*body:'([^']*)'.*", "$1");
      assertThat(type).contains("text/plain", "application/fhir+json");
      assertThat(raw("POST", "", "Content-Type: " + type, body)).startsWith("HTTP/1.1 415");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "application/fhir+json",
    "application/fhir+json; charset=UTF-8",
    "application/json;charset=utf-8;fhirVersion=4.0",
    "application/json+fhir",
    "text/json"
  })
  void takesFhirAsClientsNameIt(String type) {
    HttpResponse<String> answer =
        server.send(
            "POST",
            "Observation/$validate",
            observation("\"language\": \"en\""),
            "Content-Type",
            type);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  // Characters

  static Stream<String> texts() {
    return Stream.of(
        "a\\u0000b",
        "\\u0001",
        "\\u001f",
        "\\ud800",
        "\\udc00x",
        "\\udc00\\ud800",
        "\\ufffe",
        "\\uFFFF");
  }

  @ParameterizedTest
  @MethodSource("texts")
  void refusesCharactersThatNotEveryPlaceCanHold(String text) {
    String resource =
        "{\"resourceType\": \"Patient\", \"name\": [{\"family\": \"%s\"}]}".formatted(text);
    assertRefused(400, server.send("POST", "Patient", resource));
    assertRefused(
        400,
        sendBundle(
            "transaction",
            "{\"resource\": %s, \"request\": {\"method\": \"POST\", \"url\": \"Patient\"}}"
                .formatted(resource)));
    assertRefused(400, server.send("POST", "Patient/$validate", resource));
    assertRefused(
        400,
        server.send(
            "PATCH",
            target,
            "[{\"op\": \"add\", \"path\": \"/language\", \"value\": \"%s\"}]".formatted(text),
            "Content-Type",
            "application/json-patch+json"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<?xml version='1.0'?><Patient xmlns='http://hl7.org/fhir'><name><family"
            + " value='&#0;'/></name></Patient>",
        "<?xml version='1.1'?><Patient xmlns='http://hl7.org/fhir'><name><family"
            + " value='&#1;'/></name></Patient>",
        "<Patient xmlns='http://hl7.org/fhir'><name><family value='&#xD800;'/></name></Patient>",
        "<Patient xmlns='http://hl7.org/fhir'><name><family value='&#xFFFE;'/></name></Patient>",
        "<!DOCTYPE Patient [<!ENTITY a 'b'>]><Patient xmlns='http://hl7.org/fhir'><name><family"
            + " value='&a;'/></name></Patient>",
        "<!DOCTYPE Patient SYSTEM 'file:///etc/passwd'><Patient xmlns='http://hl7.org/fhir'/>",
        "<Patient xmlns='http://hl7.org/fhir'><name><family value='&a;'/></name></Patient>",
        "<Patient"
      })
  void refusesXmlThatIsNotPlain(String resource) {
    assertRefused(
        400, server.send("POST", "Patient", resource, "Content-Type", "application/fhir+xml"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Patient?name=a%00b",
        "Patient?identifier=urn:x%7C%00",
        "Patient?name=%01",
        "Observation?subject=Patient/%00",
        "Patient?_id=a%00",
        "Patient?name=%EF%BF%BE"
      })
  void refusesThemInSearches(String search) {
    assertRefused(400, server.send("GET", search, ""));
    assertRefused(400, server.send("DELETE", search, ""));
    assertRefused(
        400,
        sendBundle(
            "transaction",
            "{\"request\": {\"method\": \"DELETE\", \"url\": \"%s\"}}".formatted(search)));
  }

  // Structure and size

  @Test
  void refusesJsonThatIsNotPlain() {
    String deep = "[".repeat(5000) + "]".repeat(5000);
    String extension =
        IntStream.range(0, 200)
            .mapToObj(i -> "{\"url\": \"urn:x\", \"extension\": [")
            .collect(Collectors.joining());
    for (String body :
        new String[] {
          "",
          "{",
          "[]",
          "7",
          deep,
          observation("\"extension\": [" + extension + "]}".repeat(200) + "]"),
          observation("\"status\": \"amended\""),
          observation("\"language\": \"en\"") + "{}",
          observation("'language': 'en'"),
          observation("\"language\": \"en\", \"\\u0000\": 1")
        }) {
      assertRefused(400, server.send("POST", "Observation", body));
    }
  }

  @Test
  void refusesABundleOfMoreEntriesThanAllowed() {
    String many =
        IntStream.range(0, 21)
            .mapToObj(i -> post(observation("\"language\": \"en\"")))
            .collect(Collectors.joining(","));
    assertRefused(413, sendBundle("transaction", many));
    assertRefused(413, sendBundle("batch", many));
  }

  @Test
  void refusesSearchesBeyondMeasure() {
    String form = "application/x-www-form-urlencoded";
    String ids = IntStream.range(0, 1200).mapToObj(i -> "a" + i).collect(Collectors.joining(","));
    for (String query :
        new String[] {
          "_id=" + ids,
          "code=" + "x".repeat(40_000),
          "subject.a.b.c.d.e.f=1",
          IntStream.range(0, 200).mapToObj(i -> "code=a").collect(Collectors.joining("&")),
          IntStream.range(0, 30)
              .mapToObj(i -> "_include=Observation:subject" + i)
              .collect(Collectors.joining("&"))
        }) {
      assertRefused(400, server.send("POST", "Observation/_search", query, "Content-Type", form));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Observation?_count=100000, 200",
    "Observation?_count=0, 200",
    "Observation?_count=-1, 400",
    "Observation?_count=99999999999, 400",
    "Observation?_count=x, 400"
  })
  void boundsPages(String search, int status) {
    HttpResponse<String> answer = server.send("GET", search, "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Task?_filter=a",
        "_history",
        "Patient/$everything",
        "Patient?_contained=true",
        "DELETE Task?status=requested&_expunge=true"
      })
  void servesNoMoreInABundleThanByItself(String request) {
    String method = request.startsWith("DELETE ") ? "DELETE" : "GET";
    HttpResponse<String> answer =
        sendBundle(
            "batch",
            "{\"request\": {\"method\": \"%s\", \"url\": \"%s\"}}"
                .formatted(method, request.replace("DELETE ", "")));
    assertThat(
            answer.statusCode() >= 400 || answer.body().matches("(?s).*\"status\": ?\"40[0-9].*"))
        .as(answer.body())
        .isTrue();
  }

  // Expressions

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Location.name.where($this.matches('^(a+)+\\\\\\\\1?b$'))",
        "Location.where(name.matches('^(a+)+$')).name",
        "Location.name.replaceMatches('(a*)*b', '')",
        "Location.descendants().descendants().descendants()",
        "Location.name.matchesFull('(a|a)*b')",
        "iif(true, Location.name, Location.alias)",
        "Location.name | Location.alias",
        "Location.repeat(extension)",
        "%resource.name",
        "Location.name.where(((((((1=1)))))))",
        "Location.name.trace('x')",
        "Location.where(name = 'a' or name.matches('b')).name"
      })
  void evaluatesNoExpressionOfAClient(String path) {
    HttpResponse<String> created =
        server.send(
            "PUT",
            "Location/named",
            "{\"resourceType\": \"Location\", \"id\": \"named\", \"name\": \"%s\"}"
                .formatted("a".repeat(40)));
    assertThat(created.statusCode()).as(created.body()).isBetween(200, 201);
    String patch =
        """
        {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": [
          {"name": "type", "valueCode": "add"}, {"name": "path", "valueString": "%s"},
          {"name": "name", "valueString": "alias"}, {"name": "value", "valueString": "x"}]}]}\
        """
            .formatted(path);
    assertRefused(400, server.send("PATCH", "Location/named", patch));
    assertRefused(400, server.send("PATCH", "Location?name=a", patch));
    for (String type : new String[] {"transaction", "batch"}) {
      assertRefused(
          400,
          sendBundle(
              type,
              "{\"resource\": %s, \"request\": {\"method\": \"PATCH\", \"url\": \"Location/named\"}}"
                  .formatted(patch)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//*[//*[//*[//*[//*[//*]]]]]",
        "f:Location/f:name[matches(@value, '(a+)+b')]",
        "f:Location[count(//*) > 1]",
        "document('file:///etc/passwd')",
        "f:Location/following::*"
      })
  void evaluatesNoXPathOfAClientEither(String path) {
    assertRefused(
        400,
        server.send(
            "PATCH",
            target,
            "<diff xmlns:f='http://hl7.org/fhir'><remove sel=\"%s\"/></diff>".formatted(path),
            "Content-Type",
            "application/xml-patch+xml"));
  }

  /** One with a pattern that never ends, and one that holds itself. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        {"include": [{"system": "urn:x:codes", "filter": [
          {"property": "code", "op": "regex", "value": "^(a+)+$"}]}]}\
        """,
        "{\"include\": [{\"valueSet\": [\"urn:x:set\"]}]}"
      })
  void expandsNoValueSetOfAClient(String compose) {
    HttpResponse<String> stored =
        server.send(
            "PUT",
            "ValueSet/set",
            """
            {"resourceType": "ValueSet", "id": "set", "url": "urn:x:set", "status": "active",
             "compose": %s}\
            """
                .formatted(compose));
    assertThat(stored.statusCode()).as(stored.body()).isBetween(200, 201);
    for (String parameter :
        new String[] {
          "code:in", "code:not-in", "subject:Patient.language:in", "based-on.code:in"
        }) {
      assertRefused(400, server.send("GET", "Observation?" + parameter + "=urn:x:set", ""));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "POST |Patient |application/fhir+json |{\"resourceType\":\"Patient\",\"\":\"x\"} |a field"
            + " must have a name",
        "POST | |application/fhir+json"
            + " |{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":{\"resourceType\":\"Patient\"}}]}"
            + " |a request with its method and url",
        "PATCH |Patient/p |application/json-patch+json |[{\"op\":\"replace\",\"value\":true}] |an"
            + " op and a path",
        "PATCH |Patient/p |application/json-patch+json |[{\"op\":\"move\",\"path\":\"/active\"}] |a"
            + " from",
        "PATCH |Patient/p |application/json-patch+json |[{\"op\":\"test\",\"path\":\"/active\"}]"
            + " |must have a value",
      })
  void namesThePartThatIsMissing(
      String method, String path, String type, String body, String sentence) {
    HttpResponse<String> answer =
        server.send(method, path == null ? "" : path, body, "Content-Type", type);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).contains(sentence);
  }

  @Test
  void lettingAPatchCopyItselfIsNoWayToGrow() {
    String doubling =
        IntStream.range(0, 40)
            .mapToObj(
                i ->
                    "{\"op\": \"copy\", \"from\": \"/extension\", \"path\":"
                        + " \"/extension/0/extension\"}")
            .collect(Collectors.joining(",", "[", "]"));
    assertRefused(
        400, server.send("PATCH", target, doubling, "Content-Type", "application/json-patch+json"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "Location.name; \"valueString\": \"b\"",
        "Location.telecom[0].value; \"valueString\": \"3\"",
        "Location.status; \"valueCode\": \"active\""
      })
  void takesThePatchesOfTheStandard(String path, String value) {
    HttpResponse<String> created =
        server.send(
            "PUT",
            "Location/patched",
            """
            {"resourceType": "Location", "id": "patched", "name": "a", "status": "inactive",
             "telecom": [{"system": "phone", "use": "work", "value": "1"}]}\
            """);
    assertThat(created.statusCode()).as(created.body()).isBetween(200, 201);
    HttpResponse<String> patched =
        server.send("PATCH", "Location/patched", fhirPathPatch(path, value));
    assertThat(patched.statusCode()).as(patched.body()).isEqualTo(200);
  }

  /** What the server answers to bytes as they are. */
  private static String raw(String method, String path, String headers, String body) {
    URI base = URI.create(server.baseUrl());
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    try (Socket socket = new Socket(base.getHost(), base.getPort())) {
      String head =
          "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%s\r\nContent-Length: %d\r\n\r\n"
              .formatted(
                  method,
                  base.getPath() + (path.isEmpty() ? "" : "/" + path),
                  base.getAuthority(),
                  headers,
                  bytes.length);
      socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().write(bytes);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
