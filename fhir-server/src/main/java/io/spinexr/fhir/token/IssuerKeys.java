package io.spinexr.fhir.token;

import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** What has to be read of an issuer before its tokens can be checked; kept once it was read. */
final class IssuerKeys {
  /** So that a flood of tokens is no flood of questions to an issuer that does not answer. */
  private static final Duration PAUSE = Duration.ofSeconds(10);

  /** How long one waits while another asks: an issuer that hangs holds no more than that. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final TrustedIssuer issuer;
  private final SSLContext tls;
  private final Clock clock;
  private final ReentrantLock asking = new ReentrantLock();
  private Instant nextTry = Instant.MIN;
  private @Nullable IOException failure;
  private Optional<IssuerMetadata> metadata = Optional.empty();
  private Optional<KeySet> keys = Optional.empty();

  IssuerKeys(TrustedIssuer issuer, SSLContext tls, Clock clock) {
    this.issuer = issuer;
    this.tls = tls;
    this.clock = clock;
  }

  TrustedIssuer issuer() {
    return issuer;
  }

  /** For the log. */
  String name() {
    return issuer.issuer().toString();
  }

  /** What may be read of the issuer first. */
  @FunctionalInterface
  private interface Reading<T> {
    T read() throws IOException;
  }

  private <T> T alone(Reading<T> reading) throws IOException {
    try {
      if (!asking.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("the issuer is being asked, and does not answer");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    try {
      return reading.read();
    } finally {
      asking.unlock();
    }
  }

  /**
   * The site's word goes before the issuer's.
   *
   * @throws IOException if the issuer does not answer
   */
  IssuerMetadata metadata() throws IOException {
    return alone(this::knownMetadata);
  }

  private IssuerMetadata knownMetadata() throws IOException {
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
      throw new IOException("the issuer's metadata could not be read a moment ago", failure);
    }
    nextTry = now.plus(PAUSE);
    try {
      return IssuerMetadata.of(issuer.issuer(), tls);
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  /**
   * @throws IOException if it cannot be found where the keys are, or the file of keys be read
   */
  KeySet keys() throws IOException {
    return alone(this::knownKeys);
  }

  private KeySet knownKeys() throws IOException {
    if (keys.isEmpty()) {
      URI place =
          issuer.jwks().isPresent()
              ? issuer.jwks().get()
              : metadata()
                  .jwks()
                  .orElseThrow(() -> new IOException("the issuer's metadata names no keys"));
      keys = Optional.of(new KeySet(place, tls));
    }
    return keys.get();
  }
}
