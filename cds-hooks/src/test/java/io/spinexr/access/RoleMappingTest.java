package io.spinexr.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RoleMappingTest {
  private static final Map<Role, Set<String>> VALUES =
      Map.of(Role.RADIOLOGIST, Set.of("RAD", "CN=Readers,DC=x"), Role.AUDITOR, Set.of("AUD"));

  private static Set<Role> roles(String claim, Map<String, Object> claims) {
    return new RoleMapping(claim, VALUES).roles(claims);
  }

  @Test
  void findsValuesWhereProvidersPutThem() {
    assertThat(roles("roles", Map.of("roles", List.of("X", "RAD", "AUD"))))
        .containsExactlyInAnyOrder(Role.RADIOLOGIST, Role.AUDITOR);
    assertThat(roles("roles", Map.of("roles", "CN=Readers,DC=x")))
        .containsExactly(Role.RADIOLOGIST);
    // Keycloak's claim of realm roles.
    assertThat(roles("realm_access.roles", Map.of("realm_access", Map.of("roles", List.of("AUD")))))
        .containsExactly(Role.AUDITOR);
    // Auth0 wants claims of one's own to be named by an address.
    assertThat(
            roles(
                "https://h.example.org/roles",
                Map.of("https://h.example.org/roles", List.of("RAD"))))
        .containsExactly(Role.RADIOLOGIST);
  }

  @Test
  void takesNothingElseForARole() {
    for (Map<String, Object> claims :
        List.<Map<String, Object>>of(
            Map.of(),
            Map.of("roles", List.of("rad", " RAD", "RAD AUD", "")),
            Map.of("roles", "RAD AUD"),
            Map.of("roles", 1),
            Map.of("roles", List.of(List.of("RAD"))),
            Map.of("roles", Map.of("RAD", true)),
            Map.of("other", List.of("RAD")))) {
      assertThat(roles("roles", claims)).as(claims.toString()).isEmpty();
    }
    assertThat(roles("a.b.c", Map.of("a", Map.of("b", List.of("RAD"))))).isEmpty();
  }
}
