package io.spinexr.fhir.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.FhirContext;
import io.spinexr.fhir.Examples;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.FhirRecordException;
import io.spinexr.fhir.result.FindingsBundle;
import io.spinexr.fhir.store.EhrAccess;
import io.spinexr.fhir.store.EhrFhirTarget;
import io.spinexr.fhir.token.BackendServices;
import io.spinexr.fhir.token.ClientKey;
import io.spinexr.fhir.token.ClientRegistration;
import io.spinexr.fhir.token.TestIssuer;
import io.spinexr.fhir.upkeep.StoredRecord;
import io.spinexr.tls.TlsContext;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestSecurityComponent;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What scopes open at {@code /fhir}, and every way found around them. */
class ScopesAttackTest {
  private static final String ALL = "patient/*.cruds";
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private static final String OBSERVATION =
      """
      {"resourceType": "Observation", %s "status": "final", "code": {"text": "mine"},
       "subject": {"reference": "Patient/%s"}}\
      """;

  @TempDir private static Path folder;
  private static TwoPatients two;

  @BeforeAll
  static void start() {
    two = new TwoPatients(folder);
    // Reports of the own patient that somebody has tied to what is the other's.
    two.create(
        "tied",
        "DiagnosticReport",
        """
        "status": "final", "code": {"text": "mine"},
        "subject": {"reference": "Patient/{own:Patient}"},
        "result": [{"reference": "Observation/{other:Observation}"}]\
        """);
    two.name("own", "Tied", two.id("tied", "DiagnosticReport"));
    two.name("own", "CameFromOther", moved("other", "own"));
    two.name("own", "WentToOther", moved("own", "other"));
  }

  @AfterAll
  static void stop() {
    two.close();
  }

  /** An Observation that was about one patient first, and was corrected. */
  private static String moved(String from, String to) {
    String word = from.equals("other") ? TwoPatients.SECRET : "mine";
    String id =
        two.create(
            from + "Moved",
            "Observation",
            """
            "status": "final", "code": {"text": "%s"},
            "subject": {"reference": "Patient/%s"}\
            """
                .formatted(word, two.id(from, "Patient")));
    String corrected =
        OBSERVATION.formatted("\"id\": \"%s\",".formatted(id), two.id(to, "Patient"));
    HttpResponse<String> updated =
        two.send("PUT", "Observation/" + id, corrected, two.issuer.token("system/*.cruds"));
    assertThat(updated.statusCode()).as(updated.body()).isEqualTo(200);
    return id;
  }

  private static HttpResponse<String> raw(String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(two.server.baseUrl() + "/" + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  // Who is there.

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Patient",
        "Patient/1",
        "Patient?_summary=count",
        "Observation/1/_history",
        "OperationDefinition/Patient-t-validate",
        "CodeSystem/$lookup?code=a&system=b",
        "?_getpages=00000000-0000-0000-0000-000000000000",
        "Nothing",
        "metadata/1",
        "Patient/metadata"
      })
  void tellsNothingWithoutAToken(String path) {
    HttpResponse<String> answer = raw(path);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(401);
    assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
    assertThat(answer.body()).contains("OperationOutcome");
  }

  @Test
  void refusesABadTokenWhateverItIsSentWith() {
    String forged =
        TestIssuer.signed(
            two.issuer.claims("system/*.cruds").issuer("https://evil.example.org").build(),
            TestIssuer.KEY);
    for (String path : List.of("Patient", "metadata")) {
      for (String header :
          List.of("Bearer " + forged, "Bearer ", "Bearer a b", "Basic YTpi", forged)) {
        HttpResponse<String> answer = raw(path, "Authorization", header);
        assertThat(answer.statusCode()).as(header).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate"))
            .contains("Bearer error=\"invalid_token\"");
      }
    }
    String good = "Bearer " + two.issuer.token("system/*.rs");
    assertThat(raw("Patient", "Authorization", good).statusCode()).isEqualTo(200);
    assertThat(raw("Patient", "Authorization", good, "Authorization", good).statusCode())
        .isEqualTo(401);
    assertThat(raw("Patient?access_token=" + good.substring(7)).statusCode()).isEqualTo(401);
  }

