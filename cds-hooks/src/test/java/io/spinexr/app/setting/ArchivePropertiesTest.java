package io.spinexr.app.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.spinexr.app.server.Server;
import io.spinexr.dicomweb.http.Credentials;
import io.spinexr.dicomweb.http.DicomWebOptions;
import io.spinexr.dicomweb.http.Origin;
import io.spinexr.tls.TlsContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** How to get to an archive, and how not to say so. */
class ArchivePropertiesTest {
  @TempDir Path folder;

  private static ArchiveProperties archive(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(Map.of("a.base-url", "https://pacs.example/rs"));
    settings.forEach((key, value) -> all.put("a." + key, value));
    return new Binder(new MapConfigurationPropertySource(all))
        .bind("a", ArchiveProperties.class)
        .get();
  }

  private static final TlsBundles JAVAS = (key, bundle) -> TlsContext.ofJava();

  private static Credentials credentials(Map<String, String> settings) {
    return archive(settings).options(JAVAS).credentials();
  }

  private static String mistake(Map<String, String> settings) {
    Throwable failure = catchThrowableOfType(BindException.class, () -> archive(settings));
    assertThat(failure).as("the settings are refused").isNotNull();
    while (!(failure instanceof Mistake)) {
      failure = failure.getCause();
    }
    return failure.getMessage();
  }

  @Test
  void signInInEachWay() throws IOException {
    assertThat(credentials(Map.of())).isEqualTo(new Credentials.None());
    assertThat(credentials(Map.of("username", "u", "password", "p")))
        .isEqualTo(new Credentials.Basic("u", "p"));
    assertThat(credentials(Map.of("token", "t"))).isEqualTo(new Credentials.Bearer("t"));
    assertThat(credentials(Map.of("token-file", "/run/token")))
        .isEqualTo(new Credentials.BearerFile(Path.of("/run/token")));
    assertThat(credentials(Map.of("header-name", "X-Api-Key", "header-value", "v")))
        .isEqualTo(new Credentials.Header("X-Api-Key", "v"));
    Path secret = Files.writeString(folder.resolve("secret"), "s\n");
    assertThat(
            credentials(
                Map.of(
                    "oauth.token-url", "https://login.example/token",
                    "oauth.client-id", "spinexr",
                    "oauth.client-secret-file", secret.toString(),
                    "oauth.scope", "dicom")))
        .isEqualTo(
            new Credentials.ClientCredentials(
                URI.create("https://login.example/token"),
                "spinexr",
                "s",
                Optional.of("dicom"),
                Optional.empty()));
  }

  @Test
  void tellTheWayThere() {
    DicomWebOptions options =
        archive(
                Map.of(
                    "proxy", "proxy.example:3128",
                    "redirect-origins[0]", "https://Bucket.example:443"))
            .options(JAVAS);
    assertThat(options.network().proxy())
        .hasValue(InetSocketAddress.createUnresolved("proxy.example", 3128));
    assertThat(options.network().redirectOrigins())
        .containsExactly(Origin.of(URI.create("https://bucket.example")));
  }

  @Test
  void allowOneWayToSignIn() {
    assertThat(mistake(Map.of("username", "u", "token-file", "t")))
        .isEqualTo(
            "spinexr.archive takes one way to sign in: a user name with a password, a token, a"
                + " token-file, a header or oauth.");
  }

  @ParameterizedTest
  @CsvSource({
    "proxy, proxy.example, spinexr.archive.proxy must be a host and a port",
    "proxy, proxy.example:65536, spinexr.archive.proxy must be a host and a port",
    "proxy, http://proxy.example:3128, spinexr.archive.proxy must be a host and a port",
    "redirect-origins[0], https://bucket.example/x, spinexr.archive.redirect-origins must be"
        + " origins",
    "redirect-origins[0], bucket.example, spinexr.archive.redirect-origins must be an http or"
        + " https",
    "header-name, X-Api-Key, spinexr.archive.header-name needs its value in the environment",
    "oauth.token-url, login, spinexr.archive.oauth.token-url must be an http or https address",
    "oauth.token-url, https://login.example, spinexr.archive.oauth.client-id must be set"
  })
  void sayWhichRuleIsBroken(String key, String value, String sentence) {
    assertThat(mistake(Map.of(key, value))).startsWith(sentence);
  }

  @Test
  void askForASecretWhereThereIsAClient() {
    assertThat(
            mistake(
                Map.of(
                    "oauth.token-url", "https://login.example/token",
                    "oauth.client-id", "spinexr")))
        .contains("SPINEXR_ARCHIVE_OAUTH_CLIENTSECRET");
  }

  @Test
  void neverPrintASecret() {
    assertThat(
            archive(
                    Map.of(
                        "token", "sesame",
                        "oauth.client-secret", "sesame"))
                .toString())
        .doesNotContain("sesame");
  }

  @ParameterizedTest
  @ValueSource(strings = {"header-value", "oauth.client-secret", "password", "token"})
  void refuseASecretThatIsWrittenDown(String key) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("my.yaml"),
            "spinexr.archive.base-url: http://127.0.0.1:1/rs\nspinexr.archive."
                + key
                + ": sesame\n");
    Mistake mistake =
        catchThrowableOfType(
            Mistake.class, () -> Server.start(Optional.of(file), Map.of()).close());
    assertThat(mistake)
        .hasMessageStartingWith("spinexr.archive.%s is a secret".formatted(key))
        .hasMessageNotContaining("sesame");
  }
}
