package io.spinexr.app.setting;

import io.spinexr.fhir.token.ClientKey;
import io.spinexr.fhir.token.ClientRegistration;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code spinexr.ehr.oauth}: how this server gets tokens for the EHR's FHIR server by SMART Backend
 * Services.
 *
 * @param tokenUrl where the EHR's authorization server gives tokens; empty: no tokens are asked for
 * @param clientId the name that it has given this server
 * @param scope what to ask for
 * @param key the private key itself, from the environment variable SPINEXR_EHR_OAUTH_KEY only
 * @param keyFile file with the private key, an RSA key in PEM (PKCS #8) or a JSON Web Key; the EHR
 *     reads the public part at {@code /.well-known/jwks.json}
 */
public record EhrOauthProperties(
    @DefaultValue("") String tokenUrl,
    @DefaultValue("") String clientId,
    @DefaultValue("system/*.cruds") String scope,
    @DefaultValue("") String key,
    @DefaultValue("") String keyFile) {
  public EhrOauthProperties {
    if (!tokenUrl.isEmpty()) {
      Rules.webAddress("ehr.oauth.token-url", tokenUrl);
      Rules.require("ehr.oauth.client-id", clientId);
      Rules.require("ehr.oauth.scope", scope);
      Rules.check(
          keyFile.isEmpty() != key.isEmpty(),
          "ehr.oauth.key-file",
          "or the environment variable SPINEXR_EHR_OAUTH_KEY must be set, and only one of them",
          "");
    }
  }

  /**
   * Empty if no tokens are asked for.
   *
   * @throws Mistake if the key cannot be read or is none
   */
  public Optional<ClientRegistration> registration() {
    if (tokenUrl.isEmpty()) {
      return Optional.empty();
    }
    try {
      String text = key.isEmpty() ? Files.readString(Path.of(keyFile)) : key;
      return Optional.of(
          new ClientRegistration(URI.create(tokenUrl), clientId, scope, ClientKey.parse(text)));
    } catch (IOException e) {
      throw new Mistake("spinexr.ehr.oauth.key-file cannot be read.", e);
    } catch (IllegalArgumentException e) {
      throw new Mistake("spinexr.ehr.oauth: " + e.getMessage() + ".", e);
    }
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "EhrOauthProperties[" + tokenUrl + "]";
  }
}
