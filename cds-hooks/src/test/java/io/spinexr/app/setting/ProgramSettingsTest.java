package io.spinexr.app.setting;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mistakes in what is set of programs: those that come here, and this server as one. */
class ProgramSettingsTest {
  private static final String ARCHIVE = "spinexr.archive.base-url: http://127.0.0.1:1/dicom-web\n";
  private static final String OAUTH =
      ARCHIVE
          + "spinexr.ehr.oauth.token-url: https://ehr.example.org/token\n"
          + "spinexr.ehr.oauth.client-id: spinexr\n";

  @TempDir Path folder;

  private String sentence(String yaml) throws IOException {
    return RefusedStart.sentence(folder, yaml, Map.of());
  }

  @Test
  void sayWhatTokensForTheEhrNeed() throws IOException {
    assertThat(sentence(ARCHIVE + "spinexr.ehr.oauth.token-url: https://ehr.example.org/token\n"))
        .isEqualTo("spinexr.ehr.oauth.client-id must be set.");
    assertThat(sentence(OAUTH))
        .isEqualTo(
            "spinexr.ehr.oauth.key-file or the environment variable SPINEXR_EHR_OAUTH_KEY must be"
                + " set, and only one of them.");
    assertThat(sentence(OAUTH + "spinexr.ehr.oauth.key-file: /nowhere/key.pem\n"))
        .isEqualTo("spinexr.ehr.oauth.key-file cannot be read.");
    assertThat(
            sentence(
                OAUTH.replace("https:", "http:") + "spinexr.ehr.oauth.key-file: " + key() + "\n"))
        .isEqualTo("spinexr.ehr.oauth: the token endpoint must be https, or http on loopback.");
  }

  @Test
  void sayThatAFileHoldsNoKeyWithoutSayingWhatItHolds() throws IOException {
    Path file = Files.writeString(folder.resolve("no-key"), "geheim");
    assertThat(sentence(OAUTH + "spinexr.ehr.oauth.key-file: " + file + "\n"))
        .startsWith("spinexr.ehr.oauth: the key must be an RSA private key")
        .doesNotContain("geheim");
  }

  @Test
  void refuseAKeyThatIsWrittenDown() throws IOException {
    assertThat(sentence(OAUTH + "spinexr.ehr.oauth.key: geheim\n"))
        .startsWith("spinexr.ehr.oauth.key is a secret and must not be written down")
        .endsWith(
            "set the environment variable SPINEXR_EHR_OAUTH_KEY, or let SPINEXR_EHR_OAUTH_KEY_FILE"
                + " name a file that holds it.")
        .doesNotContain("geheim");
  }

  @Test
  void refuseIssuersThatCanBeImpersonated() throws IOException {
    assertThat(sentence(ARCHIVE + "spinexr.fhir.issuers[0].issuer: http://login.example.org\n"))
        .isEqualTo(
            "spinexr.fhir.issuers[].issuer must be an https address, or http on loopback, but is"
                + " http://login.example.org.");
    assertThat(sentence(ARCHIVE + "spinexr.fhir.issuers[0].jwks: https://login.example.org/jwks\n"))
        .startsWith("spinexr.fhir.issuers[].issuer must be an https address");
  }

  private Path key() throws IOException {
    try {
      RSAKey key = new RSAKeyGenerator(2048).generate();
      return Files.writeString(folder.resolve("key.json"), key.toString());
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