  @Test
  void tellsEverybodyWhereToGetATokenAndWhatIsServed() {
    HttpResponse<String> configuration = raw(".well-known/smart-configuration");
    assertThat(configuration.statusCode()).isEqualTo(200);
    assertThat(configuration.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(configuration.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
    assertThat(configuration.body())
        .contains("\"token_endpoint\":\"" + two.issuer.tokenEndpoint() + "\"")
        .contains("\"authorization_endpoint\":\"" + two.issuer.address() + "/authorize\"")
        .contains("\"issuer\":\"" + two.issuer.address() + "\"")
        .contains("\"jwks_uri\":\"" + two.issuer.address() + "/jwks\"")
        .contains("\"code_challenge_methods_supported\":[\"S256\"]")
        .contains("permission-v2");

    CapabilityStatementRestSecurityComponent security =
        ((CapabilityStatement)
                TwoPatients.parse(raw("metadata", "Accept", "application/fhir+json")))
            .getRestFirstRep()
            .getSecurity();
    assertThat(security.getServiceFirstRep().getCodingFirstRep().getCode())
        .isEqualTo("SMART-on-FHIR");
    assertThat(
            security
                .getExtensionByUrl(
                    "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris")
                .getExtensionString("token"))
        .isEqualTo(two.issuer.tokenEndpoint().toString());
  }

  // What scopes open.

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        // scope; method; path; status
        "system/*.cruds; GET; Patient; 200",
        "system/*.cruds; GET; Patient/{other:Patient}; 200",
        "system/*.read; GET; Patient; 200",
        "system/*.read; POST; Observation; 403",
        "system/*.read; DELETE; Observation/{own:Observation}; 403",
        "system/*.write; GET; Patient/{own:Patient}; 403",
        "system/*.write; POST; Observation; 201",
        "system/Observation.r; GET; Observation/{other:Observation}; 200",
        "system/Observation.r; GET; Observation/{other:Observation}/_history; 200",
        "system/Observation.r; GET; Observation/{other:Observation}/_history/1; 200",
        "system/Observation.r; GET; Observation; 403",
        "system/Observation.s; GET; Observation; 200",
        "system/Observation.s; GET; Observation/{other:Observation}; 403",
        "system/Observation.rs; GET; Patient; 403",
        "system/Observation.rs; GET; Observation?_include=Observation:subject; 403",
        "system/Observation.rs system/Patient.r; GET; Observation?_include=Observation:subject;"
            + " 200",
        "system/Observation.rs; GET; Observation?subject:Patient.birthdate=1971-02-03; 403",
        "system/Observation.rs; GET; Observation?subject.name=SECRET; 403",
        "system/Observation.rs; GET; Observation?_has:DiagnosticReport:result:status=final; 403",
        "system/*.rs; GET; Observation?subject:Patient.birthdate=1971-02-03; 200",
        "system/*.rs; GET; Observation?_has:DiagnosticReport:result:status=final; 200",
        "system/Observation.c; POST; Observation; 201",
        "system/Observation.c; PUT; Observation/{own:Observation}; 403",
        "system/Observation.u; POST; Observation; 403",
        "system/Observation.u; PUT; Observation/{own:Observation}; 200",
        "system/Observation.u; PUT; Observation/made-up-by-client; 403",
        "system/Observation.cu; PUT; Observation/made-up-by-client; 201",
        "system/Observation.cu; PUT; Observation?_id={own:Observation}; 403",
        "system/Observation.cus; PUT; Observation?_id={own:Observation}; 200",
        "system/Observation.d; DELETE; Observation/made-up-by-client; 200",
        "user/Observation.rs; GET; Observation; 200",
        "user/Observation.rs; GET; Task; 403",
        "system/Observation.rsx; GET; Observation; 403",
        "openid fhirUser; GET; Observation; 403",
        "patient/*.rs; GET; Observation/{own:Observation}; 200",
        "patient/*.rs; GET; Observation/{other:Observation}; 403",
        "patient/*.rs; GET; Patient/{own:Patient}; 200",
        "patient/*.rs; GET; Practitioner/{common:Practitioner}; 200",
        "patient/*.rs; GET; Device/{common:Device}; 200",
        "patient/*.rs; GET; Binary/{own:Binary}; 200",
        "patient/DiagnosticReport.r; GET; Binary/{own:Binary}; 200",
        "patient/Observation.r; GET; Binary/{own:Binary}; 403",
        "patient/*.rs; GET; CodeSystem; 200",
        "patient/*.rs; POST; Observation; 403",
        "patient/*.cruds; POST; Observation; 201",
        "patient/*.cruds; PUT; Observation/{own:Observation}; 200",
        "patient/*.cruds; POST; Practitioner; 403",
        "patient/Observation.rs user/Task.rs; GET; Task/{other:Task}; 200",
        "patient/Observation.rs user/Task.rs; GET; Observation/{other:Observation}; 403"
      })
  void opensWhatScopesSay(String scope, String method, String path, int status) {
    String type = path.split("[/?]")[0];
    String id = path.contains("/") ? two.filled(path.substring(path.indexOf('/') + 1)) : "";
    String body =
        method.equals("GET") || method.equals("DELETE")
            ? ""
            : type.equals("Observation")
                ? OBSERVATION.formatted(
                    id.isEmpty() ? "" : "\"id\": \"" + id + "\",", two.id("own", "Patient"))
                : two.resource(type, "\"active\": true");
    HttpResponse<String> answer = two.send(method, path, body, two.launched(scope));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    if (status == 403) {
      assertThat(answer.headers().firstValue("WWW-Authenticate"))
          .contains("Bearer error=\"insufficient_scope\"");
    }
  }

