package io.spinexr.fhir.server;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import io.spinexr.fhir.Examples;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.result.FindingsBundle;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestComponent;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestResourceComponent;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code /fhir} serves, all of it, and what it does not. */
class ServedInteractionsTest {
  private static final String STUDY = "1.2.826.0.5.1";

  /** What clients may read only. */
  private static final List<String> DEFINITIONS =
      List.of("SearchParameter", "StructureDefinition", "Subscription");

  /** A valid resource of each other type, and an element that an update changes. */
  private static final Map<String, String> RESOURCES =
      new TreeMap<>(
          Map.ofEntries(
              resource(
                  "AuditEvent",
                  "\"type\": {\"system\": \"http://dicom.nema.org/resources/ontology/DCM\","
                      + " \"code\": \"110112\"}, \"recorded\": \"2026-11-26T20:14:00Z\","
                      + " \"agent\": [{\"requestor\": true}],"
                      + " \"source\": {\"observer\": {\"display\": \"the RIS\"}}"),
              resource("Binary", "\"contentType\": \"image/png\", \"data\": \"iVBORw0KGgo=\""),
              resource(
                  "CodeSystem",
                  "\"url\": \"https://ris.example.org/codes\", \"status\": \"draft\","
                      + " \"content\": \"not-present\""),
              resource("Device", "\"status\": \"active\""),
              resource(
                  "DiagnosticReport", "\"status\": \"final\", \"code\": {\"text\": \"XR spine\"}"),
              resource(
                  "DocumentReference",
                  "\"status\": \"current\", \"content\": [{\"attachment\": {\"title\": \"A\"}}]"),
              resource(
                  "Endpoint",
                  "\"status\": \"active\", \"connectionType\": {\"system\":"
                      + " \"http://terminology.hl7.org/CodeSystem/endpoint-connection-type\","
                      + " \"code\": \"dicom-wado-rs\"}, \"payloadType\": [{\"text\": \"DICOM\"}],"
                      + " \"address\": \"https://pacs.example.org\""),
              resource("Group", "\"type\": \"person\", \"actual\": false"),
              resource(
                  "ImagingStudy",
                  "\"status\": \"available\", \"subject\": {\"display\": \"somebody\"}"),
              resource("Location", "\"status\": \"active\""),
              resource("Observation", "\"status\": \"final\", \"code\": {\"text\": \"Alignment\"}"),
              resource("Organization", "\"name\": \"Radiology\""),
              resource("Patient", "\"active\": true"),
              resource("Practitioner", "\"active\": true"),
              resource(
                  "Provenance",
                  "\"target\": [{\"display\": \"a report\"}], \"recorded\":"
                      + " \"2026-11-26T20:14:00Z\", \"agent\": [{\"who\": {\"display\": \"A\"}}]"),
              resource(
                  "ServiceRequest",
                  "\"status\": \"active\", \"intent\": \"order\","
                      + " \"subject\": {\"display\": \"somebody\"}"),
              resource("Task", "\"status\": \"requested\", \"intent\": \"order\""),
              resource(
                  "ValueSet",
                  "\"url\": \"https://ris.example.org/set\", \"status\": \"draft\","
                      + " \"compose\": {\"include\": [{\"system\":"
                      + " \"https://ris.example.org/codes\"}]}")));

  @TempDir private static Path folder;
  private static TestServer server;

