package io.spinexr.fhir.access;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import io.spinexr.fhir.server.TestServer;
import io.spinexr.fhir.token.TestIssuer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Resource;

/**
 * A server that asks for tokens, and two patients on it: {@code own}, in whose context programs are
 * launched, and {@code other}, each with one resource of every type. Everything of the other says
 * {@value #SECRET} somewhere.
 */
final class TwoPatients implements AutoCloseable {
  static final String SECRET = "SECRET";
  private static final String AUDIENCE = "https://spinexr.example.org/fhir";
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{(own|other|common):([A-Za-z]+)}");

  private static final Map<String, String> RESOURCES =
      Map.of(
          "ServiceRequest",
          """
          "status": "active", "intent": "order", "subject": {"reference": "Patient/{WHO:Patient}"},
          "identifier": [{"system": "urn:oid:1.2.36.8", "value": "WORD"}]\
          """,
          "ImagingStudy",
          """
          "status": "available", "subject": {"reference": "Patient/{WHO:Patient}"},
          "description": "WORD\"\
          """,
          "Observation",
          """
          "status": "final", "code": {"text": "WORD"}, "valueString": "WORD",
          "category": [{"coding": [{"system":
            "http://terminology.hl7.org/CodeSystem/observation-category", "code": "imaging"}]}],
          "subject": {"reference": "Patient/{WHO:Patient}"}\
          """,
          "DocumentReference",
          """
          "status": "current", "content": [{"attachment": {"title": "WORD"}}],
          "subject": {"reference": "Patient/{WHO:Patient}"}\
          """,
          "AuditEvent",
          """
          "type": {"system": "http://dicom.nema.org/resources/ontology/DCM", "code": "110112"},
          "recorded": "2026-11-26T20:14:00Z", "agent": [{"requestor": true}],
          "source": {"observer": {"display": "WORD"}},
          "entity": [{"what": {"reference": "Patient/{WHO:Patient}"}}]\
          """,
          "Device",
          """
          "status": "active", "patient": {"reference": "Patient/{WHO:Patient}"},
          "note": [{"text": "WORD"}]\
          """);

  final TestIssuer issuer = TestIssuer.start();

  /** Another, which knows patients by an identifier. */
  final TestIssuer ehr = TestIssuer.start();

  final TestServer server;
  private final Map<String, String> ids = new HashMap<>();

  TwoPatients(Path folder) {
    server =
        TestServer.onH2(
            folder,
            "--spinexr.fhir.issuers[0].issuer=" + issuer.address(),
            "--spinexr.fhir.issuers[0].audience=" + AUDIENCE,
            "--spinexr.fhir.issuers[1].issuer=" + ehr.address(),
            "--spinexr.fhir.issuers[1].audience=" + AUDIENCE,
            "--spinexr.fhir.issuers[1].patient-system=urn:oid:1.2.36.7",
            "--spinexr.fhir.accept-results=true");
    issuer.audience(AUDIENCE);
    ehr.audience(AUDIENCE);
    create("common", "Practitioner", "\"active\": true");
    create("common", "Device", "\"status\": \"active\"");
    for (String who : new String[] {"own", "other"}) {
      String word = who.equals("own") ? "mine" : SECRET;
      create(
          who,
          "Patient",
          """
          "identifier": [{"system": "urn:oid:1.2.36.7", "value": "%1$s"}],
          "name": [{"family": "%2$s"}], "birthDate": "%3$s\"\
          """
              .formatted(who, word, who.equals("own") ? "1960-01-01" : "1971-02-03"));
      RESOURCES.forEach(
          (type, elements) ->
              create(who, type, elements.replace("WHO", who).replace("WORD", word)));
      create(
          who,
          "DiagnosticReport",
          """
          "status": "final", "code": {"text": "WORD"},
          "subject": {"reference": "Patient/{WHO:Patient}"},
          "basedOn": [{"reference": "ServiceRequest/{WHO:ServiceRequest}"}],
          "result": [{"reference": "Observation/{WHO:Observation}"}]\
          """
              .replace("WHO", who)
              .replace("WORD", word));
      create(
          who,
          "Task",
          """
          "status": "requested", "intent": "order", "description": "WORD",
          "focus": {"reference": "ImagingStudy/{WHO:ImagingStudy}"},
          "for": {"reference": "Patient/{WHO:Patient}"}\
          """
              .replace("WHO", who)
              .replace("WORD", word));
      create(
          who,
          "Binary",
          """
          "contentType": "text/plain", "data": "U0VDUkVU",
          "securityContext": {"reference": "DiagnosticReport/{WHO:DiagnosticReport}"}\
          """
              .replace("WHO", who));
      create(
          who,
          "Provenance",
          """
          "target": [{"reference": "DiagnosticReport/{WHO:DiagnosticReport}"}],
          "recorded": "2026-11-26T20:14:00Z", "agent": [{"who": {"display": "WORD"}}]\
          """
              .replace("WHO", who)
              .replace("WORD", word));
    }
    create(
        "common",
        "Group",
        """
        "type": "person", "actual": true, "name": "SECRET", "member": [
          {"entity": {"reference": "Patient/{own:Patient}"}},
          {"entity": {"reference": "Patient/{other:Patient}"}}]\
        """);
  }

  /** By a program that may do everything. */
  String create(String who, String type, String elements) {
    HttpResponse<String> created =
        send("POST", type, resource(type, elements), issuer.token("system/*.cruds"));
    assertThat(created.statusCode()).as(type + created.body()).isEqualTo(201);
    String id = parse(created).getIdElement().getIdPart();
    ids.put(who + ":" + type, id);
    return id;
  }

  String resource(String type, String elements) {
    return "{\"resourceType\": \"%s\", %s}".formatted(type, elements);
  }

  String id(String who, String type) {
    return ids.get(who + ":" + type);
  }

  void name(String who, String name, String id) {
    ids.put(who + ":" + name, id);
  }

  /** {@code {own:Patient}} and the like become ids. */
  String filled(String text) {
    return PLACEHOLDER
        .matcher(text)
        .replaceAll(
            found -> Matcher.quoteReplacement(String.valueOf(id(found.group(1), found.group(2)))));
  }

  /** A token for the own patient. */
  String launched(String scope) {
    return issuer.token(scope, id("own", "Patient"));
  }

  HttpResponse<String> send(
      String method, String path, String body, String token, String... headers) {
    String[] all = new String[headers.length + 2];
    all[0] = "Authorization";
    all[1] = "Bearer " + token;
    System.arraycopy(headers, 0, all, 2, headers.length);
    return server.send(method, filled(path).replace("|", "%7C"), filled(body), all);
  }

  static Resource parse(HttpResponse<String> answer) {
    return (Resource) FhirContext.forR4Cached().newJsonParser().parseResource(answer.body());
  }

  /** What a program that may do everything sees of a resource. */
  String version(String address) {
    HttpResponse<String> read = send("GET", address, "", issuer.token("system/*.rs"));
    return read.statusCode() == 200
        ? parse(read).getMeta().getVersionId()
        : String.valueOf(read.statusCode());
  }

  int count(String search) {
    HttpResponse<String> found =
        send("GET", search + "&_summary=count", "", issuer.token("system/*.rs"));
    return ((Bundle) parse(found)).getTotal();
  }

  @Override
  public void close() {
    server.close();
    issuer.close();
    ehr.close();
  }
}
