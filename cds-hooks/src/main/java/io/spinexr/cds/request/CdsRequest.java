package io.spinexr.cds.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.spinexr.cds.token.CdsProperties;
import io.spinexr.cds.wire.CdsException;
import io.spinexr.cds.wire.JsonObject;
import io.spinexr.order.FhirServerUrl;
import java.util.Objects;
import java.util.Optional;

/**
 * One call of a service (CDS Hooks 2.0, Calling a CDS Service). Prefetch and token are read only
 * when they are needed: what is wrong with them matters to nobody else.
 *
 * @param hookInstance the client's UUID of this call
 * @param body all of it
 */
public record CdsRequest(
    CdsHook hook,
    String hookInstance,
    Optional<FhirServerUrl> fhirServer,
    HookContext context,
    JsonObject body) {
  public CdsRequest {
    Objects.requireNonNull(hook, "hook");
    Objects.requireNonNull(hookInstance, "hookInstance");
    Objects.requireNonNull(fhirServer, "fhirServer");
    Objects.requireNonNull(context, "context");
    Objects.requireNonNull(body, "body");
  }

  /**
   * What the client sent under a key of the prefetch; JSON null where it looked and found nothing.
   *
   * @throws CdsException 400 when there is a prefetch that is no object
   */
  public Optional<JsonNode> prefetched(String key) {
    return body.optionalObject("prefetch").map(prefetch -> prefetch.node().get(key));
  }

  /**
   * @throws CdsException 400 when there is one that cannot be used
   */
  Optional<FhirAuthorization> fhirAuthorization() {
    return body.optionalObject("fhirAuthorization").map(FhirAuthorization::read);
  }

  /** Names the EHR: its FHIR server, else the client. */
  public String source(Optional<CdsProperties.Client> client) {
    return fhirServer
        .map(FhirServerUrl::text)
        .or(() -> client.map(CdsProperties.Client::name))
        .orElse("cds-client");
  }

  /** Without context and prefetch: they are about a person. */
  @Override
  public String toString() {
    return "CdsRequest[" + hook.wireName() + ", " + hookInstance + "]";
  }
}