  @Test
  void opensNothingOfAPatientWithoutALaunch() {
    for (String path : List.of("Observation", "Patient/" + two.id("own", "Patient"))) {
      assertThat(two.send("GET", path, "", two.issuer.token(ALL)).statusCode()).isEqualTo(403);
    }
    String listed =
        TestIssuer.signed(
            two.issuer
                .claims("")
                .claim("scope", null)
                .claim("scp", List.of("patient/Observation.rs", "openid"))
                .claim("patient", "Patient/" + two.id("own", "Patient"))
                .build(),
            TestIssuer.KEY);
    assertThat(two.send("GET", "Observation", "", listed).statusCode()).isEqualTo(200);
  }

  @Test
  void findsThePatientByTheIdentifierThatAnIssuerKnows() {
    String own = two.ehr.token("patient/Observation.rs", "own");
    assertThat(two.send("GET", "Observation/{own:Observation}", "", own).statusCode())
        .isEqualTo(200);
    assertThat(two.send("GET", "Observation/{other:Observation}", "", own).statusCode())
        .isEqualTo(403);
    two.create(
        "third",
        "Patient",
        "\"identifier\": [{\"use\": \"old\", \"system\": \"urn:oid:1.2.36.7\","
            + " \"value\": \"former\"}]");
    for (String nobody :
        List.of(
            "nobody",
            "former",
            "own,other",
            "urn:oid:1.2.36.7|own",
            two.id("own", "Patient"),
            "")) {
      String token = two.ehr.token("patient/Observation.rs", nobody);
      assertThat(two.send("GET", "Observation", "", token).statusCode()).isEqualTo(403);
    }
    // The other issuer gives ids, and two of them are none.
    String identifier = two.issuer.token("patient/Observation.rs", "own");
    HttpResponse<String> none = two.send("GET", "Observation?_summary=count", "", identifier);
    assertThat(((Bundle) TwoPatients.parse(none)).getTotal()).isZero();
    String both =
        two.issuer.token(
            "patient/Observation.rs", two.id("own", "Patient") + "," + two.id("other", "Patient"));
    assertThat(two.send("GET", "Observation", "", both).statusCode()).isEqualTo(401);
  }

  @Test
  void keepsToGranularScopes() {
    String category = "http://terminology.hl7.org/CodeSystem/observation-category|";
    two.name(
        "own",
        "Therapy",
        two.create(
            "therapy",
            "Observation",
            """
            "status": "final", "code": {"text": "mine"},
            "category": [{"coding": [{"system": "%s", "code": "therapy"}]}],
            "subject": {"reference": "Patient/{own:Patient}"}\
            """
                .formatted(category.replace("|", ""))));
    String therapy = two.launched("patient/Observation.rs?category=" + category + "therapy");
    String exam = two.launched("patient/Observation.rs?category=" + category + "exam");
    String either =
        two.launched(
            "patient/Observation.rs?category=%1$stherapy patient/Observation.rs?category=%1$sexam"
                .formatted(category));
    String unrelated =
        two.launched(
            "patient/Observation.rs?category=%stherapy patient/Observation.rs?status=final"
                .formatted(category));
    String observation = "Observation/{own:Therapy}";
    assertThat(two.send("GET", observation, "", therapy).statusCode()).isEqualTo(200);
    assertThat(two.send("GET", observation, "", exam).statusCode()).isEqualTo(403);
    assertThat(two.send("GET", observation, "", either).statusCode()).isEqualTo(200);
    assertThat(entries(two.send("GET", "Observation?_total=accurate", "", therapy))).hasSize(1);
    assertThat(entries(two.send("GET", "Observation", "", either))).hasSize(1);
    HttpResponse<String> none = two.send("GET", "Observation?_summary=count", "", exam);
    assertThat(((Bundle) TwoPatients.parse(none)).getTotal()).isZero();
    assertThat(two.send("GET", "Observation", "", unrelated).statusCode()).isEqualTo(403);
    assertThat(
            two.send("GET", "Observation?category=" + category + "therapy", "", unrelated)
                .statusCode())
        .isEqualTo(200);

    String writer = two.launched("system/Observation.cu?category=" + category + "therapy");
    String body = OBSERVATION.formatted("", two.id("own", "Patient"));
    assertThat(two.send("POST", "Observation", body, writer).statusCode()).isEqualTo(403);
    String labelled =
        body.replace(
            "\"status\"",
            "\"category\": [{\"coding\": [{\"system\": \"%s\", \"code\": \"therapy\"}]}], \"status\""
                .formatted(category.replace("|", "")));
    assertThat(two.send("POST", "Observation", labelled, writer).statusCode()).isEqualTo(201);
  }

  private static List<BundleEntryComponent> entries(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return ((Bundle) TwoPatients.parse(answer)).getEntry();
  }

