package io.spinexr.app.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.spinexr.dicomweb.ReferencePrograms;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** People and programs of a provider that nobody here has written. */
@Tag("nightly")
class KeycloakTest {
  private static final String VERSION = "26.4.7";
  private static final String SECRET = UUID.randomUUID().toString();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir private static Path folder;
  private static Process keycloak;
  private static URI realm;
  private static URI address;
  private static AccessServer server;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    Path home = unpacked(download());
    address = AccessServer.freeAddress();
    URI listening = AccessServer.freeAddress();
    realm = listening.resolve("/realms/hospital");
    Path realms = Files.createDirectories(home.resolve("data/import"));
    try (InputStream template = KeycloakTest.class.getResourceAsStream("hospital-realm.json")) {
      Files.writeString(
          realms.resolve("hospital-realm.json"),
          new String(template.readAllBytes(), StandardCharsets.UTF_8)
              .replace("ADDRESS", address.toString())
              .replace("SECRET", SECRET));
    }
    ProcessBuilder start =
        new ProcessBuilder(
            "bash",
            home.resolve("bin/kc.sh").toString(),
            "start-dev",
            "--http-host=127.0.0.1",
            "--http-port=" + listening.getPort(),
            "--import-realm");
    start.environment().put("JAVA_OPTS_KC_HEAP", "-Xmx512m");
    keycloak =
        start
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keycloak.log").toFile())
            .start();
    await()
        .atMost(Duration.ofMinutes(10))
        .pollInterval(Duration.ofSeconds(1))
        .ignoreExceptions()
        .until(() -> ask(realm + "/.well-known/openid-configuration").statusCode() == 200);
    server =
        new AccessServer(
            address,
            realm,
            Map.of(
                "secret", SECRET,
                "spinexr.sign-in.roles-claim", "realm_access.roles",
                "spinexr.sign-in.roles.radiologist[0]", "RAD-READERS",
                "spinexr.sign-in.roles.administrator[0]", "spinexr-admins"));
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
    if (keycloak != null) {
      keycloak.descendants().forEach(ProcessHandle::destroy);
      keycloak.destroy();
    }
  }

  private static Path download() throws IOException, InterruptedException {
    Path zip = Path.of("target", "keycloak-quarkus-dist-%s.zip".formatted(VERSION));
    if (!Files.exists(zip)) {
      Process maven =
          new ProcessBuilder(
                  ReferencePrograms.require("mvn", "maven").toString(),
                  "-q",
                  "-B",
                  "dependency:copy",
                  "-Dartifact=org.keycloak:keycloak-quarkus-dist:%s:zip".formatted(VERSION),
                  "-DoutputDirectory=" + zip.toAbsolutePath().getParent())
              .directory(folder.toFile())
              .inheritIO()
              .start();
      assertThat(maven.waitFor(10, TimeUnit.MINUTES) && maven.exitValue() == 0).isTrue();
    }
    return zip;
  }

  private static Path unpacked(Path zip) throws IOException {
    try (ZipInputStream entries = new ZipInputStream(Files.newInputStream(zip))) {
      for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
        Path file = folder.resolve(entry.getName());
        if (!entry.isDirectory()) {
          Files.createDirectories(Objects.requireNonNull(file.getParent()));
          Files.copy(entries, file, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
    return folder.resolve("keycloak-" + VERSION);
  }

  private static HttpResponse<String> ask(String url) throws IOException, InterruptedException {
    return HTTP.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
  }

  @Test
  void signsARadiologistInAndOut() {
    WebUser ruth = new WebUser(address);
    HttpResponse<String> page = ruth.signIn("/studies/1.2.3", "ruth", SECRET);
    assertThat(page.body()).startsWith(AccessServer.SERVED + "Ruth Reader (");
    assertThat(ruth.ask("GET", "/studies/1.2.3").statusCode()).isEqualTo(200);
    assertThat(ruth.ask("GET", "/admin/anything").statusCode()).isEqualTo(403);
    assertThat(ruth.get("/").body()).as("without the password").startsWith(AccessServer.SERVED);

    String start = ruth.get("/").body();
    String token = AccessServer.formToken(start);
    String out = ruth.submit("/sign-out", Map.of("_csrf", token)).body();
    String provider = out.replaceAll("(?s).*content=\"0;url=([^\"]+)\".*", "$1");
    HttpResponse<String> after = ruth.get(provider.replace("&amp;", "&").replace("&#61;", "="));
    assertThat(after.body()).as("back here, and led to the login form").contains("kc-form-login");
  }

  @Test
  void refusesSomebodyOfTheHospitalWhoHasNoRoleHere() {
    HttpResponse<String> page = new WebUser(address).signIn("/", "piet", SECRET);
    assertThat(page.statusCode()).isEqualTo(403);
    assertThat(page.body()).contains("You have no role here");
  }

  @Test
  void letsAProgramAdminister() throws IOException, InterruptedException {
    String client =
        Base64.getEncoder().encodeToString(("spinexr:" + SECRET).getBytes(StandardCharsets.UTF_8));
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(realm + "/protocol/openid-connect/token"))
                .header("Authorization", "Basic " + client)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("grant_type=client_credentials"))
                .build(),
            BodyHandlers.ofString());
    String token = new ObjectMapper().readTree(answer.body()).path("access_token").asText();
    HttpResponse<String> done =
        HTTP.send(
            HttpRequest.newBuilder(address.resolve("/admin/anything"))
                .header("Authorization", "Bearer " + token)
                .build(),
            BodyHandlers.ofString());
    assertThat(done.body()).startsWith(AccessServer.SERVED + "service-account-spinexr");
  }
}
