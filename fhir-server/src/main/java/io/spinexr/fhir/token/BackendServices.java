package io.spinexr.fhir.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jwt.JWTClaimsSet;
import io.spinexr.fhir.FhirRecordException;
import io.spinexr.tls.TlsProblem;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/**
 * Access tokens by SMART Backend Services (SMART App Launch 2.2, section "Backend Services"): the
 * grant of client credentials (RFC 6749, section 4.4) with a signed assertion (RFC 7523). A token
 * is used until shortly before it expires.
 */
public final class BackendServices {
  /** The standard allows five minutes, of which the clocks may differ by one. */
  private static final Duration ASSERTION_LIFETIME = Duration.ofMinutes(4);

  private static final String ASSERTION_TYPE =
      "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

  /** For a server that does not say. */
  private static final long SECONDS_IF_UNSAID = 300;

  private static final long MOST_SECONDS = 86_400;
  private static final long LONGEST_MARGIN_SECONDS = 60;
  private static final int MAX_BYTES = 1 << 16;
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Token(String value, Instant renewal) {}

  private final ClientRegistration client;
  private final Duration timeout;
  private final Clock clock;
  private final HttpClient http;
  private Optional<Token> token = Optional.empty();

  /**
   * @param timeout for connecting and for the answer
   * @param tls whom to trust there, and as whom to show ourselves
   */
  public BackendServices(ClientRegistration client, Duration timeout, SSLContext tls, Clock clock) {
    this.client = client;
    this.timeout = timeout;
    this.clock = clock;
    // A redirect could carry the assertion to another server.
    this.http =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(timeout)
            .sslContext(tls)
            .build();
  }

  /**
   * A token that is good now.
   *
   * @throws FhirRecordException if there is none to be had; what it was for is to be tried again
   */
  public synchronized String token() {
    Instant now = clock.instant();
    if (token.filter(known -> now.isBefore(known.renewal())).isEmpty()) {
      token = Optional.of(fetch(now));
    }
    return token.get().value();
  }

  /** Forgets a token that the EHR refuses, unless another has got a new one since. */
  public synchronized void refused(String value) {
    token = token.filter(known -> !known.value().equals(value));
  }

  private Token fetch(Instant now) {
    try {
      HttpResponse<InputStream> answer = http.send(request(now), BodyHandlers.ofInputStream());
      JsonNode said;
      try (InputStream body = answer.body()) {
        said = json(body.readNBytes(MAX_BYTES));
      }
      if (answer.statusCode() != 200) {
        throw refusal(answer.statusCode(), said.path("error").asText());
      }
      return token(said, now);
    } catch (IOException e) {
      throw TlsProblem.in(e)
          .map(BackendServices::failure)
          .orElseGet(() -> failure("no answer (%s)".formatted(e.getClass().getSimpleName())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("interrupted");
    }
  }

  private HttpRequest request(Instant now) {
    String form =
        Map.of(
                "grant_type",
                "client_credentials",
                "scope",
                client.scope(),
                "client_assertion_type",
                ASSERTION_TYPE,
                "client_assertion",
                assertion(now))
            .entrySet()
            .stream()
            .map(
                field ->
                    field.getKey()
                        + "="
                        + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    return HttpRequest.newBuilder(client.tokenEndpoint())
        .timeout(timeout)
        .header("Accept", "application/json")
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(BodyPublishers.ofString(form))
        .build();
  }

  private String assertion(Instant now) {
    return client
        .key()
        .sign(
            new JWTClaimsSet.Builder()
                .issuer(client.clientId())
                .subject(client.clientId())
                .audience(client.tokenEndpoint().toString())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(ASSERTION_LIFETIME)))
                .jwtID(UUID.randomUUID().toString())
                .build());
  }

  private static JsonNode json(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      return JSON.missingNode();
    }
  }

  private static Token token(JsonNode said, Instant now) {
    String value = said.path("access_token").asText();
    if (!value.matches("[A-Za-z0-9._~+/-]+=*")
        || !said.path("token_type").asText("bearer").equalsIgnoreCase("bearer")) {
      throw failure("its answer holds no bearer token");
    }
    long seconds =
        Math.max(0, Math.min(said.path("expires_in").asLong(SECONDS_IF_UNSAID), MOST_SECONDS));
    long margin = Math.min(LONGEST_MARGIN_SECONDS, seconds / 10);
    return new Token(value, now.plusSeconds(seconds - margin));
  }

  /** Codes of RFC 6749 section 5.2; anything else in an answer could be anything. */
  private static FhirRecordException refusal(int status, String error) {
    String code =
        error.matches("(invalid|unauthorized|unsupported)_[a-z_]{1,30}") ? ", " + error : "";
    return failure("HTTP %d%s".formatted(status, code));
  }

  private static FhirRecordException failure(String what) {
    return new FhirRecordException(
        "the EHR's authorization server gave no token: %s; check that it is up and knows our key, and spinexr.ehr.oauth"
            .formatted(what),
        true);
  }
}
