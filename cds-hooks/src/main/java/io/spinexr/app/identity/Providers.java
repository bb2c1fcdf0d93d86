package io.spinexr.app.identity;

import io.spinexr.app.setting.SignInProperties;
import io.spinexr.order.FhirServerUrl;
import io.spinexr.tls.Peers;
import java.net.URI;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;

/** The hospital's identity provider, and the EHRs that launch us. */
public final class Providers implements ClientRegistrationRepository {
  private final URI publicUrl;
  private final Map<String, Provider> byId = new LinkedHashMap<>();
  private final Map<FhirServerUrl, Provider> launching = new LinkedHashMap<>();

  public Providers(SignInProperties signIn, URI publicUrl, Peers peers, Clock clock) {
    this.publicUrl = publicUrl;
    byId.put(
        SignInProperties.HOSPITAL,
        new Provider(
            new Provider.Place(
                SignInProperties.HOSPITAL,
                signIn.issuer(),
                false,
                signIn.clientId(),
                signIn.clientSecret(),
                signIn.scopes()),
            redirectUri(SignInProperties.HOSPITAL),
            peers.issuers(),
            clock));
    signIn
        .launches()
        .forEach(
            (name, launch) -> {
              Provider ehr =
                  new Provider(
                      new Provider.Place(
                          name,
                          URI.create(launch.server().text()),
                          true,
                          launch.clientId(),
                          launch.clientSecret(),
                          launch.scopes()),
                      redirectUri(name),
                      peers.ehr(),
                      clock);
              byId.put(name, ehr);
              launching.put(launch.server(), ehr);
            });
  }

  private String redirectUri(String id) {
    return address("/login/oauth2/code/" + id);
  }

  /** One of our pages, as people reach it. */
  public String address(String path) {
    return publicUrl.toString().replaceAll("/+$", "") + path;
  }

  public Provider hospital() {
    return Objects.requireNonNull(byId.get(SignInProperties.HOSPITAL));
  }

  public Optional<Provider> of(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** The EHR with this FHIR server, if it may launch us. */
  public Optional<Provider> launching(FhirServerUrl server) {
    return Optional.ofNullable(launching.get(server));
  }

  /** Of whom a registration was made. */
  Provider of(ClientRegistration registration) {
    return of(registration.getRegistrationId()).orElseThrow();
  }

  @Override
  public @Nullable ClientRegistration findByRegistrationId(String id) {
    return of(id).map(Provider::registration).orElse(null);
  }
}
