package io.spinexr.app.server;

import io.spinexr.fhir.token.ClientRegistration;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;

/** By which the EHR's authorization server checks that a request for a token is ours. */
@Path("/.well-known/jwks.json")
public final class PublicKeys {
  private final Optional<ClientRegistration> registration;

  PublicKeys(Optional<ClientRegistration> registration) {
    this.registration = registration;
  }

  @GET
  @Produces(MediaType.APPLICATION_JSON)
  public String keys() {
    return registration
        .map(client -> client.key().publicKeys())
        .orElseThrow(NotFoundException::new);
  }
}
