package io.spinexr.app.setting;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.access.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

class SignInPropertiesTest {
  private static final String GOOD =
      """
      spinexr.archive.base-url: http://127.0.0.1:1/dicom-web
      spinexr.sign-in:
        issuer: https://login.example.org/realms/hospital
        client-id: spinexr
        roles-claim: realm_access.roles
        roles:
          clinician: ["CN=Physicians, DC=hospital", ward]
          radiologist: [readers]
      """;

  @TempDir Path folder;

  private Settings read(String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve("my.yaml"), yaml);
    try (ConfigurableApplicationContext context =
        new SpringApplicationBuilder(SignInPropertiesTest.class)
            .web(WebApplicationType.NONE)
            .run("--spring.config.location=classpath:/application.yaml," + file.toUri())) {
      return SettingsReader.read(context.getEnvironment());
    }
  }

  private String sentence(String yaml) throws IOException {
    return RefusedStart.sentence(folder, yaml, Map.of());
  }

  @Test
  void sayWhoIsWhat() throws IOException {
    SignInProperties signIn = read(GOOD).signIn();
    assertThat(signIn.mapping().values())
        .isEqualTo(
            Map.of(
                Role.CLINICIAN, Set.of("CN=Physicians, DC=hospital", "ward"),
                Role.RADIOLOGIST, Set.of("readers")));
    assertThat(signIn.scopes()).containsExactly("openid", "profile");
    assertThat(signIn.emergencyAccess()).isFalse();
    assertThat(signIn.session())
        .isEqualTo(new SignInProperties.Session(Duration.ofMinutes(30), Duration.ofHours(12)));
  }

  @Test
  void areNotThereWhereNobodySignsIn() throws IOException {
    assertThat(read("spinexr.archive.base-url: http://127.0.0.1:1/dicom-web\n").signIn()).isNull();
  }

  @Test
  void keepIdTokensFromPassingAsAccessTokens() throws IOException {
    String here = "https://spinexr.example.org";
    assertThat(
            sentence(
                GOOD.replace("client-id: spinexr", "client-id: " + here)
                    + "spinexr.public-url: "
                    + here
                    + "/\n"))
        .startsWith("spinexr.sign-in.client-id must not be spinexr.public-url");
  }

  @Test
  void breakNoRule() throws IOException {
    assertThat(sentence(GOOD.replace("https://login", "http://login")))
        .startsWith("spinexr.sign-in.issuer must use https, or be on loopback");
    assertThat(sentence(GOOD.replaceAll("(?m)^ *issuer.*\n", "")))
        .isEqualTo("spinexr.sign-in.issuer must be set.");
    assertThat(sentence(GOOD.replaceAll("(?m)^ *client-id.*\n", "")))
        .isEqualTo("spinexr.sign-in.client-id must be set.");
    assertThat(sentence(GOOD.replaceAll("(?ms)^ *roles:.*", "")))
        .startsWith("spinexr.sign-in.roles must say which values");
    assertThat(sentence(GOOD + "    porter: [x]\n")).contains("spinexr.sign-in.roles");
    assertThat(sentence(GOOD + "  scopes: [profile]\n"))
        .startsWith("spinexr.sign-in.scopes must have openid among them");
    assertThat(sentence(GOOD + "  session.idle: 25h\n"))
        .startsWith("spinexr.sign-in.session.idle must be from 1s to 24h");
    assertThat(sentence(GOOD + "spinexr.public-url: http://spinexr.example.org\n"))
        .startsWith("spinexr.public-url must use https, or be on loopback, where people sign in");
  }

  @Test
  void keepTheSecretOutOfFiles() throws IOException {
    assertThat(sentence(GOOD + "  client-secret: abc\n"))
        .contains("SPINEXR_SIGNIN_CLIENTSECRET")
        .doesNotContain("abc");
  }
}
