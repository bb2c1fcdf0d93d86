package io.spinexr.dicomweb.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.spinexr.dicomweb.http.Credentials.ClientCredentials;
import io.spinexr.dicomweb.http.Credentials.Header;
import io.spinexr.dicomweb.message.BoundedBody;
import io.spinexr.dicomweb.message.DicomWebException;
import io.spinexr.dicomweb.message.DicomWebException.Kind;
import io.spinexr.dicomweb.message.Expiry;
import io.spinexr.tls.TlsProblem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.StringJoiner;

/** Bearer tokens by the grant of client credentials (RFC 6749 section 4.4). */
final class TokenEndpoint implements Access {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_BYTES = 1 << 16;

  /** For a server that does not say; a refusal by the archive renews a token, too. */
  private static final long SECONDS_IF_UNSAID = 300;

  private static final long LONGEST_MARGIN_SECONDS = 60;

  /** So that no number that a server says is beyond what a clock counts. */
  private static final long MOST_SECONDS = 86_400;

  private record Token(Header header, Expiry renewal) {
    boolean fresh() {
      return !renewal.remaining().isZero();
    }
  }

  private final ClientCredentials client;
  private final ArchiveHttp http;
  private Optional<Token> token = Optional.empty();

  TokenEndpoint(ClientCredentials client, ArchiveHttp http) {
    this.client = client;
    this.http = http;
  }

  @Override
  public synchronized Optional<Header> header() {
    token = token.filter(Token::fresh).or(() -> Optional.of(fetch()));
    return token.map(Token::header);
  }

  @Override
  public synchronized boolean renew(Optional<Header> refused) {
    token = token.filter(known -> !refused.equals(Optional.of(known.header())));
    return true;
  }

  private Token fetch() {
    Expiry deadline = Expiry.in(http.timeouts().firstByte());
    try {
      HttpResponse<InputStream> response = http.send(request(), deadline);
      try (BoundedBody body = new BoundedBody(response.body(), MAX_BYTES, deadline)) {
        JsonNode answer = json(body.readAllBytes());
        if (response.statusCode() != 200) {
          throw refusal(response.statusCode(), answer.path("error").asText());
        }
        return token(answer);
      }
    } catch (DicomWebException e) {
      // That an answer is too large must not be said of the image that is asked for next.
      throw e.kind() == Kind.TOO_LARGE
          ? failure(Kind.MISCONFIGURED, "its answer is too large; check spinexr.archive.oauth")
          : e;
    } catch (IOException | UncheckedIOException e) {
      throw TlsProblem.in(e)
          .map(problem -> failure(Kind.MISCONFIGURED, problem))
          .orElseGet(() -> failure(Kind.UNAVAILABLE, "no answer"));
    }
  }

  private HttpRequest request() {
    StringJoiner form = new StringJoiner("&").add("grant_type=client_credentials");
    client.scope().ifPresent(scope -> form.add("scope=" + encode(scope)));
    client.audience().ifPresent(audience -> form.add("audience=" + encode(audience)));
    Header basic =
        new Credentials.Basic(encode(client.clientId()), encode(client.secret())).header();
    return HttpRequest.newBuilder(client.tokenUrl())
        .header(basic.name(), basic.value())
        .header("Accept", "application/json")
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(BodyPublishers.ofString(form.toString()))
        .build();
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static JsonNode json(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      return JSON.missingNode();
    }
  }

  private static Token token(JsonNode answer) {
    String type = answer.path("token_type").asText("Bearer");
    try {
      Header header = new Credentials.Bearer(answer.path("access_token").asText()).header();
      if (type.equalsIgnoreCase("Bearer")) {
        long said = answer.path("expires_in").asLong(SECONDS_IF_UNSAID);
        long seconds = Math.max(0, Math.min(said, MOST_SECONDS));
        long margin = Math.min(LONGEST_MARGIN_SECONDS, seconds / 10);
        return new Token(header, Expiry.in(Duration.ofSeconds(seconds - margin)));
      }
    } catch (IllegalArgumentException e) {
      // Its message does not say whose token it is.
    }
    throw failure(Kind.MISCONFIGURED, "its answer holds no bearer token");
  }

  /** Codes of RFC 6749 section 5.2; anything else in an answer could be anything. */
  private static DicomWebException refusal(int status, String error) {
    String code =
        error.matches("(invalid|unauthorized|unsupported)_[a-z_]{1,30}") ? ", " + error : "";
    return failure(
        status >= 500 || status == 429 ? Kind.UNAVAILABLE : Kind.MISCONFIGURED,
        "HTTP %d%s; check spinexr.archive.oauth".formatted(status, code));
  }

  private static DicomWebException failure(Kind kind, String what) {
    return new DicomWebException(kind, "the token endpoint gave no token: " + what);
  }
}
