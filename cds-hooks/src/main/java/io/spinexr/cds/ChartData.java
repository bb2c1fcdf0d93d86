package io.spinexr.cds;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a decision needs from the chart: from the prefetch, else from the client's FHIR server (CDS
 * Hooks 2.0, Providing FHIR Resources to a CDS Service).
 *
 * <p>A prefetch key has four cases. Missing: the client cannot prefetch it, so it is read. {@code
 * null}: the client looked and there is nothing. An OperationOutcome: the client's own read failed,
 * and is not repeated. A Bundle: the first page of a search; what is not on it is read.
 */
final class ChartData {
  private final FhirServers servers;
  private final FhirReader reader;

  ChartData(FhirServers servers, FhirReader reader) {
    this.servers = servers;
    this.reader = reader;
  }

  /**
   * The resource {@code Type/id}.
   *
   * @param key of the prefetch template that asks for it
   * @param client the authenticated client, if clients are authenticated
   * @throws CdsException 412 naming the key when there is no such data; 400 when the prefetch holds
   *     someone else's
   */
  JsonObject get(
      String key,
      String reference,
      CdsRequest request,
      Optional<CdsProperties.Client> client,
      Deadline deadline) {
    String field = "prefetch." + key;
    JsonNode prefetched = request.prefetch().get(key);
    if (prefetched == null) {
      return read(field, reference, request, client, deadline);
    }
    if (prefetched.isNull()) {
      throw CdsException.notObtainable(field, "is null: the client found no such resource");
    }
    JsonObject value = new JsonObject(field, prefetched);
    String type = value.text("resourceType");
    if (type.equals("OperationOutcome")) {
      throw CdsException.notObtainable(
          field, "is an OperationOutcome: the client's own read failed");
    }
    if (type.equals("Bundle")) {
      for (JsonObject resource : resources(value)) {
        if (RequestReader.isNamed(resource, reference)) {
          return resource;
        }
      }
      return read(field, reference, request, client, deadline);
    }
    if (!RequestReader.isNamed(value, reference)) {
      throw CdsException.invalid(field, "must be the resource that the context names");
    }
    return value;
  }

  private static List<JsonObject> resources(JsonObject bundle) {
    List<JsonObject> resources = new ArrayList<>();
    for (JsonObject entry : bundle.objects("entry")) {
      entry.optionalObject("resource").ifPresent(resources::add);
    }
    return resources;
  }

  private JsonObject read(
      String field,
      String reference,
      CdsRequest request,
      Optional<CdsProperties.Client> client,
      Deadline deadline) {
    URI server =
        request
            .fhirServer()
            .orElseThrow(
                () ->
                    CdsException.notObtainable(
                        field, "is missing, and there is no fhirServer to read it from"));
    if (!servers.permits(client, server)) {
      throw CdsException.notObtainable(
          field, "is missing, and fhirServer is none of the registered ones (spinexr.cds.clients)");
    }
    try {
      return new JsonObject(
          field, reader.read(server, request.fhirAuthorization(), reference, deadline.remaining()));
    } catch (FhirReader.ReadFailure e) {
      throw CdsException.notObtainable(field, "is missing, and " + e.getMessage());
    }
  }
}
