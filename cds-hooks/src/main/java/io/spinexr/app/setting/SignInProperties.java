package io.spinexr.app.setting;

import io.spinexr.access.Role;
import io.spinexr.access.RoleMapping;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code spinexr.sign-in}: how people sign in, by OpenID Connect. Without it nobody does, and
 * whoever reaches the server may see and change everything.
 *
 * @param issuer address of the identity provider, as its discovery document names it; https, or
 *     http on loopback
 * @param clientId as which the provider knows this server
 * @param clientSecret from the environment variable SPINEXR_SIGNIN_CLIENTSECRET only; empty if the
 *     provider knows this server as a public client
 * @param scopes that are asked for; some providers tell groups or roles by a scope of their own
 * @param roles the values of roles-claim that make somebody clinician, radiologist, integrator,
 *     administrator or auditor, e.g. radiologist: [RAD-READERS]; who has none of them is refused
 * @param rolesClaim claim of the ID token, of the user info or of a program's access token that
 *     holds roles or groups; names with dots between lead into objects, e.g. realm_access.roles
 * @param session how long a sign-in lasts
 * @param emergencyAccess whether a clinician may open any study for an hour by giving a reason
 * @param launches EHRs that launch this server by SMART, by names of lower-case letters and digits:
 *     {@code spinexr.sign-in.launches.ward.fhir-server}, the base URL that the EHR sends as iss,
 *     {@code client-id}, {@code scopes}, and the secret, if there is one, as {@code
 *     SPINEXR_SIGNIN_LAUNCHES_WARD_CLIENTSECRET}
 */
public record SignInProperties(
    URI issuer,
    String clientId,
    @DefaultValue("") String clientSecret,
    @DefaultValue({"openid", "profile"}) List<String> scopes,
    Map<Role, Set<String>> roles,
    @DefaultValue("roles") String rolesClaim,
    @DefaultValue Session session,
    @DefaultValue("false") boolean emergencyAccess,
    @DefaultValue Map<String, LaunchProperties> launches) {
  /** Name of the hospital's identity provider among all that people can come from. */
  public static final String HOSPITAL = "spinexr";

  public SignInProperties {
    Rules.webAddress("sign-in.issuer", issuer);
    Rules.check(
        Rules.isPrivate(issuer), "sign-in.issuer", "must use https, or be on loopback", issuer);
    Rules.check(
        issuer.getQuery() == null && issuer.getFragment() == null,
        "sign-in.issuer",
        "must have neither query nor fragment",
        issuer);
    Rules.require("sign-in.client-id", clientId);
    scopes = List.copyOf(scopes);
    Rules.check(scopes.contains("openid"), "sign-in.scopes", "must have openid among them", scopes);
    Rules.require("sign-in.roles-claim", rolesClaim);
    Rules.check(
        roles != null && roles.values().stream().anyMatch(values -> !values.isEmpty()),
        "sign-in.roles",
        "must say which values of the claim make somebody what, e.g. radiologist: [RAD-READERS]",
        "");
    roles = Map.copyOf(roles);
    launches = Collections.unmodifiableMap(new TreeMap<>(launches));
    for (String name : launches.keySet()) {
      Rules.check(
          name.matches("[a-z][a-z0-9]{0,31}") && !name.equals(HOSPITAL),
          "sign-in.launches",
          "must have names of lower-case letters and digits, other than " + HOSPITAL,
          name);
    }
    Rules.check(
        launches.values().stream().map(LaunchProperties::server).distinct().count()
            == launches.size(),
        "sign-in.launches",
        "must name each fhir-server once",
        "");
  }

  /**
   * How long a sign-in lasts.
   *
   * @param idle without a request
   * @param longest whatever is asked for; roles that were taken away at the provider last as long
   */
  public record Session(@DefaultValue("30m") Duration idle, @DefaultValue("12h") Duration longest) {
    private static final Duration DAY = Duration.ofHours(24);

    public Session {
      check("idle", idle);
      check("longest", longest);
    }

    private static void check(String key, Duration value) {
      Rules.check(
          value.compareTo(Duration.ofSeconds(1)) >= 0 && value.compareTo(DAY) <= 0,
          "sign-in.session." + key,
          "must be from 1s to 24h",
          value);
    }
  }

  public RoleMapping mapping() {
    return new RoleMapping(rolesClaim, roles);
  }
}
