package io.spinexr.fhir.access;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.spinexr.fhir.token.AccessTokens;
import io.spinexr.fhir.token.AccessTokens.Endpoints;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code .well-known/smart-configuration}: where programs get tokens for {@code /fhir}, and what
 * for (SMART App Launch 2.2, section 2.3). Open to all, and to every web page.
 */
public final class SmartConfiguration extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final transient AccessTokens tokens;

  public SmartConfiguration(AccessTokens tokens) {
    this.tokens = tokens;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setHeader("Access-Control-Allow-Origin", "*");
    Optional<Endpoints> endpoints = tokens.endpoints();
    if (endpoints.isEmpty()) {
      response.setHeader("Retry-After", "10");
      response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
      return;
    }
    response.setContentType("application/json");
    response.getOutputStream().write(JSON.writeValueAsBytes(document(endpoints.get())));
  }

  private static Map<String, Object> document(Endpoints endpoints) {
    Map<String, Object> document = new LinkedHashMap<>();
    List<String> grants = new ArrayList<>(List.of("client_credentials"));
    document.put("issuer", endpoints.issuer().toString());
    endpoints.jwks().ifPresent(place -> document.put("jwks_uri", place.toString()));
    endpoints
        .authorization()
        .ifPresent(
            place -> {
              document.put("authorization_endpoint", place.toString());
              grants.add("authorization_code");
            });
    document.put("token_endpoint", endpoints.token().toString());
    document.put("grant_types_supported", grants);
    document.put(
        "scopes_supported",
        List.of("patient/*.cruds", "user/*.cruds", "system/*.cruds", "launch/patient", "openid"));
    document.put("code_challenge_methods_supported", List.of("S256"));
    // Only what is ours to say: how people and programs sign in is the issuer's.
    document.put(
        "capabilities",
        List.of("permission-v1", "permission-v2", "permission-patient", "permission-user"));
    return document;
  }
}
