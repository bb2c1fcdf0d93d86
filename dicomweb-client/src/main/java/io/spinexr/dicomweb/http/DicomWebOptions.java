package io.spinexr.dicomweb.http;

import io.spinexr.tls.TlsContext;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;

/**
 * How to talk to one archive.
 *
 * @param baseUrl where {@code /studies} is, for example {@code https://pacs.example/dicom-web}
 * @param credentials sent to the origin of {@code baseUrl} and nowhere else
 * @param timeouts how long to wait for what
 * @param retries when to ask again
 * @param limits what is too much
 * @param network how to get there
 */
public record DicomWebOptions(
    URI baseUrl,
    Credentials credentials,
    Timeouts timeouts,
    Retries retries,
    Limits limits,
    Network network) {

  /**
   * @param connect until the TCP and TLS connection stands
   * @param firstByte until the status and headers of one answer are there
   * @param total for one call of the client, with every retry and all of the body; a search counts
   *     each page as a call
   */
  public record Timeouts(Duration connect, Duration firstByte, Duration total) {
    public static final Timeouts DEFAULT =
        new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofMinutes(2));

    public Timeouts {
      requirePositive("connect timeout", connect);
      requirePositive("first byte timeout", firstByte);
      requirePositive("total timeout", total);
    }
  }

  /**
   * Whether to ask again after HTTP 429, HTTP 503 or a lost connection. Before retry {@code n}
   * (from 0) the client waits a random time up to {@code firstDelay * 2^n}, at least what {@code
   * Retry-After} says, and never more than {@code maxDelay}: an archive that asks for more is left
   * alone.
   *
   * @param max retries after the first attempt; 0 for none
   */
  public record Retries(int max, Duration firstDelay, Duration maxDelay) {
    public static final Retries DEFAULT =
        new Retries(3, Duration.ofMillis(200), Duration.ofSeconds(10));

    public Retries {
      if (max < 0 || max > 20) {
        throw new IllegalArgumentException("retries must be 0 to 20, but are " + max);
      }
      requirePositive("first retry delay", firstDelay);
      requirePositive("longest retry delay", maxDelay);
    }
  }

  /**
   * @param instanceBytes of one instance or frame as sent; at most 2^31 - 9
   * @param jsonBytes of one JSON answer
   * @param pageSize matches asked for at a time
   * @param matches of one search in all; a search that finds more fails rather than hiding some
   */
  public record Limits(long instanceBytes, long jsonBytes, int pageSize, int matches) {
    public static final Limits DEFAULT = new Limits(256L << 20, 32L << 20, 100, 5_000);

    public Limits {
      if (instanceBytes < 1 || jsonBytes < 1 || pageSize < 1 || matches < 1) {
        throw new IllegalArgumentException(
            "limits must be positive, but are %d, %d, %d and %d"
                .formatted(instanceBytes, jsonBytes, pageSize, matches));
      }
      if (instanceBytes > Integer.MAX_VALUE - 8) {
        throw new IllegalArgumentException(
            "the limit of an instance must be below 2 GiB, but is %d bytes"
                .formatted(instanceBytes));
      }
    }
  }

  /**
   * @param proxy HTTP proxy for everything that is sent for this archive; empty for the JVM's own
   *     choice
   * @param redirectOrigins other places that the archive may send a GET to, such as the bucket of a
   *     cloud archive; credentials never follow
   * @param tls whom to trust there, and as whom to show ourselves
   */
  public record Network(
      Optional<InetSocketAddress> proxy, Set<Origin> redirectOrigins, SSLContext tls) {
    public static final Network DEFAULT =
        new Network(Optional.empty(), Set.of(), TlsContext.ofJava());

    public Network {
      Objects.requireNonNull(proxy, "proxy");
      Objects.requireNonNull(tls, "tls");
      redirectOrigins = Set.copyOf(redirectOrigins);
    }
  }

  /** Straight to the archive. */
  public DicomWebOptions(
      URI baseUrl, Credentials credentials, Timeouts timeouts, Retries retries, Limits limits) {
    this(baseUrl, credentials, timeouts, retries, limits, Network.DEFAULT);
  }

  /**
   * @throws IllegalArgumentException if {@code baseUrl} is no absolute http(s) URL, or carries user
   *     information, a query or a fragment
   */
  public DicomWebOptions {
    Objects.requireNonNull(credentials, "credentials");
    Objects.requireNonNull(timeouts, "timeouts");
    Objects.requireNonNull(retries, "retries");
    Objects.requireNonNull(limits, "limits");
    Objects.requireNonNull(network, "network");
    String scheme = baseUrl.getScheme();
    if (!("http".equals(scheme) || "https".equals(scheme)) || baseUrl.getHost() == null) {
      throw new IllegalArgumentException(
          "the archive's base URL must be absolute, http or https, with a host");
    }
    if (baseUrl.getRawUserInfo() != null
        || baseUrl.getRawQuery() != null
        || baseUrl.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "the archive's base URL must not carry user information, a query or a fragment");
    }
    String text = baseUrl.toString();
    baseUrl = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
  }

  /** Defaults for an archive without credentials. */
  public static DicomWebOptions of(URI baseUrl) {
    return new DicomWebOptions(
        baseUrl, new Credentials.None(), Timeouts.DEFAULT, Retries.DEFAULT, Limits.DEFAULT);
  }

  private static void requirePositive(String name, Duration duration) {
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException(name + " must be positive, but is " + duration);
    }
  }
}
