package io.spinexr.app.identity;

import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.spinexr.app.setting.SignInProperties;
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
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.ClientRegistrations;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import org.springframework.web.client.RestClientResponseException;

/**
 * The identity provider. What it says of itself (OpenID Connect Discovery 1.0, section 4) is asked
 * when it is first needed, so that a server starts, and answers everybody else, without it.
 */
public final class Provider implements ClientRegistrationRepository {
  /** Part of the addresses that the provider sends people back to. */
  public static final String ID = "spinexr";

  private static final Logger LOG = LoggerFactory.getLogger(Provider.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** How long it counts as unavailable, so that callers do not queue up for it. */
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private static final String DISCOVERY = "/.well-known/openid-configuration";

  private final SignInProperties settings;
  private final URI publicUrl;
  private final SSLContext tls;
  private final Clock clock;
  private final ClientHttpRequestFactory http;
  private volatile @Nullable ClientRegistration known;
  private final ReentrantLock asking = new ReentrantLock();
  private Instant askAgain = Instant.MIN; // guarded by asking
  private String failure = ""; // guarded by asking

  /**
   * @param tls whom to trust there, and as whom to show ourselves
   */
  public Provider(SignInProperties settings, URI publicUrl, SSLContext tls, Clock clock) {
    this.settings = settings;
    this.publicUrl = publicUrl;
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

  @Override
  public @Nullable ClientRegistration findByRegistrationId(String id) {
    return id.equals(ID) ? registration() : null;
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
      LOG.info("People sign in at {}", settings.issuer());
      return found;
    } catch (RestClientException | IllegalArgumentException e) {
      String reason =
          e instanceof RestClientResponseException answer
              ? "it answers %d at %s".formatted(answer.getStatusCode().value(), DISCOVERY)
              : TlsProblem.in(e).orElseGet(() -> String.valueOf(e.getMessage()));
      if (!reason.equals(failure)) {
        LOG.warn(
            "Nobody can sign in: the identity provider {} cannot be used: {}",
            settings.issuer(),
            reason);
      }
      failure = reason;
      askAgain = clock.instant().plus(PAUSE);
      throw new ProviderUnavailable(reason);
    }
  }

  private Map<String, Object> metadata() {
    String base = settings.issuer().toString().replaceAll("/+$", "");
    Map<String, Object> metadata =
        RestClient.builder()
            .requestFactory(http)
            .build()
            .get()
            .uri(URI.create(base + DISCOVERY))
            .retrieve()
            .body(new ParameterizedTypeReference<Map<String, Object>>() {});
    if (metadata == null || !settings.issuer().toString().equals(metadata.get("issuer"))) {
      throw new IllegalArgumentException(
          "its discovery document names another issuer, %s, than spinexr.sign-in.issuer"
              .formatted(metadata == null ? "none" : metadata.get("issuer")));
    }
    if (!(metadata.get("jwks_uri") instanceof String keys)
        || !RegisteredPlace.isTrustworthy(URI.create(keys))) {
      throw new IllegalArgumentException(
          "the address of its keys, jwks_uri, must use https, or be on loopback");
    }
    return metadata;
  }

  private ClientRegistration registration(Map<String, Object> metadata) {
    ClientRegistration.Builder registration =
        ClientRegistrations.fromOidcConfiguration(metadata)
            .registrationId(ID)
            .clientId(settings.clientId())
            .redirectUri(address("/login/oauth2/code/" + ID))
            .scope(settings.scopes())
            .userNameAttributeName("sub");
    return (settings.clientSecret().isEmpty()
            ? registration.clientAuthenticationMethod(ClientAuthenticationMethod.NONE)
            : registration.clientSecret(settings.clientSecret()))
        .build();
  }

  /** One of our pages, as people reach it. */
  public String address(String path) {
    return publicUrl.toString().replaceAll("/+$", "") + path;
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
