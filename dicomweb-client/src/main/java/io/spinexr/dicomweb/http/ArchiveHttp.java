package io.spinexr.dicomweb.http;

import io.spinexr.dicomweb.http.DicomWebOptions.Network;
import io.spinexr.dicomweb.http.DicomWebOptions.Timeouts;
import io.spinexr.dicomweb.message.DicomWebException;
import io.spinexr.dicomweb.message.DicomWebException.Kind;
import io.spinexr.dicomweb.message.Expiry;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;

/** One request, one answer, on the way that leads to an archive. */
final class ArchiveHttp {
  private final Timeouts timeouts;
  private final HttpClient http;

  ArchiveHttp(Timeouts timeouts, Network network) {
    this.timeouts = timeouts;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(timeouts.connect());
    network.proxy().ifPresent(proxy -> builder.proxy(ProxySelector.of(proxy)));
    this.http = builder.sslContext(network.tls()).build();
  }

  Timeouts timeouts() {
    return timeouts;
  }

  HttpResponse<InputStream> send(HttpRequest request, Expiry deadline) throws IOException {
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

  static DicomWebException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new DicomWebException(Kind.UNAVAILABLE, "interrupted", e);
  }
}
