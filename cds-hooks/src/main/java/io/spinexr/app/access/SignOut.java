package io.spinexr.app.access;

import io.spinexr.access.AccessEvent;
import io.spinexr.access.AccessEvent.Kind;
import io.spinexr.access.AccessEvents;
import io.spinexr.access.Visit;
import io.spinexr.app.identity.Providers;
import io.spinexr.app.identity.SignedIn;
import io.spinexr.app.page.Templates;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.authentication.logout.LogoutSuccessHandler;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * After the session here has ended: a page that goes on to the provider, so that its session ends,
 * too (OpenID Connect RP-Initiated Logout 1.0). A redirect would not do: browsers hold those of a
 * form to the addresses that forms may go to.
 */
final class SignOut implements LogoutSuccessHandler {
  private final Templates templates = new Templates();
  private final Providers providers;
  private final AccessEvents events;

  SignOut(Providers providers, AccessEvents events) {
    this.providers = providers;
    this.events = events;
  }

  record View(String provider) {}

  @Override
  public void onLogoutSuccess(
      HttpServletRequest request,
      HttpServletResponse response,
      @Nullable Authentication authentication)
      throws IOException {
    events.happened(new AccessEvent(Kind.SIGN_OUT, SignedIn.person(authentication), "", "", true));
    response.setContentType("text/html");
    response.setCharacterEncoding(StandardCharsets.UTF_8.name());
    response
        .getWriter()
        .print(
            templates.html(
                Visit.NOBODY, "signed-out.mustache", new View(address(authentication).orElse(""))));
  }

  private Optional<String> address(@Nullable Authentication authentication) {
    return authentication != null && authentication.getPrincipal() instanceof SignedIn user
        ? providers
            .of(user.provider())
            .flatMap(
                provider ->
                    provider
                        .endSession()
                        .map(
                            end ->
                                address(
                                    end,
                                    user.getIdToken().getTokenValue(),
                                    provider.registration().getClientId())))
        : Optional.empty();
  }

  private String address(String end, String idToken, String clientId) {
    return UriComponentsBuilder.fromUriString(end)
        .queryParam("id_token_hint", "{token}")
        .queryParam("client_id", "{client}")
        .queryParam("post_logout_redirect_uri", "{back}")
        .encode()
        .buildAndExpand(idToken, clientId, providers.address("/"))
        .toUriString();
  }
}
