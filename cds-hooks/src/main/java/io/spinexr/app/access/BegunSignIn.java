package io.spinexr.app.access;

import io.spinexr.app.browser.ServedPath;
import io.spinexr.app.identity.Providers;
import io.spinexr.app.setting.SignInProperties;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.web.AuthorizationRequestRepository;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.core.endpoint.PkceParameterNames;
import org.springframework.security.oauth2.core.oidc.endpoint.OidcParameterNames;

/**
 * A sign-in that was begun, until the provider sends the person back: state, nonce and proof key of
 * the request, at which provider, and the page that was asked for. The browser keeps it in a
 * cookie, so that nobody who does not sign in can pile anything up here. It needs no seal: whoever
 * changes it changes a sign-in of their own, which then fails.
 */
final class BegunSignIn implements AuthorizationRequestRepository<OAuth2AuthorizationRequest> {
  /** Where a person is sent who has to sign in. */
  static final String PATH = "/oauth2/authorization/" + SignInProperties.HOSPITAL;

  private static final String PAGE = "page";

  /** Path and query as browsers send them; longer ones are not come back to. */
  private static final Pattern PAGES = Pattern.compile("/[\\x21-\\x7E]{0,1000}");

  /** Long enough to look for a password. */
  private static final Duration LASTING = Duration.ofMinutes(10);

  private final Providers providers;
  private final boolean https;

  /**
   * @param https whether people reach the server so
   */
  BegunSignIn(Providers providers, boolean https) {
    this.providers = providers;
    this.https = https;
  }

  private record Begun(String state, String nonce, String verifier, String provider, String page) {
    static Optional<Begun> of(String cookie) {
      try {
        List<String> parts =
            Arrays.stream(cookie.split("\\.", -1))
                .map(Base64.getUrlDecoder()::decode)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .toList();
        return parts.size() == 5
            ? Optional.of(
                new Begun(parts.get(0), parts.get(1), parts.get(2), parts.get(3), parts.get(4)))
            : Optional.empty();
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }

    String cookie() {
      return Stream.of(state, nonce, verifier, provider, page)
          .map(part -> part.getBytes(StandardCharsets.UTF_8))
          .map(Base64.getUrlEncoder().withoutPadding()::encodeToString)
          .collect(Collectors.joining("."));
    }
  }

  /** Where to sign in so that the page of the request is shown then. */
  String address(HttpServletRequest request) {
    String query = request.getQueryString();
    String page = request.getRequestURI() + (query == null ? "" : "?" + query);
    return providers.address(PATH)
        + (PAGES.matcher(page).matches()
            ? "?" + PAGE + "=" + URLEncoder.encode(page, StandardCharsets.UTF_8)
            : "");
  }

  /** The page that was asked for before the sign-in that ends with this request. */
  String page(HttpServletRequest request) {
    return begun(request).map(Begun::page).filter(PAGES.asMatchPredicate()).orElse("/");
  }

  @Override
  public void saveAuthorizationRequest(
      @Nullable OAuth2AuthorizationRequest begun,
      HttpServletRequest request,
      HttpServletResponse response) {
    if (begun == null) {
      set("", Duration.ZERO, response);
      return;
    }
    String page = Optional.ofNullable(request.getParameter(PAGE)).orElse("/");
    set(
        new Begun(
                begun.getState(),
                begun.getAttribute(OidcParameterNames.NONCE),
                begun.getAttribute(PkceParameterNames.CODE_VERIFIER),
                begun.getAttribute(OAuth2ParameterNames.REGISTRATION_ID),
                PAGES.matcher(page).matches() ? page : "/")
            .cookie(),
        LASTING,
        response);
  }

  private void set(String value, Duration lasting, HttpServletResponse response) {
    response.addHeader(
        HttpHeaders.SET_COOKIE,
        ResponseCookie.from(name(), value)
            .maxAge(lasting)
            .path("/")
            .httpOnly(true)
            .secure(https)
            .sameSite("Lax") // the provider sends people back here
            .build()
            .toString());
  }

  @Override
  public @Nullable OAuth2AuthorizationRequest loadAuthorizationRequest(HttpServletRequest request) {
    String state = request.getParameter(OAuth2ParameterNames.STATE);
    return begun(request)
        .filter(begun -> begun.state().equals(state))
        .filter(begun -> ServedPath.of(request).endsWith("/" + begun.provider()))
        .flatMap(this::request)
        .orElse(null);
  }

  @Override
  public @Nullable OAuth2AuthorizationRequest removeAuthorizationRequest(
      HttpServletRequest request, HttpServletResponse response) {
    OAuth2AuthorizationRequest begun = loadAuthorizationRequest(request);
    if (begun != null) {
      set("", Duration.ZERO, response);
    }
    return begun;
  }

  private Optional<OAuth2AuthorizationRequest> request(Begun begun) {
    return providers.of(begun.provider()).map(provider -> request(begun, provider.registration()));
  }

  private static OAuth2AuthorizationRequest request(Begun begun, ClientRegistration registration) {
    return OAuth2AuthorizationRequest.authorizationCode()
        .authorizationUri(registration.getProviderDetails().getAuthorizationUri())
        .clientId(registration.getClientId())
        .redirectUri(registration.getRedirectUri())
        .scopes(registration.getScopes())
        .state(begun.state())
        .attributes(
            Map.of(
                OAuth2ParameterNames.REGISTRATION_ID,
                begun.provider(),
                OidcParameterNames.NONCE,
                begun.nonce(),
                PkceParameterNames.CODE_VERIFIER,
                begun.verifier()))
        .build();
  }

  private Optional<Begun> begun(HttpServletRequest request) {
    return Stream.of(Optional.ofNullable(request.getCookies()).orElse(new Cookie[0]))
        .filter(cookie -> cookie.getName().equals(name()))
        .findFirst()
        .flatMap(cookie -> Begun.of(cookie.getValue()));
  }

  private String name() {
    return SessionCookie.name(https) + "-sign-in";
  }
}
