package io.spinexr.dicomweb;

import io.spinexr.dicomweb.DicomWebException.Kind;
import io.spinexr.dicomweb.DicomWebOptions.Timeouts;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * HTTP to one archive under one policy: timeouts, retries, size limits, redirects within the
 * origin, credentials. Safe for use by several threads.
 */
final class ArchiveConnection {
  private static final int MAX_REDIRECTS = 5;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  /** An answer whose status is one of those that were asked for. */
  record Answer(int status, HttpHeaders headers, InputStream body) {
    MediaType contentType() {
      return MediaType.parse(headers.firstValue("Content-Type").orElse(""));
    }
  }

  /**
   * Reads an answer's body while it arrives. A lost connection makes it run again from the start.
   */
  interface AnswerReader<T> {
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
  private final HttpClient http;

  ArchiveConnection(DicomWebOptions options) {
    this.options = options;
    this.backoff = new Backoff(options.retries());
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(options.timeouts().connect())
            .build();
  }

  /** A request for {@code pathAndQuery} below the base URL, without a method yet. */
  HttpRequest.Builder request(String pathAndQuery) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(options.baseUrl() + pathAndQuery));
    options.credentials().authorization().ifPresent(a -> request.header("Authorization", a));
    return request;
  }

  /**
   * Sends a request and reads its answer.
   *
   * @param request to the archive's origin, with a body that can be sent again
   * @param maxBytes the largest body that is read
   * @param accepted the statuses that {@code reader} can read
   * @throws DicomWebException if the archive does not answer so, in time and within the size
   */
  <T> T exchange(
      HttpRequest request, long maxBytes, Set<Integer> accepted, AnswerReader<T> reader) {
    Deadline deadline = Deadline.in(options.timeouts().total());
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
      Deadline deadline)
      throws Transient {
    try {
      HttpResponse<InputStream> response = send(request, deadline);
      try (BoundedBody body = new BoundedBody(response.body(), maxBytes, deadline)) {
        if (!accepted.contains(response.statusCode())) {
          throw refusal(response);
        }
        body.expect(response.headers().firstValueAsLong("Content-Length"));
        T value = reader.read(new Answer(response.statusCode(), response.headers(), body));
        // A connection is used again only if its last answer was read to the end.
        body.transferTo(OutputStream.nullOutputStream());
        return value;
      }
    } catch (HttpTimeoutException e) {
      throw new DicomWebException(Kind.UNAVAILABLE, "no answer in time; is the archive up?", e);
    } catch (UncheckedIOException | IOException e) {
      throw new Transient(
          new DicomWebException(Kind.UNAVAILABLE, "the connection failed or was lost", e),
          Optional.empty());
    }
  }

  private HttpResponse<InputStream> send(HttpRequest request, Deadline deadline)
      throws IOException {
    HttpRequest next = request;
    for (int redirects = 0; ; redirects++) {
      HttpResponse<InputStream> response = sendOnce(next, deadline);
      if (!REDIRECTS.contains(response.statusCode())) {
        return response;
      }
      response.body().close();
      Optional<String> location = response.headers().firstValue("Location");
      if (redirects == MAX_REDIRECTS || location.isEmpty()) {
        throw new DicomWebException(Kind.MALFORMED, "redirected without end or without a target");
      }
      next = redirected(next, response.statusCode(), location.get());
    }
  }

  private HttpResponse<InputStream> sendOnce(HttpRequest request, Deadline deadline)
      throws IOException {
    Timeouts timeouts = options.timeouts();
    Duration timeout = deadline.remaining();
    if (timeout.isZero()) {
      throw new HttpTimeoutException("the time for the whole request is used up");
    }
    timeout = timeouts.firstByte().compareTo(timeout) < 0 ? timeouts.firstByte() : timeout;
    try {
      return http.send(
          HttpRequest.newBuilder(request, (name, value) -> true).timeout(timeout).build(),
          HttpResponse.BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Another origin could be anyone: neither credentials nor UIDs go there. */
  private HttpRequest redirected(HttpRequest request, int status, String location) {
    URI target;
    try {
      target = request.uri().resolve(location);
    } catch (IllegalArgumentException e) {
      throw new DicomWebException(Kind.MALFORMED, "redirected to something that is no URL");
    }
    if (!origin(target).equals(origin(options.baseUrl()))) {
      throw new DicomWebException(
          Kind.REJECTED,
          "redirected to another origin, which is not followed; configure the archive's real base"
              + " URL");
    }
    if (!request.method().equals("GET") && status < 307) {
      throw new DicomWebException(
          Kind.REJECTED, status, "redirected (HTTP %d) without keeping the body".formatted(status));
    }
    return HttpRequest.newBuilder(request, (name, value) -> true).uri(target).build();
  }

  private static String origin(URI uri) {
    int port = uri.getPort() >= 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
    return (uri.getScheme() + "://" + uri.getHost() + ":" + port).toLowerCase(Locale.ROOT);
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
              .flatMap(value -> Backoff.parseRetryAfter(value, Instant.now())));
    }
    if (status == 404 || status == 410) {
      return new DicomWebException(Kind.NOT_FOUND, status, message + ", not in the archive");
    }
    if (status == 401 || status == 403) {
      return new DicomWebException(
          Kind.UNAUTHORIZED, status, message + ", check the archive's credentials");
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
      throw interrupted(e);
    }
  }

  private static DicomWebException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new DicomWebException(Kind.UNAVAILABLE, "interrupted", e);
  }
}
