package io.spinexr.cds.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.spinexr.cds.token.CdsProperties;
import io.spinexr.cds.token.FhirServers;
import io.spinexr.cds.wire.CdsException;
import io.spinexr.cds.wire.Deadline;
import io.spinexr.cds.wire.JsonObject;
import io.spinexr.order.FhirServerUrl;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a decision needs from the chart: from the prefetch, else from the client's FHIR server (CDS
 * Hooks 2.0, Providing FHIR Resources to a CDS Service).
 *
 * <p>A prefetch key has four cases. Missing: the client cannot prefetch it, so it is read. {@code
 * null}: the client looked and there is nothing. An OperationOutcome: the client's own read failed,
 * and is not repeated. A Bundle: the first page of a search; what is not on it is read.
 */
public final class ChartData {
  private static final Logger LOG = LoggerFactory.getLogger(ChartData.class);

  /** More reads at once for one call would be a load on the EHR. */
  private static final int MAX_READS = 20;

  private final FhirServers servers;
  private final FhirReader reader;

  public ChartData(FhirServers servers, FhirReader reader) {
    this.servers = servers;
    this.reader = reader;
  }

  /**
   * Those of the resources that can be had, at least one.
   *
   * @param key of the prefetch template that asks for them
   * @param names as {@code Type/id}, at least one
   * @param client the authenticated client, if clients are authenticated
   * @throws CdsException 412 naming the key when there is no such data; 400 when the prefetch holds
   *     someone else's, or the token to read with is unusable
   */
  public List<ChartResource> get(
      String key,
      List<String> names,
      CdsRequest request,
      Optional<CdsProperties.Client> client,
      Deadline deadline) {
    List<ChartResource> found = prefetched(key, names, request);
    List<String> missing =
        names.stream()
            .filter(name -> found.stream().noneMatch(resource -> resource.name().equals(name)))
            .toList();
    if (missing.isEmpty()) {
      return found;
    }
    List<ChartResource> all = new ArrayList<>(found);
    try {
      all.addAll(read("prefetch." + key, missing, request, client, deadline));
    } catch (CdsException e) {
      if (found.isEmpty()) {
        throw e;
      }
      LOG.warn("A call is answered without some of what it names: {}", e.getMessage());
    }
    return all;
  }

  private static List<ChartResource> prefetched(
      String key, List<String> names, CdsRequest request) {
    Optional<JsonNode> node = request.prefetched(key);
    if (node.isEmpty()) {
      return List.of();
    }
    String field = "prefetch." + key;
    if (node.get().isNull()) {
      throw CdsException.notObtainable(field, "is null: the client found no such resource");
    }
    JsonObject value = new JsonObject(field, node.get());
    String type = value.text("resourceType");
    if (type.equals("OperationOutcome")) {
      throw CdsException.notObtainable(
          field, "is an OperationOutcome: the client's own read failed");
    }
    boolean bundle = type.equals("Bundle");
    List<ChartResource> named =
        (bundle
                ? ChartResource.of(value)
                : List.of(new ChartResource(value, Optional.empty(), false)))
            .stream().filter(resource -> names.contains(resource.name())).toList();
    if (named.isEmpty() && !bundle) {
      throw CdsException.invalid(field, "must be the resource that the context names");
    }
    return named;
  }

  /** All of the reads are under way at once: one that hangs must not keep the others. */
  private List<ChartResource> read(
      String field,
      List<String> names,
      CdsRequest request,
      Optional<CdsProperties.Client> client,
      Deadline deadline) {
    FhirServerUrl server =
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
    Optional<FhirAuthorization> authorization = request.fhirAuthorization();
    List<FhirReader.Exchange> exchanges =
        names.stream()
            .limit(MAX_READS)
            .map(name -> reader.read(server, authorization, name))
            .toList();
    List<ChartResource> read = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    for (FhirReader.Exchange exchange : exchanges) {
      try {
        JsonNode resource = exchange.await(deadline.remaining());
        read.add(new ChartResource(new JsonObject(field, resource), Optional.empty(), true));
      } catch (FhirReader.ReadFailure e) {
        failures.add(e.getMessage());
      }
    }
    if (read.isEmpty()) {
      throw CdsException.notObtainable(field, "is missing, and " + failures.get(0));
    }
    if (read.size() < names.size()) {
      LOG.warn(
          "A call is answered without {} of the resources it names: {}",
          names.size() - read.size(),
          failures.isEmpty() ? "more than " + MAX_READS + " are not read" : failures.get(0));
    }
    return read;
  }
}
