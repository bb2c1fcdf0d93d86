package io.spinexr.app.door;

import io.spinexr.cds.wire.CdsFilter;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FastByteArrayOutputStream;

/**
 * Lets a request in when its method and path can be and its body is here, in full and unpacked. A
 * request whose body comes later than its headers passes twice: when they have come, and again when
 * it has; in between no thread waits.
 */
final class Door implements Filter {
  private final RequestLine requestLine;
  private final BodyLimits limits;
  private final BodyMemory memory;

  Door(RequestLine requestLine, BodyLimits limits, BodyMemory memory) {
    this.requestLine = requestLine;
    this.limits = limits;
    this.memory = memory;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest http = (HttpServletRequest) request;
    HttpServletResponse answer = (HttpServletResponse) response;
    ArrivingBody.@Nullable Complete body = ArrivingBody.of(http);
    if (body != null) {
      enter(http, answer, body, chain);
      return;
    }
    CdsFilter.received(http);
    Optional<Refusal> refusal = refusal(http);
    if (hasBody(http)) {
      receive(http, answer, refusal.orElse(null), chain);
    } else if (refusal.isPresent()) {
      refusal.get().answer(http, answer);
    } else {
      chain.doFilter(ContentCoding.isPacked(http) ? withoutBody(http) : http, response);
    }
  }

  private Optional<Refusal> refusal(HttpServletRequest request) {
    return requestLine
        .refusal(request)
        .or(
            () ->
                ContentCoding.isKnown(request)
                    ? Optional.empty()
                    : Optional.of(ContentCoding.UNKNOWN));
  }

  /** Nothing is packed where there is nothing. */
  private static HttpServletRequest withoutBody(HttpServletRequest request) {
    return new ReceivedRequest(request, new FastByteArrayOutputStream());
  }

  /** RFC 9112, 6.3: no request has a body without one of these. */
  private static boolean hasBody(HttpServletRequest request) {
    return request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
  }

  private void receive(
      HttpServletRequest request,
      HttpServletResponse response,
      @Nullable Refusal refusal,
      FilterChain chain)
      throws IOException, ServletException {
    BodyMemory.Lease lease = memory.of(request.getRemoteAddr());
    ArrivingBody arriving = new ArrivingBody(request, response, limits, lease, refusal);
    ArrivingBody.@Nullable Complete body = arriving.atOnce();
    if (body == null) {
      arriving.follow(started(request, lease));
      return;
    }
    try {
      enter(request, response, body, chain);
    } finally {
      lease.giveBack();
    }
  }

  private static AsyncContext started(HttpServletRequest request, BodyMemory.Lease lease) {
    AsyncContext async = request.startAsync();
    async.setTimeout(0);
    async.addListener(new AtEnd(lease::giveBack));
    return async;
  }

  private void enter(
      HttpServletRequest request,
      HttpServletResponse response,
      ArrivingBody.Complete body,
      FilterChain chain)
      throws IOException, ServletException {
    FastByteArrayOutputStream bytes = body.bytes();
    if (ContentCoding.isPacked(request)) {
      bytes = new FastByteArrayOutputStream();
      Optional<Refusal> refusal =
          ContentCoding.unpack(
              body.bytes().getInputStream(),
              bytes,
              body.lease(),
              limits.bytes(request),
              limits.tooLong(request));
      if (refusal.isPresent()) {
        refusal.get().answer(request, response);
        return;
      }
    }
    chain.doFilter(new ReceivedRequest(request, bytes), response);
  }
}
