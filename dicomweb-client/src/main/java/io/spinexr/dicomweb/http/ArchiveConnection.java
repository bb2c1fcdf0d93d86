package io.spinexr.dicomweb.http;

import io.spinexr.dicomweb.http.Credentials.Header;
import io.spinexr.dicomweb.message.BoundedBody;
import io.spinexr.dicomweb.message.DicomWebException;
import io.spinexr.dicomweb.message.DicomWebException.Kind;
import io.spinexr.dicomweb.message.Expiry;
import io.spinexr.dicomweb.message.GzipBody;
import io.spinexr.dicomweb.message.MediaType;
import io.spinexr.tls.TlsProblem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * HTTP to one archive under one policy: timeouts, retries, size limits, redirects, credentials.
 * Safe for use by several threads.
 */
public final class ArchiveConnection {
  private static final int MAX_REDIRECTS = 5;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  /**
   * An answer whose status is one of those that were asked for.
   *
   * @param length of the body in bytes, where the archive says so
   */
  public record Answer(int status, HttpHeaders headers, InputStream body, OptionalLong length) {
    public MediaType contentType() {
      return MediaType.parse(headers.firstValue("Content-Type").orElse(""));
    }
  }

  /**
   * Reads an answer's body while it arrives. A lost connection makes it run again from the start.
   */
  public interface AnswerReader<T> {
    T read(Answer answer) throws IOException;
  }

  /** A failure that may pass by itself. */
  private static final class Transient extends Exception {
    private static final long serialVersionUID = 1;
    private final transient DicomWebException failure;
    private final transient Optional<Duration> retryAfter;

    Transient(DicomWebException failure, Optional<Duration> retryAfter) {
      super(failure);
      this.failure = failure;
      this.retryAfter = retryAfter;
    }
  }

  private final DicomWebOptions options;
  private final Backoff backoff;
  private final ArchiveHttp http;
  private final Access access;

  public ArchiveConnection(DicomWebOptions options) {
    this.options = options;
    this.backoff = new Backoff(options.retries());
    this.http = new ArchiveHttp(options.timeouts(), options.network());
    this.access = Access.by(options.credentials(), http);
  }

  /** A request for {@code pathAndQuery} below the base URL, without a method yet. */
  public HttpRequest.Builder request(String pathAndQuery) {
    return HttpRequest.newBuilder(URI.create(options.baseUrl() + pathAndQuery));
  }

  /**
   * Sends a request and reads its answer.
   *
   * @param request to the archive's origin, with a body that can be sent again
   * @param maxBytes the largest body that is read
   * @param accepted the statuses that {@code reader} can read
   * @throws DicomWebException if the archive does not answer so, in time and within the size
   */
  public <T> T exchange(
      HttpRequest request, long maxBytes, Set<Integer> accepted, AnswerReader<T> reader) {
    Expiry deadline = Expiry.in(options.timeouts().total());
    List<DicomWebException> earlier = new ArrayList<>();
    try {
      for (int retry = 0; ; retry++) {
        try {
          return attempt(request, maxBytes, accepted, reader, deadline);
        } catch (Transient e) {
          Optional<Duration> delay =
              backoff
                  .delay(retry, e.retryAfter, ThreadLocalRandom.current().nextDouble())
                  .filter(d -> d.compareTo(deadline.remaining()) < 0);
          if (delay.isEmpty()) {
            earlier.forEach(e.failure::addSuppressed);
            throw e.failure;
          }
          earlier.add(e.failure);
          sleep(delay.get());
        }
      }
    } catch (DicomWebException e) {
      // A query may name a patient, so only method and path are told.
      throw e.during(request.method() + " " + request.uri().getPath());
    }
  }

  private <T> T attempt(
      HttpRequest request,
      long maxBytes,
      Set<Integer> accepted,
      AnswerReader<T> reader,
      Expiry deadline)
      throws Transient {
    Optional<Header> header = access.header();
    try {
      return attempt(request, header, maxBytes, accepted, reader, deadline);
    } catch (DicomWebException e) {
      if (e.kind() != Kind.UNAUTHORIZED || !access.renew(header)) {
        throw e;
      }
      return attempt(request, access.header(), maxBytes, accepted, reader, deadline);
    }
  }

  private <T> T attempt(
      HttpRequest request,
      Optional<Header> header,
      long maxBytes,
      Set<Integer> accepted,
      AnswerReader<T> reader,
      Expiry deadline)
      throws Transient {
    try {
      HttpResponse<InputStream> response = send(request, header, deadline);
      try (BoundedBody body = new BoundedBody(response.body(), maxBytes, deadline)) {
        if (!accepted.contains(response.statusCode())) {
          throw refusal(response);
        }
        body.expect(response.headers().firstValueAsLong("Content-Length"));
        T value = reader.read(answer(response, body, maxBytes));
        // A connection is used again only if its last answer was read to the end.
        body.transferTo(OutputStream.nullOutputStream());
        return value;
      }
    } catch (HttpTimeoutException e) {
      throw new DicomWebException(Kind.UNAVAILABLE, "no answer in time; is the archive up?", e);
    } catch (UncheckedIOException | IOException e) {
      Optional<String> problem = TlsProblem.in(e);
      if (problem.isPresent()) {
        throw new DicomWebException(Kind.MISCONFIGURED, problem.get(), e);
      }
      throw new Transient(
          new DicomWebException(Kind.UNAVAILABLE, "the connection failed or was lost", e),
          Optional.empty());
    }
  }

