package io.spinexr.app.browser;

import io.spinexr.cds.wire.WebOrigin;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Refuses what a web page of another origin has a browser write here. Without this a page anywhere
 * could change the record through the browser of someone who works here, even one that may not read
 * the answer. Programs are not affected: only browsers say where a request comes from.
 */
public final class KnownOrigins implements Filter {
  private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");
  private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

  private final WebOrigin publicOrigin;
  private final Set<WebOrigin> fhirOrigins;
  private final Set<WebOrigin> cdsOrigins;

  public KnownOrigins(URI publicUrl, List<String> fhirOrigins, List<String> cdsOrigins) {
    this.publicOrigin = WebOrigin.of(publicUrl);
    this.fhirOrigins = origins(fhirOrigins);
    this.cdsOrigins = origins(cdsOrigins);
  }

  private static Set<WebOrigin> origins(List<String> texts) {
    return texts.stream()
        .flatMap(text -> WebOrigin.parse(text).stream())
        .collect(Collectors.toSet());
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest http = (HttpServletRequest) request;
    if (READS.contains(http.getMethod()) || isOwn(http) || isAllowed(http)) {
      chain.doFilter(request, response);
      return;
    }
    HttpServletResponse refusal = (HttpServletResponse) response;
    refusal.setStatus(HttpServletResponse.SC_FORBIDDEN);
    refusal.setContentType("text/plain");
    refusal.setCharacterEncoding(StandardCharsets.UTF_8.name());
    refusal
        .getWriter()
        .println(
            "A web page of another origin sent this, so nothing was done. Pages of that origin need"
                + " spinexr.fhir.allowed-origins or spinexr.cds.allowed-origins; those of this"
                + " server need spinexr.public-url to be its address.");
  }

  private boolean isOwn(HttpServletRequest request) {
    return Collections.list(request.getHeaders("Sec-Fetch-Site")).stream()
            .allMatch(OWN_SITE::contains)
        && Collections.list(request.getHeaders("Origin")).stream()
            .allMatch(text -> WebOrigin.parse(text).filter(o -> isOwn(o, request)).isPresent());
  }

  /** Any other host name may be a stranger's that points here (DNS rebinding). */
  private boolean isOwn(WebOrigin origin, HttpServletRequest request) {
    return origin.equals(publicOrigin)
        || KnownHosts.LOOPBACK.contains(origin.host())
            && origin.equals(
                new WebOrigin(
                    request.getScheme(), request.getServerName(), request.getServerPort()));
  }

  private boolean isAllowed(HttpServletRequest request) {
    Set<WebOrigin> allowed = allowed(request);
    List<String> origins = Collections.list(request.getHeaders("Origin"));
    return !origins.isEmpty()
        && origins.stream()
            .allMatch(text -> WebOrigin.parse(text).filter(allowed::contains).isPresent());
  }

  private Set<WebOrigin> allowed(HttpServletRequest request) {
    String path = ServedPath.of(request);
    if (isBelow(path, "/fhir")) {
      return fhirOrigins;
    }
    return isBelow(path, "/cds-services") ? cdsOrigins : Set.of();
  }

  private static boolean isBelow(String path, String root) {
    return path.equals(root) || path.startsWith(root + "/");
  }
}