  // Another's resources.

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Patient/{other:Patient}",
        "Patient/{other:Patient}?_summary=true",
        "Patient/{other:Patient}?_elements=birthDate",
        "Patient/{other:Patient}/_history",
        "Patient/{other:Patient}/_history/1",
        "Observation/{other:Observation}",
        "Observation/{other:Observation}/_history?_since=2020-01-01",
        "Observation/{other:Observation}/_history?_count=0",
        "Observation/{own:CameFromOther}/_history/1",
        "Observation/{own:CameFromOther}/_history",
        "Observation/{own:WentToOther}",
        "Observation/{own:WentToOther}/_history/1",
        "Observation/{own:WentToOther}/_history",
        "DiagnosticReport/{other:DiagnosticReport}",
        "ImagingStudy/{other:ImagingStudy}",
        "ServiceRequest/{other:ServiceRequest}",
        "DocumentReference/{other:DocumentReference}",
        "Task/{other:Task}",
        "Device/{other:Device}",
        "Binary/{other:Binary}",
        "Binary/{other:Binary}/_history/1",
        "Provenance/{other:Provenance}",
        "Provenance/{own:Provenance}",
        "AuditEvent/{other:AuditEvent}",
        "AuditEvent/{own:AuditEvent}",
        "Group/{common:Group}",
        "Group",
        "Group?member=Patient/{own:Patient}",
        "AuditEvent?patient={own:Patient}",
        "Provenance?target=DiagnosticReport/{own:DiagnosticReport}",
        "Binary?_id={other:Binary}",
        "Subscription",
        "Observation?subject:Patient.birthdate=1971-02-03",
        "Observation?subject.identifier=other",
        "Observation?patient.name=SECRET",
        "Observation?subject:.name=SECRET",
        "Observation?subject:Patient_.name=SECRET",
        "Observation?_sort=subject.birthdate",
        "Observation?_has=SECRET",
        "DiagnosticReport?result.code:text=SECRET",
        "DiagnosticReport?result:Observation.subject:Patient.name=SECRET",
        "Patient?_has:Observation:subject:code:text=SECRET",
        "Patient?_has:Observation:subject:_has:DiagnosticReport:result:status=final",
        "DiagnosticReport?_id={own:Tied}&_include=DiagnosticReport:result",
        "DiagnosticReport?_id={own:Tied}&_include=*",
        "DiagnosticReport?_id={own:Tied}&_include:iterate=DiagnosticReport:result",
        "Patient?_revinclude=Group:member",
        "Patient?_revinclude=AuditEvent:patient",
        "Patient?_revinclude=*"
      })
  void refusesWhatIsNotThePatients(String path) {
    HttpResponse<String> answer = two.send("GET", path, "", two.launched(ALL));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
    assertThat(answer.body()).doesNotContain(TwoPatients.SECRET, "U0VDUkVU", "1971");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Patient",
        "Patient?identifier=urn:oid:1.2.36.7|other",
        "Patient?birthdate=1971-02-03",
        "Patient?birthdate=gt1970",
        "Patient?name=SECRET",
        "Patient?family=SECRET",
        "Patient?_id={other:Patient}",
        "Patient?_id={own:Patient},{other:Patient}",
        "Patient?_lastUpdated=gt2020-01-01",
        "Patient?link:missing=true",
        "Observation",
        "Observation?_id={other:Observation}",
        "Observation?_id={own:WentToOther},{own:CameFromOther}",
        "Observation?subject=Patient/{other:Patient}",
        "Observation?subject=Patient/{own:Patient},Patient/{other:Patient}",
        "Observation?subject:Patient={other:Patient}",
        "Observation?subject:Patient={own:Patient},{other:Patient}",
        "Observation?patient={other:Patient}",
        "Observation?patient=Patient/{other:Patient}&subject=Patient/{other:Patient}",
        "Observation?patient:missing=true",
        "Observation?patient:missing=false",
        "Observation?status:not=amended",
        "Observation?code:text=SECRET",
        "Observation?value-string=SECRET",
        "Observation?_sort=-_lastUpdated",
        "Observation?_count=1",
        "ImagingStudy?patient={other:Patient}",
        "ImagingStudy?_revinclude=Task:focus",
        "DiagnosticReport?result=Observation/{other:Observation}",
        "DocumentReference",
        "ServiceRequest?identifier=SECRET",
        "Task",
        "Task?patient={other:Patient}",
        "Task?focus=ImagingStudy/{other:ImagingStudy}",
        "Task?status=requested",
        "Device",
        "Device?patient={other:Patient}",
        "Device?patient:missing=false"
      })
  void findsAndCountsNothingOfAnother(String search) {
    String token = two.launched(ALL);
    String join = search.contains("?") ? "&" : "?";
    HttpResponse<String> answer = two.send("GET", search + join + "_total=accurate", "", token);
    List<BundleEntryComponent> found = entries(answer);
    assertThat(found)
        .allSatisfy(
            entry ->
                assertThat(
                        FhirContext.forR4Cached()
                            .newJsonParser()
                            .encodeResourceToString(entry.getResource()))
                    .doesNotContain(TwoPatients.SECRET)
                    .doesNotContain("Patient/" + two.id("other", "Patient")));
    Bundle bundle = (Bundle) TwoPatients.parse(answer);
    if (bundle.getLink(Bundle.LINK_NEXT) == null) {
      long matches =
          found.stream()
              .filter(entry -> entry.getSearch().getMode() != Bundle.SearchEntryMode.INCLUDE)
              .count();
      assertThat(bundle.getTotal()).isEqualTo((int) matches);
    }
    HttpResponse<String> counted = two.send("GET", search + join + "_summary=count", "", token);
    assertThat(((Bundle) TwoPatients.parse(counted)).getTotal()).isEqualTo(bundle.getTotal());

    String[] parts = search.split("\\?", 2);
    HttpResponse<String> posted =
        two.send(
            "POST",
            parts[0] + "/_search",
            (parts.length > 1 ? parts[1].replace("|", "%7C") + "&" : "") + "_total=accurate",
            token,
            "Content-Type",
            "application/x-www-form-urlencoded");
    assertThat(posted.statusCode()).as(posted.body()).isEqualTo(200);
    assertThat(((Bundle) TwoPatients.parse(posted)).getTotal()).isEqualTo(bundle.getTotal());

    HttpResponse<String> batched =
        two.send("POST", "", bundle("batch", "GET", search + join + "_total=accurate", ""), token);
    Bundle nested = (Bundle) ((Bundle) TwoPatients.parse(batched)).getEntryFirstRep().getResource();
    assertThat(nested).as(batched.body()).isNotNull();
    assertThat(nested.getTotal()).isEqualTo(bundle.getTotal());
    assertThat(nested.getEntry()).hasSameSizeAs(found);
  }

  private static String bundle(String type, String method, String url, String resource) {
    return two.filled(
        """
        {"resourceType": "Bundle", "type": "%s", "entry": [{%s
          "request": {"method": "%s", "url": "%s"}}]}\
        """
            .formatted(
                type,
                resource.isEmpty() ? "" : "\"resource\": " + resource + ",",
                method,
                url.replace("|", "%7C")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Patient/{other:Patient}",
        "/Patient/{other:Patient}",
        "BASE/Patient/{other:Patient}",
        "./Patient/{other:Patient}",
        "Patient/{own:Patient}/../{other:Patient}",
        "Patient%2F{other:Patient}",
        "Patient/{other:Patient}/_history",
        "Patient/{other:Patient}/_history/1",
        "Patient/{other:Patient}?_elements=birthDate",
        "Patient/{other:Patient}/$everything",
        "Observation/{own:WentToOther}/_history/1",
        "Observation/{own:CameFromOther}/_history/1",
        "Observation?subject:Patient.name=SECRET",
        "Patient?_has:Observation:subject:code:text=SECRET",
        "DiagnosticReport?_id={own:Tied}&_include=DiagnosticReport:result",
        "Binary/{other:Binary}",
        "Group/{common:Group}",
        "?_getpages=x",
        "metadata",
        "_history",
        "Patient/_history",
        "Patient/_search?_id={other:Patient}"
      })
  void refusesItInBatchesAndTransactionsToo(String url) {
    for (String type : List.of("batch", "transaction")) {
      HttpResponse<String> answer =
          two.send(
              "POST",
              "",
              bundle(type, "GET", url.replace("BASE", two.server.baseUrl()), ""),
              two.launched(ALL));
      assertThat(statuses(answer)).as(answer.body()).containsOnly("403");
      assertThat(answer.body()).doesNotContain(TwoPatients.SECRET, "U0VDUkVU", "1971");
    }
  }

  @Test
  void showsNoPageOfAnotherPrograms() {
    HttpResponse<String> all =
        two.send("GET", "Observation?_count=1", "", two.issuer.token("system/*.rs"));
    String next =
        ((Bundle) TwoPatients.parse(all))
            .getLink(Bundle.LINK_NEXT)
            .getUrl()
            .replaceFirst(".*\\?", "?");
    for (String page :
        List.of(
            next, next.replaceFirst("_getpagesoffset=\\d+", "_getpagesoffset=0") + "&_count=50")) {
      HttpResponse<String> answer = two.send("GET", page, "", two.launched(ALL));
      if (answer.statusCode() == 200) {
        assertThat(answer.body()).doesNotContain(TwoPatients.SECRET);
        assertThat(((Bundle) TwoPatients.parse(answer)).hasTotal()).isFalse();
      } else {
        assertThat(answer.statusCode()).isEqualTo(403);
      }
    }
    String beyond = next.replaceFirst("_getpagesoffset=\\d+", "_getpagesoffset=5000");
    HttpResponse<String> empty = two.send("GET", beyond, "", two.launched(ALL));
    assertThat(empty.body()).doesNotContain("\"total\"");
    assertThat(raw(next).statusCode()).isEqualTo(401);
  }

  @Test
  void pagesThroughItsOwn() {
    String token = two.launched(ALL);
    Bundle page =
        (Bundle) TwoPatients.parse(two.send("GET", "DiagnosticReport?_count=1", "", token));
    assertThat(page.getEntry()).hasSize(1);
    String next = page.getLink(Bundle.LINK_NEXT).getUrl().replaceFirst(".*\\?", "?");
    assertThat(entries(two.send("GET", next, "", token))).hasSize(1);
  }

  // Writes.

  /** Each with what it is sent to: neither that nor anything else of the other's may change. */
  private static Stream<List<String>> writes() {
    String own = "{own:Patient}";
    String other = "{other:Patient}";
    String taken = OBSERVATION.formatted("\"id\": \"{other:Observation}\",", own);
    String given = OBSERVATION.formatted("\"id\": \"{own:Observation}\",", other);
    String about = OBSERVATION.formatted("", other);
    String mine = OBSERVATION.formatted("", own);
    String focus = mine.replace("\"status\"", "\"focus\": [{\"reference\": \"%s\"}], \"status\"");
    return Stream.of(
        List.of("POST", "Observation", about),
        List.of("PUT", "Observation/{other:Observation}", taken),
        List.of("PUT", "Observation/{own:Observation}", given),
        List.of(
            "PUT",
            "Observation/{own:WentToOther}",
            OBSERVATION.formatted("\"id\": \"{own:WentToOther}\",", own)),
        List.of(
            "PUT",
            "Observation/chosen-by-me",
            OBSERVATION.formatted("\"id\": \"chosen-by-me\",", own)),
        List.of("PUT", "Observation?_id={other:Observation}", mine),
        List.of("PUT", "Observation?subject=Patient/{own:Patient}&status=final", mine),
        List.of("DELETE", "Observation/{other:Observation}", ""),
        List.of("DELETE", "Observation?subject=Patient/{other:Patient}", ""),
        List.of("DELETE", "Observation?_id={other:Observation}", ""),
        List.of("DELETE", "Patient/{other:Patient}", ""),
        List.of("DELETE", "Task/{other:Task}", ""),
        List.of("DELETE", "Binary/{other:Binary}", ""),
        List.of("DELETE", "Provenance/{other:Provenance}", ""),
        List.of("POST", "Patient", "{\"resourceType\": \"Patient\", \"active\": true}"),
        // Whose results would come to whom?
        List.of(
            "PUT",
            "Patient/{own:Patient}",
            "{\"resourceType\": \"Patient\", \"id\": \"{own:Patient}\", \"identifier\":"
                + " [{\"system\": \"urn:oid:1.2.36.7\", \"value\": \"other\"}]}"),
        List.of(
            "PATCH",
            "Patient/{own:Patient}",
            "[{\"op\": \"replace\", \"path\": \"/identifier/0/value\", \"value\": \"other\"}]"),
        List.of(
            "PATCH",
            "Observation/{other:Observation}",
            "[{\"op\": \"test\", \"path\": \"/valueString\", \"value\": \"SECRET\"}]"),
        List.of(
            "PATCH",
            "Observation/{other:Observation}",
            "[{\"op\": \"test\", \"path\": \"/valueString\", \"value\": \"no\"}]"),
        List.of(
            "PATCH",
            "Observation?_id={other:Observation}",
            "[{\"op\": \"replace\", \"path\": \"/status\", \"value\": \"amended\"}]"),
        List.of(
            "PATCH",
            "Observation/{own:Observation}",
            "[{\"op\": \"replace\", \"path\": \"/subject/reference\", \"value\":"
                + " \"Patient/{other:Patient}\"}]"),
        List.of("POST", "Observation", focus.formatted("Patient/{other:Patient}")),
        List.of("POST", "Observation", focus.formatted("Patient/99999999")),
        List.of(
            "POST", "Observation", focus.formatted("Patient?identifier=urn:oid:1.2.36.7%7Cother")),
        List.of(
            "POST", "Observation", focus.formatted("Patient?identifier=urn:oid:1.2.36.7%7Cnobody")),
        List.of(
            "POST", "Observation", focus.formatted("Observation/{other:Observation}/_history/1")),
        List.of(
            "POST",
            "Observation",
            mine.replace(
                "\"status\"",
                "\"contained\": [{\"resourceType\": \"Observation\", \"id\": \"c\", \"status\":"
                    + " \"final\", \"code\": {\"text\": \"a\"}, \"subject\": {\"reference\":"
                    + " \"Patient/{other:Patient}\"}}], \"hasMember\": [{\"reference\": \"#c\"}],"
                    + " \"status\"")),
        List.of(
            "POST",
            "Observation",
            mine.replace(
                "\"status\"",
                "\"extension\": [{\"url\": \"https://ris.example.org/a\", \"valueReference\":"
                    + " {\"reference\": \"Patient?identifier=urn:oid:1.2.36.7%7Cother\"}}],"
                    + " \"status\"")),
        List.of(
            "PATCH",
            "Observation/{own:Observation}",
            "[{\"op\": \"add\", \"path\": \"/focus\", \"value\": [{\"reference\":"
                + " \"Patient?identifier=urn:oid:1.2.36.7%7Cother\"}]}]"),
        List.of(
            "POST",
            "Subscription",
            "{\"resourceType\": \"Subscription\", \"status\": \"requested\", \"reason\": \"a\","
                + " \"criteria\": \"Observation?\", \"channel\": {\"type\": \"rest-hook\","
                + " \"endpoint\": \"https://evil.example.org\"}}"),
        List.of(
            "POST",
            "Group",
            "{\"resourceType\": \"Group\", \"type\": \"person\", \"actual\": true,"
                + " \"member\": [{\"entity\": {\"reference\": \"Patient/{other:Patient}\"}}]}"),
        List.of(
            "POST",
            "Binary",
            "{\"resourceType\": \"Binary\", \"contentType\": \"text/plain\","
                + " \"data\": \"YQ==\"}"),
        List.of(
            "PUT",
            "Binary/{own:Binary}",
            "{\"resourceType\": \"Binary\", \"id\": \"{own:Binary}\","
                + " \"contentType\": \"text/plain\", \"data\": \"YQ==\"}"),
        List.of("POST", "Practitioner/$validate", "{\"resourceType\":" + " \"Practitioner\"}"),
        List.of("POST", "Observation/{other:Observation}/$validate", mine));
  }

  private static Map<String, String> versions() {
    return Stream.of("Patient", "Observation", "DiagnosticReport", "Task", "Binary", "Provenance")
        .map(type -> type + "/" + two.id("other", type))
        .collect(Collectors.toMap(address -> address, two::version));
  }

  @Test
  void writesNothingOfAnotherNorTiesAnythingToIt() {
    Map<String, String> before = versions();
    String ownPatient = two.version("Patient/{own:Patient}");
    int observations = two.count("Observation?_lastUpdated=gt2000");
    String token = two.launched(ALL);
    for (List<String> write : writes().toList()) {
      String method = write.get(0);
      String[] headers =
          method.equals("PATCH")
              ? new String[] {"Content-Type", "application/json-patch+json"}
              : new String[0];
      HttpResponse<String> answer = two.send(method, write.get(1), write.get(2), token, headers);
      assertThat(answer.statusCode()).as(write + answer.body()).isEqualTo(403);
      assertThat(answer.body()).doesNotContain(TwoPatients.SECRET, "1971");
      if (!method.equals("PATCH") && !write.get(1).contains("$")) {
        for (String type : List.of("transaction", "batch")) {
          HttpResponse<String> inBundle =
              two.send("POST", "", bundle(type, method, write.get(1), write.get(2)), token);
          assertThat(statuses(inBundle)).as(write + inBundle.body()).containsOnly("403");
          assertThat(inBundle.body()).doesNotContain(TwoPatients.SECRET, "1971");
        }
      }
    }
    assertThat(versions()).isEqualTo(before);
    assertThat(two.version("Patient/{own:Patient}")).isEqualTo(ownPatient);
    assertThat(two.count("Observation?_lastUpdated=gt2000")).isEqualTo(observations);
  }

  /** A batch says of each entry what became of it. */
  private static List<String> statuses(HttpResponse<String> answer) {
    return answer.statusCode() == 200
        ? ((Bundle) TwoPatients.parse(answer))
            .getEntry().stream()
                .map(entry -> entry.getResponse().getStatus().substring(0, 3))
                .toList()
        : List.of(String.valueOf(answer.statusCode()));
  }

  @Test
  void asksNoConditionOfAnother() {
    String mine = OBSERVATION.formatted("", two.id("own", "Patient"));
    for (String condition :
        List.of(
            "identifier=urn:oid:1.2.36.7%7Cother",
            "Observation?code:text=SECRET",
            "Observation?code:text=nothing",
            "Patient?identifier=urn:oid:1.2.36.7%7Cother")) {
      HttpResponse<String> answer =
          two.send("POST", "Observation", mine, two.launched(ALL), "If-None-Exist", condition);
      assertThat(answer.statusCode()).as(condition + answer.body()).isEqualTo(403);
      String entry =
          bundle("transaction", "POST", "Observation", mine)
              .replace(
                  "\"url\": \"Observation\"",
                  "\"url\": \"Observation\", \"ifNoneExist\": \"" + condition + "\"");
      assertThat(two.send("POST", "", entry, two.launched(ALL)).statusCode()).isEqualTo(403);
    }
    // Whoever may only write must not ask either.
    HttpResponse<String> writer =
        two.send(
            "POST",
            "Observation",
            mine,
            two.issuer.token("system/Observation.c"),
            "If-None-Exist",
            "Observation?code:text=SECRET");
    assertThat(writer.statusCode()).isEqualTo(403);
  }

  @Test
  void showsPicturesToWhoeverMayReadTheirReport() {
    String token = two.launched("patient/DiagnosticReport.r");
    HttpResponse<String> own =
        two.send("GET", "Binary/{own:Binary}", "", token, "Accept", "text/plain");
    assertThat(own.statusCode()).isEqualTo(200);
    for (String[] headers :
        new String[][] {
          {"Accept", "text/plain"}, {"If-None-Match", "W/\"1\""}, {"Prefer", "return=minimal"}
        }) {
      for (String method : List.of("GET", "HEAD")) {
        HttpResponse<String> other = two.send(method, "Binary/{other:Binary}", "", token, headers);
        assertThat(other.statusCode()).isEqualTo(403);
        assertThat(other.body()).doesNotContain(TwoPatients.SECRET);
      }
    }
  }

  /** Whether something exists must not be told by the words of a refusal. */
  @Test
  void refusesWhatExistsLikeWhatDoesNot() {
    for (List<String> pair :
        List.of(
            List.of("Observation/{other:Observation}", "Observation/99999999"),
            List.of("Patient/{other:Patient}", "Patient/99999999"),
            List.of("Binary/{other:Binary}", "Binary/99999999"),
            List.of("Task/{other:Task}/_history", "Task/99999999/_history"))) {
      List<String> answers =
          pair.stream()
              .map(path -> two.send("GET", path, "", two.launched(ALL)))
              .map(answer -> answer.statusCode() + said(answer))
              .distinct()
              .toList();
      assertThat(answers).hasSize(1);
    }
  }

  private static String said(HttpResponse<String> answer) {
    return ((OperationOutcome) TwoPatients.parse(answer)).getIssueFirstRep().getDiagnostics();
  }

  @Test
  void stillWritesOfItsOwn() {
    String token = two.launched(ALL);
    String mine =
        OBSERVATION
            .formatted("", two.id("own", "Patient"))
            .replace(
                "\"status\"",
                "\"contained\": [{\"resourceType\": \"Specimen\", \"id\": \"s\"}],"
                    + " \"specimen\": {\"reference\": \"#s\"}, \"status\"");
    HttpResponse<String> created =
        two.send("POST", "", bundle("transaction", "POST", "Observation", mine), token);
    assertThat(created.statusCode()).as(created.body()).isEqualTo(200);
    String address =
        ((Bundle) TwoPatients.parse(created))
            .getEntryFirstRep()
            .getResponse()
            .getLocation()
            .replaceFirst("/_history.*", "");
    HttpResponse<String> read = two.send("GET", address, "", token);
    assertThat(read.statusCode()).as(read.body()).isEqualTo(200);
    HttpResponse<String> patched =
        two.send(
            "PATCH",
            address,
            "[{\"op\": \"replace\", \"path\": \"/status\", \"value\": \"amended\"}]",
            token,
            "Content-Type",
            "application/json-patch+json");
    assertThat(patched.statusCode()).as(patched.body()).isEqualTo(200);
    String report =
        """
        {"resourceType": "DiagnosticReport", "status": "final", "code": {"text": "mine"},
         "subject": {"reference": "Patient/{own:Patient}"},
         "performer": [{"reference": "Practitioner/{common:Practitioner}"}],
         "result": [{"reference": "%s"}]}\
        """
            .formatted(address);
    HttpResponse<String> referring = two.send("POST", "DiagnosticReport", report, token);
    assertThat(referring.statusCode()).as(referring.body()).isEqualTo(201);
    for (String deleted :
        Arrays.asList(
            "DiagnosticReport/" + TwoPatients.parse(referring).getIdElement().getIdPart(),
            address)) {
      HttpResponse<String> gone = two.send("DELETE", deleted, "", token);
      assertThat(gone.statusCode()).as(gone.body()).isIn(200, 409);
    }
  }

  @Test
  void takesTheResultsOfAServerThatIsRegisteredAsAProgram() {
    ClientKey key = ClientKey.parse(TestIssuer.KEY.toString());
    two.issuer.register("another-spinexr", key.publicKeys());
    FhirRecord ehr = record("another-spinexr", "system/*.cruds", key);
    ehr.write(FindingsBundle.of(Examples.analysed("1.2.826.0.6.1", 1), Examples.ISSUER));
    String report = "DiagnosticReport?identifier=1.2.826.0.6.1/demo-1.0.0";
    assertThat(two.count(report)).isEqualTo(1);

    FhirRecord reader = record("another-spinexr", "system/*.rs", key);
    assertThatThrownBy(
            () ->
                reader.write(
                    FindingsBundle.of(Examples.analysed("1.2.826.0.6.2", 1), Examples.ISSUER)))
        .isInstanceOf(FhirRecordException.class)
        .hasMessageContaining("HTTP 403");
    FhirRecord stranger = record("stranger", "system/*.cruds", key);
    assertThatThrownBy(() -> stranger.reportState("1.2.826.0.6.1", "demo-1.0.0"))
        .isInstanceOf(FhirRecordException.class)
        .hasMessageContaining("HTTP 400, invalid_client");
  }

  private static FhirRecord record(String client, String scope, ClientKey key) {
    BackendServices services =
        new BackendServices(
            new ClientRegistration(two.issuer.tokenEndpoint(), client, scope, key),
            TIMEOUT,
            TlsContext.ofJava(),
            Clock.systemUTC());
    return new StoredRecord(
        new EhrFhirTarget(
            URI.create(two.server.baseUrl()),
            EhrAccess.by(services),
            TIMEOUT,
            TlsContext.ofJava()));
  }
}
