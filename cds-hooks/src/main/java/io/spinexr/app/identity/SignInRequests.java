package io.spinexr.app.identity;

import io.spinexr.app.browser.ServedPath;
import io.spinexr.order.FhirServerUrl;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.client.web.DefaultOAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestCustomizers;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;

/**
 * Which requests begin and end a sign-in, and what providers are asked then: at the hospital's by
 * OpenID Connect, at an EHR that launches us by SMART App Launch 2.2, section 2.0.9.
 */
public final class SignInRequests implements OAuth2AuthorizationRequestResolver {
  private static final String LAUNCH = "/launch";

  private static final Pattern PATH =
      Pattern.compile("/(?:oauth2/authorization|login/oauth2/code)/([a-z0-9]+)");

  /** Opaque, and passed on as it came. */
  private static final Pattern LAUNCH_VALUE = Pattern.compile("[\\x21-\\x7E]{1,4096}");

  private final Providers providers;
  private final DefaultOAuth2AuthorizationRequestResolver requests;

  public SignInRequests(Providers providers) {
    this.providers = providers;
    this.requests =
        new DefaultOAuth2AuthorizationRequestResolver(providers, "/oauth2/authorization");
    requests.setAuthorizationRequestCustomizer(OAuth2AuthorizationRequestCustomizers.withPkce());
  }

  /** Where the request signs somebody in; empty if it does not. */
  public Optional<Provider> provider(HttpServletRequest request) {
    if (isLaunch(request)) {
      return launching(request);
    }
    Matcher path = PATH.matcher(ServedPath.of(request));
    return path.matches() ? providers.of(path.group(1)) : Optional.empty();
  }

  /** Whether an EHR launches us, be it one that may or not. */
  public static boolean isLaunch(HttpServletRequest request) {
    return request.getMethod().equals("GET") && ServedPath.of(request).equals(LAUNCH);
  }

  private Optional<Provider> launching(HttpServletRequest request) {
    return Optional.ofNullable(request.getParameter("launch"))
        .filter(launch -> LAUNCH_VALUE.matcher(launch).matches())
        .flatMap(launch -> Optional.ofNullable(request.getParameter("iss")))
        .flatMap(FhirServerUrl::parse)
        .flatMap(providers::launching);
  }

  @Override
  public @Nullable OAuth2AuthorizationRequest resolve(HttpServletRequest request) {
    Optional<Provider> provider = provider(request);
    if (isLaunch(request)) {
      return provider.map(ehr -> launch(request, ehr)).orElse(null);
    }
    // Only the EHR itself can say for whom: what it launches does not begin here.
    return provider.filter(somewhere -> !somewhere.launches()).isPresent()
        ? requests.resolve(request)
        : null;
  }

  @Override
  public @Nullable OAuth2AuthorizationRequest resolve(HttpServletRequest request, String id) {
    return requests.resolve(request, id);
  }

  private OAuth2AuthorizationRequest launch(HttpServletRequest request, Provider ehr) {
    return OAuth2AuthorizationRequest.from(requests.resolve(request, ehr.id()))
        .additionalParameters(
            more ->
                more.putAll(
                    Map.of(
                        "launch", request.getParameter("launch"),
                        "aud", request.getParameter("iss"))))
        .build();
  }
}
