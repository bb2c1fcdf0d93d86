package io.spinexr.cds.wire;

import jakarta.servlet.ServletRequest;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What holds for every request under {@code /cds-services}, and for no other: the clock starts,
 * pages of any origin may read the discovery and those of registered origins may call (CDS Hooks
 * 2.0, Cross-Origin Resource Sharing, opens both to all; but these answers hold patients' data),
 * and errors that no method wrote, such as a wrong media type, get a body.
 */
@PreMatching
public final class CdsFilter implements ContainerRequestFilter, ContainerResponseFilter {
  private static final String PATH = "cds-services";
  private static final String RECEIVED = CdsFilter.class.getName() + ".received";

  private final Set<WebOrigin> allowedOrigins;

  public CdsFilter(List<String> allowedOrigins) {
    this.allowedOrigins =
        allowedOrigins.stream()
            .flatMap(origin -> WebOrigin.parse(origin).stream())
            .collect(Collectors.toSet());
  }

  @Override
  public void filter(ContainerRequestContext request) {
    if (!isCds(request)) {
      return;
    }
    if (request.getProperty(RECEIVED) == null) {
      request.setProperty(RECEIVED, System.nanoTime());
    }
    if (request.getMethod().equals(HttpMethod.OPTIONS)) {
      request.abortWith(Response.noContent().build());
    }
  }

  /** Starts the clock of a request whose body is still to come. */
  public static void received(ServletRequest request) {
    request.setAttribute(RECEIVED, System.nanoTime());
  }

  /** When the request came, on {@link System#nanoTime()}. */
  public static long receivedAt(ContainerRequestContext request) {
    return (Long) request.getProperty(RECEIVED);
  }

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    if (!isCds(request)) {
      return;
    }
    share(request, response.getHeaders());
    int status = response.getStatus();
    if (status >= 400 && status != 401 && !response.hasEntity()) {
      response.setEntity(
          OperationOutcome.of("processing", response.getStatusInfo().getReasonPhrase()).json(),
          null,
          MediaType.APPLICATION_JSON_TYPE);
    }
  }

  private void share(ContainerRequestContext request, MultivaluedMap<String, Object> headers) {
    boolean preflight = request.getMethod().equals(HttpMethod.OPTIONS);
    String method =
        preflight ? request.getHeaderString("Access-Control-Request-Method") : request.getMethod();
    boolean discovery = path(request).equals(PATH) && HttpMethod.GET.equals(method);
    Optional<String> reader =
        discovery
            ? Optional.of("*")
            : Optional.ofNullable(request.getHeaderString("Origin"))
                .filter(o -> WebOrigin.parse(o).filter(allowedOrigins::contains).isPresent());
    if (!discovery) {
      headers.add(HttpHeaders.VARY, "Origin");
    }
    reader.ifPresent(origin -> headers.putSingle("Access-Control-Allow-Origin", origin));
    if (preflight && reader.isPresent()) {
      headers.putSingle("Access-Control-Allow-Methods", discovery ? "GET" : "POST");
      // A wildcard would not cover Authorization.
      headers.putSingle("Access-Control-Allow-Headers", "Authorization, Content-Type, Accept");
      headers.putSingle("Access-Control-Max-Age", "3600");
    }
  }

  /** By the segment that resources are found by, so that its parameters make no difference. */
  private static boolean isCds(ContainerRequestContext request) {
    return request.getUriInfo().getPathSegments().stream()
        .findFirst()
        .filter(segment -> segment.getPath().equals(PATH))
        .isPresent();
  }

  private static String path(ContainerRequestContext request) {
    String path = request.getUriInfo().getPath();
    return path.startsWith("/") ? path.substring(1) : path;
  }
}
