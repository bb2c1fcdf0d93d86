package io.spinexr.cds;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * One call of a service (CDS Hooks 2.0, Calling a CDS Service).
 *
 * @param hookInstance the client's UUID of this call
 * @param prefetch only the keys that the client sent; JSON null where it looked and found nothing
 */
record CdsRequest(
    CdsHook hook,
    String hookInstance,
    Optional<URI> fhirServer,
    Optional<FhirAuthorization> fhirAuthorization,
    HookContext context,
    Map<String, JsonNode> prefetch) {
  CdsRequest {
    prefetch = Map.copyOf(prefetch);
  }

  /** Without context and prefetch: they are about a person. */
  @Override
  public String toString() {
    return "CdsRequest[" + hook.wireName() + ", " + hookInstance + "]";
  }
}
