package io.spinexr.app.identity;

import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.spinexr.fhir.token.Algorithms;
import io.spinexr.fhir.token.KeySet;
import io.spinexr.fhir.token.RegisteredPlace;
import io.spinexr.tls.TlsProblem;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrations;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import org.springframework.web.client.RestClientResponseException;

/**
 * Somewhere people sign in. What it says of itself is asked when it is first needed, so that a
 * server starts, and answers everybody else, without it.
 */
public final class Provider {
  private static final Logger LOG = LoggerFactory.getLogger(Provider.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** How long it counts as unavailable, so that callers do not queue up for it. */
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final Place place;
  private final String redirectUri;
  private final SSLContext tls;
  private final Clock clock;
  private final ClientHttpRequestFactory http;
  private volatile @Nullable ClientRegistration known;
  private final ReentrantLock asking = new ReentrantLock();
  private Instant askAgain = Instant.MIN; // guarded by asking
  private String failure = ""; // guarded by asking

  /**
   * How it is known here.
   *
   * @param id part of the address that it sends people back to
   * @param address below which it tells of itself
   * @param launches whether it is an EHR that launches us, and tells of itself by SMART App Launch
   *     2.2, section 8.1; else an identity provider, by OpenID Connect Discovery 1.0, section 4
   */
  record Place(
      String id,
      URI address,
      boolean launches,
      String clientId,
      String clientSecret,
      List<String> scopes) {
    String discovery() {
      return "/.well-known/" + (launches ? "smart-configuration" : "openid-configuration");
    }
  }

  /**
   * @param redirectUri where it sends people back to
   * @param tls whom to trust there, and as whom to show ourselves
   */
  Provider(Place place, String redirectUri, SSLContext tls, Clock clock) {
    this.place = place;
    this.redirectUri = redirectUri;
    this.tls = tls;
    this.clock = clock;
    JdkClientHttpRequestFactory factory =
        new JdkClientHttpRequestFactory(
            HttpClient.newBuilder()
                .connectTimeout(TIMEOUT)
                .sslContext(tls)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build());
    factory.setReadTimeout(TIMEOUT);
    this.http = factory;
  }

  /** Requests to the provider end after some seconds. */
  ClientHttpRequestFactory http() {
    return http;
  }

  /** Its name among others. */
  public String id() {
    return place.id();
  }

  /** Whether it is an EHR that launches us. */
  public boolean launches() {
    return place.launches();
  }

  /**
   * @throws ProviderUnavailable if the provider was never reached yet, and is not now, or another
   *     thread is just asking it: one that hangs holds no more than that
   */
  public ClientRegistration registration() {
    ClientRegistration found = known;
    return found != null ? found : discovered();
  }

  private ClientRegistration discovered() {
    if (!asking.tryLock()) {
      throw new ProviderUnavailable("it is just being asked");
    }
    try {
      ClientRegistration found = known;
      return found != null ? found : asked();
    } finally {
      asking.unlock();
    }
  }

  private ClientRegistration asked() {
    if (clock.instant().isBefore(askAgain)) {
      throw new ProviderUnavailable(failure);
    }
    try {
      ClientRegistration found = registration(metadata());
      known = found;
      LOG.info("People sign in at {}", place.address());
      return found;
    } catch (RestClientException | IllegalArgumentException e) {
      String reason =
          e instanceof RestClientResponseException answer
              ? "it answers %d at %s".formatted(answer.getStatusCode().value(), place.discovery())
              : TlsProblem.in(e).orElseGet(() -> String.valueOf(e.getMessage()));
      if (!reason.equals(failure)) {
        LOG.warn("Nobody can sign in at {}: it cannot be used: {}", place.address(), reason);
      }
      failure = reason;
      askAgain = clock.instant().plus(PAUSE);
      throw new ProviderUnavailable(reason);
    }
  }

  private Map<String, Object> metadata() {
    String base = place.address().toString().replaceAll("/+$", "");
    Map<String, Object> metadata =
        RestClient.builder()
            .requestFactory(http)
            .build()
            .get()
            .uri(URI.create(base + place.discovery()))
            .accept(MediaType.APPLICATION_JSON)
            .retrieve()
            .body(new ParameterizedTypeReference<Map<String, Object>>() {});
    if (metadata == null) {
      throw new IllegalArgumentException("it says nothing of itself");
    }
    if (!place.launches() && !place.address().toString().equals(metadata.get("issuer"))) {
      throw new IllegalArgumentException(
          "its discovery document names another issuer, %s, than spinexr.sign-in.issuer"
              .formatted(metadata.get("issuer")));
    }
    return metadata;
  }

  private ClientRegistration registration(Map<String, Object> metadata) {
    ClientRegistration.Builder registration =
        (place.launches()
                ? ClientRegistration.withRegistrationId(place.id())
                    .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                    .issuerUri(text(metadata, "issuer"))
                    .authorizationUri(address(metadata, "authorization_endpoint"))
                    .tokenUri(address(metadata, "token_endpoint"))
                : ClientRegistrations.fromOidcConfiguration(metadata).registrationId(place.id()))
            .jwkSetUri(address(metadata, "jwks_uri"))
            .clientId(place.clientId())
            .redirectUri(redirectUri)
            .scope(place.scopes())
            .userNameAttributeName("sub");
    if (place.clientSecret().isEmpty()) {
      registration.clientAuthenticationMethod(ClientAuthenticationMethod.NONE);
    }
    return registration.clientSecret(place.clientSecret()).build();
  }

  /** Which nobody on the way can have changed. */
  private static String address(Map<String, Object> metadata, String name) {
    String address = text(metadata, name);
    if (!RegisteredPlace.isTrustworthy(URI.create(address))) {
      throw new IllegalArgumentException(
          "the address that it gives as %s must use https, or be on loopback".formatted(name));
    }
    return address;
  }

  private static String text(Map<String, Object> metadata, String name) {
    if (metadata.get(name) instanceof String text && !text.isBlank()) {
      return text;
    }
    throw new IllegalArgumentException("it does not say its %s".formatted(name));
  }

  /** Reference to a resource of an EHR's FHIR server. */
  String resource(String type, String id) {
    return "%s/%s/%s".formatted(place.address(), type, id);
  }

  /** Where the provider ends its own session, if it says so (RP-Initiated Logout 1.0). */
  public Optional<String> endSession() {
    return Optional.ofNullable(known)
        .map(
            registration ->
                registration
                    .getProviderDetails()
                    .getConfigurationMetadata()
                    .get("end_session_endpoint"))
        .map(Object::toString);
  }

  /**
   * Reads what the provider signed: with a private key of its own, whichever kind it has, never
   * with a shared secret. Its keys are kept as {@link KeySet} says.
   */
  NimbusJwtDecoder decoder(List<OAuth2TokenValidator<Jwt>> rules) {
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSTypeVerifier((header, context) -> {}); // types differ with the provider
    processor.setJWSKeySelector(keys());
    processor.setJWTClaimsSetVerifier((claims, context) -> {});
    NimbusJwtDecoder decoder = new NimbusJwtDecoder(processor);
    decoder.setJwtValidator(new DelegatingOAuth2TokenValidator<>(rules));
    return decoder;
  }

  private JWSKeySelector<SecurityContext> keys() {
    try {
      return new JWSVerificationKeySelector<>(
          Algorithms.ACCEPTED,
          new KeySet(
              URI.create(
                  Objects.requireNonNull(registration().getProviderDetails().getJwkSetUri())),
              tls));
    } catch (IOException e) {
      throw new ProviderUnavailable("its keys have no address");
    }
  }
}