  @BeforeAll
  static void start() {
    server =
        TestServer.onH2(folder, "--spinexr.fhir.subscription-endpoints=https://ris.example.org");
    server
        .bean(FhirRecord.class)
        .write(FindingsBundle.of(Examples.analysed(STUDY, 1), Examples.ISSUER));
    server
        .bean(FhirRecord.class)
        .write(FindingsBundle.of(Examples.analysed(STUDY + ".2", 2), Examples.ISSUER));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Map.Entry<String, String> resource(String type, String elements) {
    return Map.entry(type, "{\"resourceType\": \"%s\", %%s%s}".formatted(type, elements));
  }

  private static Stream<String> types() {
    return RESOURCES.keySet().stream();
  }

  @Test
  void saysExactlyWhatItServes() {
    CapabilityStatementRestComponent rest =
        server
            .client()
            .capabilities()
            .ofType(CapabilityStatement.class)
            .execute()
            .getRestFirstRep();

    assertThat(rest.getInteraction())
        .extracting(interaction -> interaction.getCode().toCode())
        .containsExactlyInAnyOrder("transaction", "batch");
    assertThat(rest.getOperation()).isEmpty();
    Map<String, List<String>> operations =
        Map.of("CodeSystem", List.of("lookup", "validate", "validate-code"));
    assertThat(rest.getResource())
        .extracting(CapabilityStatementRestResourceComponent::getType)
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(types(), DEFINITIONS.stream(), Stream.of("OperationDefinition"))
                .flatMap(types -> types)
                .toList());
    for (CapabilityStatementRestResourceComponent resource : rest.getResource()) {
      String type = resource.getType();
      resource.getOperation().stream()
          .map(operation -> operation.getDefinition().replaceAll(".*/OperationDefinition/", ""))
          .forEach(
              id ->
                  assertThat(server.send("GET", "OperationDefinition/" + id, "").statusCode())
                      .isEqualTo(200));
      if (type.equals("OperationDefinition")) {
        assertThat(resource.getInteraction())
            .extracting(interaction -> interaction.getCode().toCode())
            .containsExactly("read");
        continue;
      }
      assertThat(resource.getInteraction())
          .as(type)
          .extracting(interaction -> interaction.getCode().toCode())
          .containsExactlyInAnyOrder(
              "read",
              "vread",
              "update",
              "patch",
              "delete",
              "history-instance",
              "create",
              "search-type");
      assertThat(new TreeSet<>(resource.getOperation().stream().map(o -> o.getName()).toList()))
          .as(type)
          .containsExactlyElementsOf(operations.getOrDefault(type, List.of("validate")));
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void servesTheWholeLifeOfAResource(String type) {
    String resource = RESOURCES.get(type);
    HttpResponse<String> created =
        server.send("POST", type, resource.formatted("\"language\": \"en\", "));
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    String id = parse(created).getIdElement().getIdPart();
    String address = type + "/" + id;

    assertThat(parse(server.send("GET", address, "")).getLanguage()).isEqualTo("en");
    HttpResponse<String> updated =
        server.send(
            "PUT",
            address,
            resource.formatted("\"id\": \"%s\", \"language\": \"de\", ".formatted(id)),
            "If-Match",
            "W/\"1\"");
    assertThat(updated.statusCode()).as(updated.body()).isEqualTo(200);
    assertThat(parse(server.send("GET", address + "/_history/1", "")).getLanguage())
        .isEqualTo("en");
    assertThat(((Bundle) parse(server.send("GET", address + "/_history", ""))).getEntry())
        .hasSize(2);
    HttpResponse<String> patched =
        server.send(
            "PATCH",
            address,
            "[{\"op\": \"replace\", \"path\": \"/language\", \"value\": \"fr\"}]",
            "Content-Type",
            "application/json-patch+json");
    assertThat(patched.statusCode()).as(patched.body()).isEqualTo(200);
    assertThat(found(type + "?_id=" + id)).extracting(Resource::getLanguage).containsExactly("fr");
    assertThat(server.deleted(address)).isEqualTo(200);
    assertThat(server.send("GET", address, "").statusCode()).isEqualTo(410);
    assertThat(found(type + "?_id=" + id)).isEmpty();
  }

  /** Whatever else HAPI has. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET Observation/$lastn?patient=Patient/1",
        "GET Observation?$lastn",
        "GET Patient/$everything",
        "GET Patient/1/$everything",
        "GET _history",
        "GET Task/_history",
        "GET $meta",
        "GET Task/$meta",
        "GET Task/1/$meta",
        "POST Task/1/$meta-add",
        "POST Task/1/$meta-delete",
        "GET $get-resource-counts",
        "POST $expunge",
        "POST Task/$expunge",
        "POST Task/1/$expunge",
        "POST $process-message",
        "POST $hapi.fhir.replace-references",
        "POST Patient/$merge",
        "POST Patient/$hapi.fhir.merge",
        "POST Device/$hapi.fhir.merge",
        "POST Patient/$hapi.fhir.undo-merge",
        "POST $reindex",
        "GET Task/1/$reindex",
        "GET Task/1/$reindex-dryrun",
        "POST $mark-all-resources-for-reindexing",
        "POST $perform-reindexing-pass",
        "POST $reindex-terminology",
        "GET $diff?from=Task/1/_history/1&to=Task/1/_history/2",
        "GET Task/1/$diff",
        "GET $graphql?query={TaskList{id}}",
        "GET Task/1/$graphql?query={id}",
        "POST $apply-codesystem-delta-add",
        "POST CodeSystem/$upload-external-code-system",
        "GET ValueSet/$expand?url=x",
        "GET ValueSet/$validate-code?url=x&code=y",
        "GET CodeSystem/$subsumes?codeA=a&codeB=b",
        "GET StructureDefinition/$snapshot?url=x",
        "POST ValueSet/1/$invalidate-expansion",
        "GET $export",
        "GET $export-poll-status",
        "POST Subscription/$trigger-subscription",
        "POST Binary/1/$binary-access-write?path=Binary",
        "GET Binary/1/$binary-access-read?path=Binary",
        "POST $delete-expunge",
        "GET $suggest-keywords",
        "GET Composition/1/$document",
        "GET Bundle",
        "GET Questionnaire",
        "GET Basic",
        "GET ?_type=Task",
        "DELETE Task?status=requested&_expunge=true",
        "DELETE Task?_cascade=delete",
        "GET Task?_filter=status%20eq%20requested",
        "GET Task?_text=a",
        "GET Task?_content=a",
        "GET Task?_contained=true",
        "GET Task?_containedType=container",
        "GET Task?_list=1",
        "GET Task?_source=a",
        "GET Task?_offset=1",
        "GET Task?_query=a",
        "GET Task?_graph=a",
        "GET Task?_type=Patient",
        "GET Task?_lastn=true",
        "GET Task?_searchTotalMode=none",
        "GET Task?_language=en"
      })
  void servesNothingElse(String request) {
    String[] words = request.split(" ", 2);
    String body = words[0].equals("GET") ? "" : "{\"resourceType\": \"Parameters\"}";
    HttpResponse<String> answer =
        server.send(words[0], words[1].replace("{", "%7B").replace("}", "%7D"), body);
    assertThat(answer.statusCode()).as(answer.body()).isBetween(400, 405);
    assertThat(answer.body()).contains("OperationOutcome");
  }

  /** A transaction's entries go by the same list. */
  @Test
  void servesNothingElseInATransactionEither() {
    for (String url :
        List.of("Observation/$lastn?patient=Patient/1", "Patient/1/$everything", "_history")) {
      HttpResponse<String> answer =
          server.send(
              "POST",
              "",
              """
              {"resourceType": "Bundle", "type": "transaction", "entry": [
                {"request": {"method": "GET", "url": "%s"}}]}\
              """
                  .formatted(url));
      assertThat(answer.statusCode()).as(url + answer.body()).isBetween(400, 405);
    }
  }

  @Test
  void processesTheEntriesOfABatchOneByOne() {
    HttpResponse<String> answer =
        server.send(
            "POST",
            "",
            """
            {"resourceType": "Bundle", "type": "batch", "entry": [
              {"request": {"method": "GET", "url": "Task?_summary=count"}},
              {"request": {"method": "GET", "url": "Task/none"}},
              {"request": {"method": "POST", "url": "Patient"},
               "resource": {"resourceType": "Patient", "active": true}}]}\
            """);
    assertThat(((Bundle) parse(answer)).getEntry())
        .extracting(entry -> entry.getResponse().getStatus().substring(0, 3))
        .containsExactly("200", "404", "201");
  }

  @Test
  void findsByChainsAndWhatRefers() {
    String report = "identifier=" + Codes.REPORT_IDENTIFIER + "%7C" + STUDY + "/demo-1.0.0";
    String studyUid = "identifier=urn:dicom:uid%7Curn:oid:" + STUDY;
    assertThat(found("DiagnosticReport?imaging-study." + studyUid)).hasSize(1);
    assertThat(found("ImagingStudy?_has:DiagnosticReport:imaging-study:" + report)).hasSize(1);
    assertThat(types("DiagnosticReport?_include=DiagnosticReport:result&" + report))
        .contains("DiagnosticReport", "Observation");
    assertThat(types("ImagingStudy?_revinclude=Task:focus&" + studyUid))
        .containsExactlyInAnyOrder("ImagingStudy", "Task");
  }

  @Test
  void sortsCountsAndShortens() {
    List<String> oldest =
        found("DiagnosticReport?_sort=_lastUpdated").stream().map(Resource::getId).toList();
    assertThat(oldest).hasSize(2);
    assertThat(found("DiagnosticReport?_sort=-_lastUpdated"))
        .extracting(Resource::getId)
        .containsExactly(oldest.get(1), oldest.get(0));

    Bundle page =
        (Bundle) parse(server.send("GET", "DiagnosticReport?_count=1&_total=accurate", ""));
    assertThat(page.getTotal()).isEqualTo(2);
    assertThat(page.getEntry()).hasSize(1);
    String next = page.getLink(Bundle.LINK_NEXT).getUrl().substring(server.baseUrl().length());
    assertThat(((Bundle) parse(server.send("GET", next, ""))).getEntry()).hasSize(1);

    Bundle count = (Bundle) parse(server.send("GET", "DiagnosticReport?_summary=count", ""));
    assertThat(count.getTotal()).isEqualTo(2);
    assertThat(count.getEntry()).isEmpty();
    assertThat(found("DiagnosticReport?_elements=status"))
        .allSatisfy(
            report -> {
              assertThat(((DiagnosticReport) report).hasStatus()).isTrue();
              assertThat(((DiagnosticReport) report).hasResult()).isFalse();
            });
  }

  @Test
  void findsByTagAndLabelAndPostedSearch() {
    assertThat(found("Provenance?_tag=" + Codes.ANALYSIS_TAG + "%7C" + STUDY + "/demo-1.0.0"))
        .hasSize(1);
    assertThat(found("DiagnosticReport?_security=AIAST")).hasSize(2);
    assertThat(found("DiagnosticReport?_lastUpdated=lt2020-01-01")).isEmpty();
    HttpResponse<String> posted =
        server.send(
            "POST",
            "DiagnosticReport/_search",
            "status=preliminary",
            "Content-Type",
            "application/x-www-form-urlencoded");
    assertThat(((Bundle) parse(posted)).getEntry()).hasSize(2);
  }

  @Test
  void deletesOneThatAConditionMeets() {
    String patient =
        "{\"resourceType\": \"Patient\", \"identifier\": [{\"system\": \"urn:oid:1.2.36.7\","
            + " \"value\": \"%s\"}]}";
    for (String value : List.of("once", "twice", "twice")) {
      HttpResponse<String> created = server.send("POST", "Patient", patient.formatted(value));
      assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    }
    String condition = "Patient?identifier=urn:oid:1.2.36.7%7C";
    assertThat(server.send("DELETE", condition + "once", "").statusCode()).isEqualTo(200);
    assertThat(found(condition + "once")).isEmpty();
    assertThat(server.send("DELETE", condition + "twice", "").statusCode()).isEqualTo(412);
    assertThat(found(condition + "twice")).hasSize(2);
  }

  @Test
  void knowsOurTerminology() {
    assertThat(
            server
                .send("GET", "CodeSystem/$lookup?code=osteophytes&system=" + Codes.LESION_TYPE, "")
                .body())
        .contains("\"Osteophytes\"");
    assertThat(
            server
                .send("GET", "CodeSystem/$validate-code?code=nonsense&url=" + Codes.LESION_TYPE, "")
                .body())
        .contains("{\"name\":\"result\",\"valueBoolean\":false}");
  }

  private static List<Resource> found(String url) {
    HttpResponse<String> answer = server.send("GET", url, "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return ((Bundle) parse(answer))
        .getEntry().stream().map(BundleEntryComponent::getResource).toList();
  }

  private static List<String> types(String url) {
    return found(url).stream().map(Resource::fhirType).distinct().toList();
  }

  private static Resource parse(HttpResponse<String> answer) {
    return (Resource) FhirContext.forR4Cached().newJsonParser().parseResource(answer.body());
  }
}
