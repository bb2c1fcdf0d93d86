package io.spinexr.cds;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spinexr.cds.order.TestProperties;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever is sent, the server does not fail. */
class RandomJsonTest {
  private static final List<String> HOOKS =
      List.of("order-sign", "order-select", "order-dispatch", "patient-view");
  private static CdsServer server;

  @BeforeContainer
  static void start() {
    RecordingAnalyses analyses = new RecordingAnalyses();
    analyses.answer = () -> RecordingAnalyses.answer(List.of(Results.collapse("1.2.3")), 1);
    server = new CdsServer(TestProperties.with(Map.of("budget", "20s")), analyses);
  }

  @AfterContainer
  static void stop() {
    server.close();
  }

  @Provide
  Arbitrary<String> values() {
    return Arbitraries.of(
        "null",
        "true",
        "0",
        "-1",
        "1e999",
        "\"\"",
        "\" \"",
        "\"x\"",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "[]",
        "{}",
        "[null]",
        "[[]]",
        "[{}]",
        "{\"resourceType\":\"Bundle\"}",
        "{\"resourceType\":\"Patient\"}",
        "{\"resourceType\":\"ServiceRequest\"}",
        "\"..\"",
        "\"Patient/1\"",
        "\"#\"",
        "\"https://e.org\"",
        "\"0000-00-00\"",
        "99999999999999999999",
        "{\"reference\":\"#x\"}",
        "{\"reference\":\"urn:uuid:x\"}",
        "{\"identifier\":{\"system\":1}}",
        "[{\"reference\":\"ServiceRequest/order-2\"}]",
        "\"revoked\"",
        "\"1961-07-04T23:00:00Z\"",
        "{\"extension\":[{}]}",
        "\"2026-02-30\"",
        "1.5");
  }

  @Property(tries = 300)
  void survivesAnyValueInAnyPlace(
      @ForAll("values") String value, @ForAll Random random, @ForAll boolean remove) {
    String hook = HOOKS.get(random.nextInt(HOOKS.size()));
    ObjectNode request = valid(hook);
    for (int i = 0; i <= random.nextInt(2); i++) {
      damage(request, random, remove, value);
    }

    HttpResponse<String> response =
        server.post("/cds-services/spinexr-" + hook, request.toString());

    assertThat(response.statusCode()).as("%s -> %s", request, response.body()).isLessThan(500);
  }

  @Property(tries = 20_000)
  @Tag("nightly")
  void survivesAnyValueInAnyPlaceAllNight(
      @ForAll("values") String value, @ForAll Random random, @ForAll boolean remove) {
    survivesAnyValueInAnyPlace(value, random, remove);
    survivesAnyFeedback(value, random, remove);
  }

  @Property(tries = 150)
  void survivesAnyFeedback(
      @ForAll("values") String value, @ForAll Random random, @ForAll boolean remove) {
    ObjectNode request =
        Requests.object(
            """
            {"feedback": [{"card": "9368d37b-283f-44a0-93ea-547cebab93ed", "outcome": "overridden",
              "outcomeTimestamp": "2026-02-28T10:05:31Z", "acceptedSuggestions": [],
              "overrideReason": {"reason": {"code": "known", "system": "s"}, "userComment": "c"},
              "overrideReasons": [{"extension":
                {"com.epic.cdshooks.feedback.overrideReason.reasonTitle": "t"}}]}]}
            """);
    damage(request, random, remove, value);

    HttpResponse<String> response =
        server.post("/cds-services/spinexr-order-sign/feedback", request.toString());

    assertThat(response.statusCode()).as("%s -> %s", request, response.body()).isLessThan(500);
  }

  @Property(tries = 100)
  void survivesAnyText(@ForAll String text) {
    assertThat(server.post("/cds-services/spinexr-order-sign", text).statusCode()).isLessThan(500);
  }

  private static ObjectNode valid(String hook) {
    return switch (hook) {
      case "order-sign" -> {
        ObjectNode request = Requests.sign(Requests.BLOOD_ORDER, Requests.SPINE_ORDER);
        ObjectNode order = Requests.at(request, "/context/draftOrders/entry/1/resource");
        order.putArray("replaces").addObject().put("reference", "ServiceRequest/order-2");
        order.putArray("contained").addObject().put("resourceType", "Patient").put("id", "x");
        yield request;
      }
      case "order-select" -> Requests.select("ServiceRequest/order-1", Requests.SPINE_ORDER);
      case "order-dispatch" -> Requests.dispatch(Requests.SPINE_ORDER);
      default -> Requests.view();
    };
  }

  /** Replaces or removes one field or element, anywhere. */
  private static void damage(ObjectNode root, Random random, boolean remove, String value) {
    List<JsonNode> containers = new ArrayList<>();
    collect(root, containers);
    JsonNode container = containers.get(random.nextInt(containers.size()));
    JsonNode replacement = Requests.value(value);
    if (container instanceof ObjectNode object && !object.isEmpty()) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      String name = names.get(random.nextInt(names.size()));
      if (remove) {
        object.remove(name);
      } else {
        object.set(name, replacement);
      }
    } else if (container instanceof ArrayNode array) {
      if (remove || array.isEmpty()) {
        array.add(JsonNodeFactory.instance.nullNode());
      } else {
        array.set(random.nextInt(array.size()), replacement);
      }
    }
  }

  private static void collect(JsonNode node, List<JsonNode> containers) {
    if (node.isContainerNode()) {
      containers.add(node);
      node.forEach(child -> collect(child, containers));
    }
  }
}
