package io.spinexr.fhir.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.dao.DaoSearchParamProvider;
import ca.uhn.fhir.jpa.searchparam.registry.ISearchParamProvider;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import io.spinexr.fhir.Examples;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.FhirRecordException;
import io.spinexr.fhir.result.FindingsBundle;
import io.spinexr.fhir.server.Subscribers;
import io.spinexr.fhir.server.TestServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.SearchParameter;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hl7.fhir.r4.model.Subscription;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Definitions that clients send, or sent to an earlier version, do nothing. */
@Timeout(120)
class DefinitionsAttackTest {
  /** As clients of an earlier version could store them: what fails, what hangs, what is ours. */
  private static final List<String> STORED =
      List.of(read("poison.json"), read("poison-a.json"), read("endless.json"));

  @TempDir private static Path folder;
  private static TestServer server;

  @BeforeAll
  static void start() {
    try (TestServer earlier = TestServer.onH2(folder, AsBefore.class)) {
      for (String definition : STORED) {
        store(
            earlier,
            FhirContext.forR4Cached()
                .newJsonParser()
                .parseResource(SearchParameter.class, definition));
      }
      earlier.bean(ISearchParamRegistry.class).forceRefresh();
      FhirRecord record = earlier.bean(FhirRecord.class);
      assertThatThrownBy(
              () ->
                  record.write(
                      FindingsBundle.of(Examples.analysed("1.2.826.0.7.9", 2), Examples.ISSUER)))
          .as("a result that cannot be indexed now cannot be later")
          .isInstanceOfSatisfying(
              FhirRecordException.class, e -> assertThat(e.retryable()).isFalse())
          .hasMessageContaining("search parameters");
      SearchParameter ours = earlier.only(SearchParameter.class, "code=reading-order");
      store(earlier, ours.setExpression("Task.input.single()"));
      store(earlier, (SearchParameter) ours.setId("second"));
      earlier
          .bean(DaoRegistry.class)
          .getResourceDao(StructureDefinition.class)
          .create(
              FhirContext.forR4Cached()
                  .newJsonParser()
                  .parseResource(
                      StructureDefinition.class,
                      """
                      {"resourceType": "StructureDefinition", "url": "https://evil.example/never",
                       "name": "Evil", "status": "active", "kind": "resource", "abstract": false,
                       "type": "Patient", "derivation": "constraint",
                       "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
                       "differential": {"element": [{"id": "Patient", "path": "Patient",
                         "constraint": [{"key": "e-1", "severity": "error", "human": "never",
                           "expression": "false"}]}]}}\
                      """),
              new SystemRequestDetails());
      settle(earlier);
    }
    server =
        TestServer.onH2(folder, "--spinexr.fhir.subscription-endpoints=https://ris.example.org");
    server.bean(ISearchParamRegistry.class).forceRefresh();
  }

  /** HAPI numbers search parameters in the background, and would be interrupted in a write. */
  private static void settle(TestServer server) {
    JdbcClient database = JdbcClient.create(server.bean(DataSource.class));
    await()
        .during(Duration.ofSeconds(1))
        .atMost(Duration.ofMinutes(1))
        .until(
            new Callable<>() {
              private long before = -1;

              @Override
              public Boolean call() {
                long now =
                    database
                        .sql("select count(*) from hfj_spidx_identity")
                        .query(Long.class)
                        .single();
                boolean same = now == before;
                before = now;
                return same;
              }
            });
  }

  /** Believes what is stored, as versions before did. */
  @Configuration
  static class AsBefore {
    @Bean
    ISearchParamProvider searchParamProvider() {
      return new DaoSearchParamProvider();
    }
  }

