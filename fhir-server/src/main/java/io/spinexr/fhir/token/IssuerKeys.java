package io.spinexr.fhir.token;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What has to be read of an issuer before its tokens can be checked; kept once it was read. */
final class IssuerKeys {
  /** So that a flood of tokens is no flood of questions to an issuer that does not answer. */
  private static final Duration PAUSE = Duration.ofSeconds(10);

  private final TrustedIssuer issuer;
  private final Clock clock;
  private Instant nextTry = Instant.MIN;
  private Optional<IssuerMetadata> metadata = Optional.empty();
  private Optional<JWKSource<SecurityContext>> keys = Optional.empty();

  IssuerKeys(TrustedIssuer issuer, Clock clock) {
    this.issuer = issuer;
    this.clock = clock;
  }

  TrustedIssuer issuer() {
    return issuer;
  }

  /** For the log. */
  String name() {
    return issuer.issuer().toString();
  }

  /**
   * The site's word goes before the issuer's.
   *
   * @throws IOException if the issuer does not answer
   */
  synchronized IssuerMetadata metadata() throws IOException {
    if (metadata.isEmpty()) {
      IssuerMetadata said = said();
      metadata =
          Optional.of(
              new IssuerMetadata(
                  issuer.jwks().or(said::jwks),
                  issuer.authorizationEndpoint().or(said::authorizationEndpoint),
                  issuer.tokenEndpoint().or(said::tokenEndpoint)));
    }
    return metadata.get();
  }

  private IssuerMetadata said() throws IOException {
    if (issuer.jwks().isPresent() && issuer.tokenEndpoint().isPresent()) {
      return new IssuerMetadata(Optional.empty(), Optional.empty(), Optional.empty());
    }
    Instant now = clock.instant();
    if (now.isBefore(nextTry)) {
      throw new IOException("the issuer's metadata could not be read a moment ago");
    }
    nextTry = now.plus(PAUSE);
    return IssuerMetadata.of(issuer.issuer());
  }

  /**
   * @throws IOException if it cannot be found where the keys are, or the file of keys be read
   */
  synchronized JWKSource<SecurityContext> keys() throws IOException {
    if (keys.isEmpty()) {
      URI place =
          issuer.jwks().isPresent()
              ? issuer.jwks().get()
              : metadata()
                  .jwks()
                  .orElseThrow(() -> new IOException("the issuer's metadata names no keys"));
      keys = Optional.of(RegisteredPlace.keys(place));
    }
    return keys.get();
  }
}
