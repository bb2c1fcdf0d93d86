package io.spinexr.cds.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.spinexr.cds.wire.CdsException;
import io.spinexr.cds.wire.Json;
import io.spinexr.order.FhirServerUrl;
import io.spinexr.tls.TlsProblem;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/**
 * Reads single resources from an EHR's FHIR server. Redirects are not followed: a read needs none,
 * and one could carry the token elsewhere.
 */
public final class FhirReader {
  private final HttpClient http;
  private final long maxBytes;

  /**
   * @param maxBytes of an answer
   * @param tls whom to trust there, and as whom to show ourselves
   */
  public FhirReader(long maxBytes, SSLContext tls) {
    this.maxBytes = maxBytes;
    http =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofSeconds(5))
            .sslContext(tls)
            .build();
  }

  /** A read that brought no resource; the message says why, in words without personal data. */
  static final class ReadFailure extends Exception {
    ReadFailure(String reason) {
      super(reason);
    }
  }

  /**
   * Begins to read the resource {@code type/id}.
   *
   * @param server a base URL that was checked against the registered ones
   */
  Exchange read(FhirServerUrl server, Optional<FhirAuthorization> authorization, String reference) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.of(reference))
            .header("Accept", "application/fhir+json")
            .GET();
    authorization.ifPresent(a -> request.header("Authorization", "Bearer " + a.accessToken()));
    return new Exchange(
        reference, http.sendAsync(request.build(), info -> new BodyCollector(maxBytes)));
  }

  /** A read under way. */
  record Exchange(String reference, CompletableFuture<HttpResponse<byte[]>> response) {
    /**
     * The resource.
     *
     * @param timeout after which the read is given up
     */
    JsonNode await(Duration timeout) throws ReadFailure {
      try {
        HttpResponse<byte[]> answer = response.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        if (answer.statusCode() != 200) {
          throw new ReadFailure("the FHIR server answered " + answer.statusCode());
        }
        return resource(answer.body(), reference);
      } catch (TimeoutException e) {
        throw new ReadFailure("the FHIR server did not answer within the time budget");
      } catch (ExecutionException e) {
        throw new ReadFailure(
            "the FHIR server could not be read"
                + TlsProblem.in(e).map(problem -> ": " + problem).orElse(""));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ReadFailure("the read was interrupted");
      } finally {
        response.cancel(true);
      }
    }
  }

  private static JsonNode resource(byte[] body, String reference) throws ReadFailure {
    JsonNode node;
    try {
      node = Json.readAnswer(body);
    } catch (CdsException e) {
      throw new ReadFailure("the FHIR server did not answer with usable JSON");
    }
    String name = node.path("resourceType").asText() + "/" + node.path("id").asText();
    if (!name.equals(reference)) {
      throw new ReadFailure("the FHIR server answered with another resource");
    }
    return node;
  }

  /** Collects a body and gives up, closing the connection, as soon as it is too long. */
  private static final class BodyCollector implements BodySubscriber<byte[]> {
    private final long limit;
    private final CompletableFuture<byte[]> result = new CompletableFuture<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @SuppressWarnings("NullAway.Init") // Flow tells it before anything else
    private Flow.Subscription subscription;

    BodyCollector(long limit) {
      this.limit = limit;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
      return result;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      this.subscription = subscription;
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      for (ByteBuffer buffer : buffers) {
        if (bytes.size() + (long) buffer.remaining() > limit) {
          subscription.cancel();
          result.completeExceptionally(new ReadFailure("too long"));
          return;
        }
        byte[] chunk = new byte[buffer.remaining()];
        buffer.get(chunk);
        bytes.writeBytes(chunk);
      }
    }

    @Override
    public void onError(Throwable failure) {
      result.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      result.complete(bytes.toByteArray());
    }
  }
}
