package io.spinexr.cds;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;

/**
 * What holds for every request under {@code /cds-services}, and for no other: the clock starts,
 * browsers of any origin may call (CDS Hooks 2.0, Cross-Origin Resource Sharing), and errors that
 * no method wrote, such as a wrong media type, get a body.
 */
@PreMatching
final class CdsFilter implements ContainerRequestFilter, ContainerResponseFilter {
  private static final String RECEIVED = CdsFilter.class.getName() + ".received";

  @Override
  public void filter(ContainerRequestContext request) {
    if (!isCds(request)) {
      return;
    }
    request.setProperty(RECEIVED, System.nanoTime());
    if (request.getMethod().equals(HttpMethod.OPTIONS)) {
      request.abortWith(Response.noContent().build());
    }
  }

  /** When the request came, on {@link System#nanoTime()}. */
  static long receivedAt(ContainerRequestContext request) {
    return (Long) request.getProperty(RECEIVED);
  }

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    if (!isCds(request)) {
      return;
    }
    MultivaluedMap<String, Object> headers = response.getHeaders();
    headers.putSingle("Access-Control-Allow-Origin", "*");
    if (request.getMethod().equals(HttpMethod.OPTIONS)) {
      headers.putSingle("Access-Control-Allow-Methods", "GET, POST, OPTIONS");
      // A wildcard would not cover Authorization.
      headers.putSingle("Access-Control-Allow-Headers", "Authorization, Content-Type, Accept");
      headers.putSingle("Access-Control-Max-Age", "3600");
    }
    int status = response.getStatus();
    if (status >= 400 && status != 401 && !response.hasEntity()) {
      response.setEntity(
          OperationOutcome.of("processing", response.getStatusInfo().getReasonPhrase()).json(),
          null,
          MediaType.APPLICATION_JSON_TYPE);
    }
  }

  static boolean isCds(ContainerRequestContext request) {
    String path = request.getUriInfo().getPath();
    String relative = path.startsWith("/") ? path.substring(1) : path;
    return relative.equals("cds-services") || relative.startsWith("cds-services/");
  }
}
