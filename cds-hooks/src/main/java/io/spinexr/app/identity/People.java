package io.spinexr.app.identity;

import io.spinexr.access.Person;
import io.spinexr.access.Role;
import io.spinexr.access.RoleMapping;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.oauth2.client.http.OAuth2ErrorResponseErrorHandler;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserRequest;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserService;
import org.springframework.security.oauth2.client.userinfo.DefaultOAuth2UserService;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.core.oidc.user.DefaultOidcUser;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.client.RestTemplate;

/** Who the provider's claims speak of. */
public final class People {
  /** Error of somebody whom the provider knows, and who is nothing here. */
  public static final String NO_ROLE = "no_role";

  /** Error of an EHR that launches us and does not say whose chart is open. */
  public static final String NO_PATIENT = "no_patient";

  private static final Pattern FHIR_ID = Pattern.compile("[A-Za-z0-9.-]{1,64}");

  private static final Pattern RESOURCE = Pattern.compile("[A-Za-z]+/[A-Za-z0-9.-]{1,64}$");

  private final RoleMapping mapping;
  private final Providers providers;
  private final OidcUserService users = new OidcUserService();

  public People(RoleMapping mapping, Providers providers) {
    this.mapping = mapping;
    this.providers = providers;
    RestTemplate template = new RestTemplate(providers.hospital().http());
    template.setErrorHandler(new OAuth2ErrorResponseErrorHandler());
    DefaultOAuth2UserService info = new DefaultOAuth2UserService();
    info.setRestOperations(template);
    users.setOauth2UserService(info);
  }

  /** Somebody who signs in. */
  public OidcUser user(OidcUserRequest request) {
    Provider provider = providers.of(request.getClientRegistration());
    if (provider.launches()) {
      return launched(provider, request);
    }
    OidcUser user = users.loadUser(request);
    return new SignedIn(
        user,
        person(user.getIdToken().getIssuer().toString(), user.getSubject(), user.getClaims()),
        provider.id(),
        Optional.empty());
  }

  /**
   * Whom an EHR launches us for is a clinician, and no more: what else somebody is, only the
   * hospital's provider says. Whose chart is open stands beside the tokens (SMART App Launch 2.2,
   * section 2.0.11).
   */
  private static OidcUser launched(Provider ehr, OidcUserRequest request) {
    OidcIdToken token = request.getIdToken();
    if (!(request.getAdditionalParameters().get("patient") instanceof String patient)
        || !FHIR_ID.matcher(patient).matches()) {
      throw new OAuth2AuthenticationException(new OAuth2Error(NO_PATIENT));
    }
    return new SignedIn(
        new DefaultOidcUser(List.of(), token),
        new Person(
            token.getIssuer().toString(),
            token.getSubject(),
            name(token.getClaims()).or(() -> resource(token)).orElse(token.getSubject()),
            Set.of(Role.CLINICIAN)),
        ehr.id(),
        Optional.of(ehr.resource("Patient", patient)));
  }

  /** A program that shows an access token. */
  public AbstractAuthenticationToken program(Jwt token) {
    return UsernamePasswordAuthenticationToken.authenticated(
        person(token.getClaimAsString("iss"), token.getSubject(), token.getClaims()),
        null,
        List.of());
  }

  /** Type and id of the resource that the EHR has of the person: its subjects may say nothing. */
  private static Optional<String> resource(OidcIdToken token) {
    return Optional.ofNullable(token.getClaimAsString("fhirUser"))
        .map(RESOURCE::matcher)
        .filter(Matcher::find)
        .map(Matcher::group);
  }

  private Person person(String issuer, String subject, Map<String, Object> claims) {
    Set<Role> roles = mapping.roles(claims);
    if (roles.isEmpty()) {
      throw new OAuth2AuthenticationException(new OAuth2Error(NO_ROLE));
    }
    return new Person(issuer, subject, name(claims).orElse(subject), roles);
  }

  private static Optional<String> name(Map<String, Object> claims) {
    return Stream.of("name", "preferred_username", "client_id")
        .map(claims::get)
        .filter(String.class::isInstance)
        .map(String.class::cast)
        .filter(name -> !name.isBlank())
        .findFirst();
  }
}