  /** Some archives pack what nobody asked them to pack (RFC 9110 section 8.4). */
  private static Answer answer(HttpResponse<?> response, BoundedBody body, long maxBytes) {
    HttpHeaders headers = response.headers();
    String encoding = headers.firstValue("Content-Encoding").orElse("").strip();
    return switch (encoding.toLowerCase(Locale.ROOT)) {
      case "", "identity" ->
          new Answer(
              response.statusCode(), headers, body, headers.firstValueAsLong("Content-Length"));
      case "gzip", "x-gzip" ->
          new Answer(
              response.statusCode(), headers, new GzipBody(body, maxBytes), OptionalLong.empty());
      default ->
          throw new DicomWebException(
              Kind.MALFORMED, "the answer is packed in a way that was not asked for");
    };
  }

  private HttpResponse<InputStream> send(
      HttpRequest request, Optional<Header> access, Expiry deadline) throws IOException {
    HttpRequest next = with(request, access);
    for (int redirects = 0; ; redirects++) {
      HttpResponse<InputStream> response = http.send(next, deadline);
      if (!REDIRECTS.contains(response.statusCode())) {
        return response;
      }
      response.body().close();
      Optional<String> location = response.headers().firstValue("Location");
      if (redirects == MAX_REDIRECTS || location.isEmpty()) {
        throw new DicomWebException(Kind.MALFORMED, "redirected without end or without a target");
      }
      URI target = target(next.uri(), location.get());
      if (!request.method().equals("GET") && response.statusCode() < 307) {
        throw new DicomWebException(
            Kind.REJECTED,
            response.statusCode(),
            "redirected (HTTP %d) without keeping the body".formatted(response.statusCode()));
      }
      next = with(redirected(request, target), home(target) ? access : Optional.empty());
    }
  }

  private static HttpRequest with(HttpRequest request, Optional<Header> access) {
    HttpRequest.Builder opened = HttpRequest.newBuilder(request, (name, value) -> true);
    access.ifPresent(header -> opened.setHeader(header.name(), header.value()));
    return opened.build();
  }

  private static URI target(URI from, String location) {
    try {
      URI target = from.resolve(location);
      Origin.of(target);
      return target;
    } catch (IllegalArgumentException e) {
      throw new DicomWebException(Kind.MALFORMED, "redirected to something that is no web address");
    }
  }

  private boolean home(URI target) {
    return Origin.of(target).equals(Origin.of(options.baseUrl()));
  }

  /** Another origin could be anyone: UIDs go to those that are named, instances to none. */
  private HttpRequest redirected(HttpRequest request, URI target) {
    Origin origin = Origin.of(target);
    boolean allowed =
        request.method().equals("GET") && options.network().redirectOrigins().contains(origin);
    if (!allowed && !home(target)) {
      throw new DicomWebException(
          Kind.MISCONFIGURED,
          "redirected to another origin (%s): add it to spinexr.archive.redirect-origins if it belongs to the archive"
              .formatted(origin));
    }
    return HttpRequest.newBuilder(request, (name, value) -> true).uri(target).build();
  }

  private static DicomWebException refusal(HttpResponse<?> response) throws Transient {
    int status = response.statusCode();
    String message = "HTTP " + status;
    if (status == 429 || status == 503) {
      throw new Transient(
          new DicomWebException(Kind.UNAVAILABLE, status, message + ", the archive is busy"),
          response
              .headers()
              .firstValue("Retry-After")
              .flatMap(
                  value -> Backoff.parseRetryAfter(value, response.headers().firstValue("Date"))));
    }
    if (status == 404 || status == 410) {
      return new DicomWebException(Kind.NOT_FOUND, status, message + ", not in the archive");
    }
    if (status == 401 || status == 403) {
      return new DicomWebException(
          Kind.UNAUTHORIZED, status, message + ", check the archive's credentials");
    }
    if (status == 407) {
      return new DicomWebException(
          Kind.MISCONFIGURED, status, message + ", the proxy asks for credentials");
    }
    if (status == 406 || status == 415) {
      return new DicomWebException(Kind.NOT_ACCEPTABLE, status, message);
    }
    if (status >= 400 && status < 500) {
      return new DicomWebException(Kind.REJECTED, status, message);
    }
    return new DicomWebException(
        status >= 500 ? Kind.UNAVAILABLE : Kind.MALFORMED, status, message);
  }

  private static void sleep(Duration delay) {
    try {
      Thread.sleep(delay.toMillis());
    } catch (InterruptedException e) {
      throw ArchiveHttp.interrupted(e);
    }
  }
}
