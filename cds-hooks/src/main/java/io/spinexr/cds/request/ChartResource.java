package io.spinexr.cds.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.spinexr.cds.wire.CdsException;
import io.spinexr.cds.wire.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * A resource as it came, and how.
 *
 * @param fullUrl of its entry, when it came in a Bundle that says so
 * @param fetched whether this server read it from the EHR's FHIR server itself
 */
public record ChartResource(JsonObject json, Optional<String> fullUrl, boolean fetched) {
  public ChartResource {
    Objects.requireNonNull(json, "json");
    Objects.requireNonNull(fullUrl, "fullUrl");
  }

  /** The resources of a Bundle; entries without one are passed over. */
  static List<ChartResource> of(JsonObject bundle) {
    List<ChartResource> resources = new ArrayList<>();
    for (JsonObject entry : bundle.objects("entry")) {
      ofEntry(entry).ifPresent(resources::add);
    }
    return resources;
  }

  /** The resource of a Bundle's entry, if it has one. */
  static Optional<ChartResource> ofEntry(JsonObject entry) {
    Optional<String> fullUrl = Optional.of(entry.node().path("fullUrl")).map(JsonNode::textValue);
    return entry.optionalObject("resource").map(json -> new ChartResource(json, fullUrl, false));
  }

  public boolean isA(String type) {
    return json.node().path("resourceType").asText().equals(type);
  }

  /** {@code Type/id}, as far as the resource states them. */
  public String name() {
    return json.node().path("resourceType").asText() + "/" + json.node().path("id").asText();
  }

  /**
   * What the reader makes of the resource.
   *
   * @throws CdsException 400 when the request is at fault; 412 when the EHR's FHIR server is
   */
  public <T> T read(Function<JsonObject, T> reader) {
    try {
      return reader.apply(json);
    } catch (CdsException e) {
      throw fetched ? e.notObtainable() : e;
    }
  }
}
