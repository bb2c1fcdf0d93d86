package io.spinexr.fhir.token;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSetSourceWrapper;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.OutageTolerantJWKSetSource;
import com.nimbusds.jose.jwk.source.OutageTolerantJWKSetSource.OutageEvent;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.jwk.source.URLBasedJWKSetSource;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.events.Event;
import io.spinexr.tls.TlsProblem;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public keys at a registered place: those of a file as they were at the start, those of an
 * address for five minutes. If a token names a key that is not among them the address is asked
 * again, but twice a minute at most, whoever makes names up. While the address does not answer,
 * keys that were read count for an hour, and five minutes: its owner cannot take one back so long.
 */
public final class KeySet implements JWKSource<SecurityContext> {
  private static final Logger LOG = LoggerFactory.getLogger(KeySet.class);
  private static final Duration KEPT = Duration.ofMinutes(5);
  private static final Duration OUTAGE = Duration.ofHours(1);
  private static final Duration TWO_QUESTIONS = Duration.ofMinutes(1);

  /** How long one waits while another reads keys: a place that hangs holds no more than that. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  final JWKSource<SecurityContext> keys;
  private volatile @Nullable Asked last;

  /**
   * @param tls whom to trust at an address, and as whom to show ourselves
   * @throws IOException if the address is none, or the file cannot be read or holds no keys
   */
  public KeySet(URI place, SSLContext tls) throws IOException {
    keys =
        "file".equals(place.getScheme())
            ? new ImmutableJWKSet<>(file(Path.of(place)))
            : JWKSourceBuilder.create(
                    new Address(
                        new URLBasedJWKSetSource<>(place.toURL(), new RegisteredPlace(tls))))
                .cache(KEPT.toMillis(), PATIENCE.toMillis())
                .rateLimited(TWO_QUESTIONS.toMillis())
                .outageTolerant(OUTAGE.toMillis(), event -> warn(place, event))
                .build();
  }

  private static void warn(
      URI place, Event<OutageTolerantJWKSetSource<SecurityContext>, SecurityContext> failure) {
    if (failure instanceof OutageEvent<SecurityContext> outage) {
      LOG.warn(
          "The keys at {} cannot be read{}; those that were read before count for {} more minutes",
          place,
          TlsProblem.in(outage.getException()).map(problem -> " (" + problem + ")").orElse(""),
          Duration.ofMillis(outage.getRemainingTime()).toMinutes());
    }
  }

  private static JWKSet file(Path file) throws IOException {
    try {
      return JWKSet.load(file.toFile());
    } catch (ParseException e) {
      throw new IOException("the file holds no keys", e);
    }
  }

  /** Notes what comes of it when the address is asked. */
  private final class Address extends JWKSetSourceWrapper<SecurityContext> {
    Address(JWKSetSource<SecurityContext> source) {
      super(source);
    }

    @Override
    public JWKSet getJWKSet(
        JWKSetCacheRefreshEvaluator refresh, long now, @Nullable SecurityContext context)
        throws KeySourceException {
      try {
        JWKSet read = getSource().getJWKSet(refresh, now, context);
        last = new Asked(read, null, System.nanoTime());
        return read;
      } catch (KeySourceException e) {
        last = new Asked(null, e, System.nanoTime());
        throw e;
      }
    }
  }

  /** One of both is there. */
  private record Asked(@Nullable JWKSet read, @Nullable KeySourceException failure, long when) {
    boolean hasNone(String name) {
      return read == null || read.getKeyByKeyId(name) == null;
    }

    boolean isRecent() {
      return System.nanoTime() - when < KEPT.toNanos();
    }
  }

  /**
   * Whether to ask it after all others: a moment ago it did not answer, or had no key of that name.
   */
  public boolean isLastResort(String name) {
    Asked asked = last;
    return asked != null && asked.isRecent() && asked.hasNone(name);
  }

  /**
   * None if the address was just read and does not have it.
   *
   * @throws KeySourceException if the address does not answer, or did not a moment ago
   */
  @Override
  public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context)
      throws KeySourceException {
    try {
      return keys.get(selector, context);
    } catch (RateLimitReachedException e) {
      Asked asked = last;
      if (asked != null && asked.failure() != null) {
        throw asked.failure();
      }
      return List.of();
    }
  }
}
