package io.spinexr.cds.token;

import io.spinexr.cds.wire.WithoutMessages;
import io.spinexr.fhir.token.RefusalLog;
import io.spinexr.fhir.token.TokenRefusedException;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets only registered clients call what it is bound to. A refused caller gets a bare 401: the
 * reason is in the log.
 */
@Priority(Priorities.AUTHENTICATION)
public final class ClientAuthentication implements ContainerRequestFilter {
  private static final Logger LOG = LoggerFactory.getLogger(ClientAuthentication.class);
  private static final String CLIENT = ClientAuthentication.class.getName() + ".client";
  private static final String BEARER = "bearer ";
  private static final String FEEDBACK = "/feedback";

  private final String baseUrl;
  private final ClientTokens tokens;
  private final RefusalLog refusals;

  public ClientAuthentication(URI publicUrl, ClientTokens tokens, Clock clock) {
    this.baseUrl = publicUrl.toString().replaceAll("/+$", "");
    this.tokens = tokens;
    this.refusals = new RefusalLog(clock);
  }

  /** The client that proved who it is; empty when clients are not authenticated. */
  public static Optional<CdsProperties.Client> client(ContainerRequestContext request) {
    return Optional.ofNullable((CdsProperties.Client) request.getProperty(CLIENT));
  }

  @Override
  public void filter(ContainerRequestContext request) {
    try {
      request.setProperty(CLIENT, tokens.verify(token(request), audiences(request)));
    } catch (TokenRefusedException e) {
      refusals.refused(e.getMessage());
      request.abortWith(
          Response.status(Response.Status.UNAUTHORIZED)
              .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer")
              .build());
    } catch (RuntimeException e) {
      LOG.error("A client token could not be checked", WithoutMessages.of(e));
      request.abortWith(Response.status(Response.Status.SERVICE_UNAVAILABLE).build());
    }
  }

  private static String token(ContainerRequestContext request) throws TokenRefusedException {
    String header = request.getHeaderString(HttpHeaders.AUTHORIZATION);
    if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
      throw new TokenRefusedException("there is none");
    }
    return header.substring(BEARER.length()).strip();
  }

  /** The URL that was called; for feedback also that of its service. */
  private Set<String> audiences(ContainerRequestContext request) {
    String path = request.getUriInfo().getPath();
    String url = baseUrl + "/" + (path.startsWith("/") ? path.substring(1) : path);
    return url.endsWith(FEEDBACK)
        ? Set.of(url, url.substring(0, url.length() - FEEDBACK.length()))
        : Set.of(url);
  }
}