  private static void store(TestServer server, SearchParameter definition) {
    var dao = server.bean(DaoRegistry.class).getResourceDao(SearchParameter.class);
    if (definition.hasId()) {
      dao.update(definition, new SystemRequestDetails());
    } else {
      dao.create(definition, new SystemRequestDetails());
    }
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String read(String name) {
    try (InputStream in = DefinitionsAttackTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<Arguments> definitions() {
    return Stream.of(
        Arguments.of("SearchParameter", read("poison.json")),
        Arguments.of("SearchParameter", read("poison-a.json")),
        Arguments.of("SearchParameter", read("endless.json")),
        Arguments.of(
            "SearchParameter",
            """
            {"resourceType": "SearchParameter", "url": "urn:x:unique", "name": "unique",
             "status": "active", "description": "x", "code": "unique", "base": ["Task"],
             "type": "composite", "expression": "Task", "extension": [{"url":
               "http://hapifhir.io/fhir/StructureDefinition/sp-unique", "valueBoolean": true}],
             "component": [{"definition": "http://hl7.org/fhir/SearchParameter/Task-status",
               "expression": "Task"}]}\
            """),
        Arguments.of(
            "SearchParameter",
            """
            {"resourceType": "SearchParameter", "name": "identifier", "status": "retired",
             "url": "http://hl7.org/fhir/SearchParameter/clinical-identifier", "description": "x",
             "code": "identifier", "base": ["DiagnosticReport", "Task"], "type": "token",
             "expression": "Task.owner"}\
            """),
        Arguments.of(
            "StructureDefinition",
            """
            {"resourceType": "StructureDefinition", "url": "urn:x:evil", "name": "Evil",
             "status": "active", "kind": "resource", "abstract": false, "type": "Patient",
             "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
             "derivation": "constraint", "differential": {"element": [{"id": "Patient",
               "path": "Patient", "constraint": [{"key": "e-1", "severity": "error",
               "human": "x", "expression": "name.family.matches('^(a+)+$')"}]}]}}\
            """),
        Arguments.of(
            "Subscription",
            """
            {"resourceType": "Subscription", "status": "requested", "reason": "all",
             "criteria": "Patient?", "channel": {"type": "rest-hook",
               "endpoint": "https://ris.example.org/told", "payload": "application/fhir+json"}}\
            """));
  }

  @ParameterizedTest
  @MethodSource("definitions")
  void takesNoDefinitionInWhicheverWayItComes(String type, String definition) {
    String existing = existing(type);
    String withId = definition.replaceFirst("\\{", "{\"id\": \"evil\", ");
    String entry = "{\"resource\": %s, \"request\": {\"method\": \"%s\", \"url\": \"%s\"}}";
    List<HttpResponse<String>> answers =
        List.of(
            server.send("POST", type, definition),
            server.send("POST", type, definition, "If-None-Exist", type + "?_id=none"),
            server.send("PUT", type + "/evil", withId),
            server.send("PUT", type + "?_id=evil", withId),
            server.send("POST", type + "/$validate", definition),
            server.send(
                "PATCH",
                type + "/" + existing,
                "[{\"op\": \"add\", \"path\": \"/language\", \"value\": \"en\"}]",
                "Content-Type",
                "application/json-patch+json"),
            server.send("DELETE", type + "/" + existing, ""),
            server.send("DELETE", type + "?_id=" + existing, ""),
            bundle("transaction", entry.formatted(definition, "POST", type)),
            bundle("transaction", entry.formatted(withId, "PUT", type + "/evil")),
            bundle("transaction", entry.formatted(withId, "PUT", type + "?_id=evil")),
            bundle(
                "transaction",
                "{\"request\": {\"method\": \"DELETE\", \"url\": \"%s/%s\"}}"
                    .formatted(type, existing)),
            bundle(
                "transaction",
                entry.formatted(
                    """
                    {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": [
                      {"name": "type", "valueCode": "replace"},
                      {"name": "path", "valueString": "%s.status"},
                      {"name": "value", "valueCode": "active"}]}]}\
                    """
                        .formatted(type),
                    "PATCH",
                    type + "/" + existing)));
    assertThat(answers)
        .allSatisfy(
            answer -> {
              assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
              assertThat(answer.body()).contains(type + " is a definition");
            });
    assertThat(bundle("batch", entry.formatted(definition, "POST", type)).body())
        .containsAnyOf("\"status\":\"403", "\"status\": \"403")
        .contains(type + " is a definition");
    assertThat(server.send("GET", type + "/evil", "").statusCode()).isEqualTo(404);
    assertThat(server.send("GET", type + "/" + existing, "").statusCode()).isEqualTo(200);
  }

  /** The id of one that is there. */
  private static String existing(String type) {
    String id = "existing";
    if (type.equals("Subscription")) {
      Subscription subscription =
          new Subscription().setStatus(Subscription.SubscriptionStatus.OFF).setCriteria("Task?");
      subscription
          .getChannel()
          .setType(Subscription.SubscriptionChannelType.RESTHOOK)
          .setEndpoint("https://ris.example.org/x");
      subscription.setId("Subscription/" + id);
      server
          .bean(DaoRegistry.class)
          .getResourceDao(Subscription.class)
          .update(subscription, new SystemRequestDetails());
      return id;
    }
    String found = server.send("GET", type + "?_count=1&_elements=id", "").body();
    return found.replaceFirst("(?s).*\"id\": ?\"([^\"]+)\",\\s*\"meta\".*", "$1");
  }

  private static HttpResponse<String> bundle(String type, String entry) {
    return server.send(
        "POST",
        "",
        "{\"resourceType\": \"Bundle\", \"type\": \"%s\", \"entry\": [%s]}".formatted(type, entry));
  }

  private static String subscription(String reason, String header) {
    return server
        .bean(Subscribers.class)
        .add("Task?status=draft", "https://ris.example.org/told", List.of(header), reason, "Ada A");
  }

  @Test
  void showsNobodyWhatLetsUsInAtASubscriber() {
    String id = subscription("Worklist", "Authorization: Bearer s3cret");
    String read =
        "{\"request\": {\"method\": \"GET\", \"url\": \"Subscription/%s\"}}".formatted(id);
    assertThat(
            List.of(
                server.send("GET", "Subscription/" + id, ""),
                server.send("GET", "Subscription/" + id + "?_format=xml", ""),
                server.send("GET", "Subscription/" + id + "/_history/1", ""),
                server.send("GET", "Subscription/" + id + "/_history", ""),
                server.send("GET", "Subscription?_id=" + id, ""),
                bundle("batch", read),
                bundle("transaction", read)))
        .allSatisfy(
            answer -> {
              assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
              assertThat(answer.body())
                  .contains("Authorization: (not shown)")
                  .doesNotContain("s3cret");
            });
    assertThat(
            server
                .bean(DaoRegistry.class)
                .getResourceDao(Subscription.class)
                .read(new IdType("Subscription", id), new SystemRequestDetails())
                .getChannel()
                .getHeader()
                .get(0)
                .getValue())
        .as("what is sent")
        .isEqualTo("Authorization: Bearer s3cret");
  }

  @Test
  void keepsWhoWantedASubscriptionAndWhoEndedIt() {
    Subscribers subscribers = server.bean(Subscribers.class);
    String id = subscription("Worklist", "X-Key: k");
    assertThat(subscribers.remove(id, "Bob B")).isTrue();
    assertThat(server.send("GET", "Subscription/" + id, "").statusCode()).isEqualTo(410);
    assertThat(server.send("GET", "Subscription/" + id + "/_history", "").body())
        .contains("Ada A", "Bob B", "\"off\"");
    for (String none : List.of(id, "none", "a b", "x".repeat(65), "../Patient/1", "", "\u0000")) {
      assertThat(subscribers.remove(none, "Bob B")).as(none).isFalse();
    }
  }

  /** HAPI makes it active a moment after it was added, and would bring it back. */
  @Test
  void endsASubscriptionForGoodThatWasJustAdded() throws InterruptedException {
    Subscribers subscribers = server.bean(Subscribers.class);
    List<String> ended = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      String id = subscription("Worklist", "X-Key: k");
      Thread.sleep(i % 10);
      assertThat(subscribers.remove(id, "Bob B")).isTrue();
      ended.add(id);
    }
    Thread.sleep(2000); // activations that are under way
    assertThat(ended)
        .allMatch(id -> server.send("GET", "Subscription/" + id, "").statusCode() == 410);
  }

  @Test
  void takesNoSubscriptionWithoutAReasonOrWithMoreThanOneLineInAHeader() {
    for (String reason : List.of("", " ", "a\u0000b", "r".repeat(201))) {
      assertThatThrownBy(() -> subscription(reason, "X-Key: k"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("reason must");
    }
    for (String header : List.of("", "no colon", "X: a\r\nHost: b", ": a", "X Y: a")) {
      assertThatThrownBy(() -> subscription("Worklist", header))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("headers must");
    }
  }

  @Test
  void recordsResultsWhateverAnEarlierVersionStored() {
    String study = "1.2.826.0.7.1";
    server
        .bean(FhirRecord.class)
        .write(FindingsBundle.of(Examples.analysed(study, 2), Examples.ISSUER));
    assertThat(server.send("GET", "Task?status=requested&_sort=reading-order", "").statusCode())
        .isEqualTo(200);
    assertThat(server.send("GET", "DiagnosticReport?poison=x", "").statusCode()).isEqualTo(400);
  }

  @Test
  void evaluatesNoStoredExpression() {
    HttpResponse<String> created =
        server.send(
            "POST",
            "Location",
            "{\"resourceType\": \"Location\", \"name\": \"%s\"}".formatted("a".repeat(60)));
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
  }

  @Test
  void followsNoStoredProfile() {
    String patient =
        "{\"resourceType\": \"Patient\", \"meta\": {\"profile\":"
            + " [\"https://evil.example/never\"]}}";
    assertThat(server.send("POST", "Patient", patient).statusCode()).isEqualTo(201);
    assertThat(server.send("POST", "Patient/$validate", patient).body())
        .doesNotContain("\"never\"");
  }

  /** The form of R4 that a definition takes inside a resource. */
  @Test
  void followsNoProfileInTheBody() {
    String patient =
        """
        {"resourceType": "Patient", "meta": {"profile": ["#p"]}, "contained": [
          {"resourceType": "StructureDefinition", "id": "p", "url": "urn:x:p", "name": "Evil",
           "status": "active", "kind": "resource", "abstract": false, "type": "Patient",
           "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
           "derivation": "constraint", "differential": {"element": [{"id": "Patient",
             "path": "Patient", "constraint": [{"key": "e-1", "severity": "error",
             "human": "never-followed", "expression": "false"}]}]}}]}\
        """;
    assertThat(server.send("POST", "Patient/$validate", patient).body())
        .doesNotContain("never-followed");
  }

  @ParameterizedTest
  @MethodSource("maintenance")
  void maintainsNothingForClients(String method, String path) {
    HttpResponse<String> answer =
        server.send(method, path, method.equals("GET") ? "" : "{\"resourceType\": \"Parameters\"}");
    assertThat(answer.statusCode()).as(answer.body()).isBetween(400, 405);
    HttpResponse<String> batch =
        bundle(
            "batch",
            "{\"request\": {\"method\": \"%s\", \"url\": \"%s\"}, \"resource\": {\"resourceType\": \"Parameters\"}}"
                .formatted(method, path));
    assertThat(batch.statusCode() >= 400 || batch.body().matches("(?s).*\"status\": ?\"[45].*"))
        .as(batch.body())
        .isTrue();
  }

  static Stream<Arguments> maintenance() {
    return Stream.of(
            "$expunge",
            "$reindex",
            "$delete-expunge",
            "$mark-all-resources-for-reindexing",
            "$perform-reindexing-pass",
            "$meta",
            "$meta-add",
            "$meta-delete",
            "$import",
            "$export",
            "$hapi.fhir.bulk-patch",
            "$expand",
            "$trigger-subscription",
            "%24expunge",
            "$Expunge")
        .flatMap(
            name ->
                Stream.of("", "Patient/", "Patient/1/")
                    .flatMap(
                        at ->
                            Stream.of("GET", "POST")
                                .map(method -> Arguments.of(method, at + name))));
  }
}
