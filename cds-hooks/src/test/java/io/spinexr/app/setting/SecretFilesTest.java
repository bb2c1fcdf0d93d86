package io.spinexr.app.setting;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import io.spinexr.app.SpineXr;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Secrets that containers mount. */
class SecretFilesTest {
  private static final String ONE = "spinexr.archive.base-url=http://127.0.0.1:1/dicom-web";
  private static final String NORTH =
      "spinexr.archives.north.base-url=http://127.0.0.1:1/dicom-web";

  @TempDir Path folder;

  private String file(String name, String content) throws IOException {
    return file(name, content, "r--r-----");
  }

  private String file(String name, String content, String permissions) throws IOException {
    Path file = Files.writeString(folder.resolve(name), content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions))
        .toString();
  }

  private static Settings read(Map<String, String> variables, String... settings) {
    SpringApplicationBuilder application =
        new SpringApplicationBuilder(SecretFilesTest.class).web(WebApplicationType.NONE);
    String[] arguments = new String[settings.length + 1];
    arguments[0] = "--spring.config.location=classpath:/application.yaml";
    for (int i = 0; i < settings.length; i++) {
      arguments[i + 1] = "--" + settings[i];
    }
    try (ConfigurableApplicationContext context = application.run(arguments)) {
      String name = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
      context
          .getEnvironment()
          .getPropertySources()
          .replace(name, new SystemEnvironmentPropertySource(name, new HashMap<>(variables)));
      SettingsReader.read(context.getEnvironment());
      return SettingsReader.read(context.getEnvironment()); // the second time as the first
    }
  }

  private static String sentence(Map<String, String> variables, String... settings) {
    Mistake mistake = catchThrowableOfType(Mistake.class, () -> read(variables, settings));
    assertThat(mistake).as("the settings are refused").isNotNull();
    assertThat(mistake.getMessage()).doesNotContain("\n", "geheim").endsWith(".");
    return mistake.getMessage();
  }

  @Test
  void areWhatTheirFilesHoldWithoutTheLastLineBreak() throws IOException {
    Settings settings =
        read(
            Map.of(
                "SPINEXR_DATABASE_PASSWORD_FILE", file("database", "geheim 1\n"),
                "SPINEXR_ARCHIVE_PASSWORD_FILE", file("archive", " geheim 2 \r\n"),
                "SPINEXR_EHR_TOKEN_FILE", file("ehr", "geheim 3"),
                "SPINEXR_SIGNIN_CLIENTSECRET_FILE", file("sign-in", "geheim 4\n\n")),
            ONE,
            "spinexr.archive.username=spinexr",
            "spinexr.sign-in.issuer=https://login.example.org",
            "spinexr.sign-in.client-id=spinexr",
            "spinexr.sign-in.roles.auditor=privacy");
    assertThat(settings.database().password()).isEqualTo("geheim 1");
    assertThat(settings.archive().password()).isEqualTo(" geheim 2 ");
    assertThat(settings.ehr().token()).isEqualTo("geheim 3");
    assertThat(settings.signIn().clientSecret()).isEqualTo("geheim 4\n");
  }

  @Test
  void areTakenAsTheyAreWrittenWhateverLooksLikeAPlaceholder() throws IOException {
    Settings settings =
        read(
            Map.of("SPINEXR_DATABASE_PASSWORD_FILE", file("database", "a${server.port}\\${b}#{c}")),
            ONE);
    assertThat(settings.database().password()).isEqualTo("a${server.port}\\${b}#{c}");
  }

  @Test
  void areSettingsWhereASettingNamesTheFile() throws IOException {
    String token = file("token", "geheim");
    assertThat(read(Map.of("SPINEXR_ARCHIVE_TOKEN_FILE", token), ONE).archive().tokenFile())
        .isEqualTo(token);
    assertThat(
            read(Map.of("SPINEXR_ARCHIVE_OAUTH_CLIENTSECRET_FILE", token), ONE)
                .archive()
                .oauth()
                .clientSecretFile())
        .isEqualTo(token);
    assertThat(read(Map.of("SPINEXR_EHR_OAUTH_KEY_FILE", token), ONE).ehr().oauth().keyFile())
        .isEqualTo(token);
  }

  @Test
  void areThoseOfAnEhrThatLaunches() throws IOException {
    Map<String, String> variables = new HashMap<>();
    variables.put("SPINEXR_SIGNIN_CLIENTSECRET_FILE", file("sign-in", "geheim 1"));
    variables.put("SPINEXR_SIGNIN_LAUNCHES_WARD_CLIENTSECRET_FILE", file("ward", "geheim 2\n"));
    variables.put("SPINEXR_SIGNIN_LAUNCHES_CLINIC_CLIENTSECRET", "geheim 3");
    SignInProperties signIn =
        read(
                variables,
                ONE,
                "spinexr.sign-in.issuer=https://login.example.org",
                "spinexr.sign-in.client-id=spinexr",
                "spinexr.sign-in.roles.auditor=privacy",
                "spinexr.sign-in.launches.ward.fhir-server=https://ehr.example.org/fhir",
                "spinexr.sign-in.launches.ward.client-id=spinexr",
                "spinexr.sign-in.launches.clinic.fhir-server=https://clinic.example.org/fhir",
                "spinexr.sign-in.launches.clinic.client-id=spinexr")
            .signIn();
    assertThat(signIn.clientSecret()).isEqualTo("geheim 1");
    assertThat(signIn.launches().get("ward").clientSecret()).isEqualTo("geheim 2");
    assertThat(signIn.launches().get("clinic").clientSecret()).isEqualTo("geheim 3");
  }

  @Test
  void areThoseOfAnArchiveWithAName() throws IOException {
    Map<String, String> variables = new HashMap<>();
    variables.put("SPINEXR_ARCHIVES_NORTH_HEADERVALUE_FILE", file("header", "geheim\n"));
    Settings settings = read(variables, NORTH, "spinexr.archives.north.header-name=X-Api-Key");
    assertThat(settings.archives().get("north").headerValue()).isEqualTo("geheim");

    String token = file("token", "geheim");
    assertThat(
            read(Map.of("SPINEXR_ARCHIVES_NORTH_TOKEN_FILE", token), NORTH)
                .archives()
                .get("north")
                .tokenFile())
        .isEqualTo(token);
  }

  @Test
  void mayHaveUnderscoresForHyphens() throws IOException {
    Settings settings =
        read(
            Map.of("SPINEXR_ARCHIVE_HEADER_VALUE_FILE", file("header", "geheim")),
            ONE,
            "spinexr.archive.header-name=X-Api-Key");
    assertThat(settings.archive().headerValue()).isEqualTo("geheim");
  }

  @Test
  void areNotSetWhereTheVariableIsEmpty() {
    assertThat(read(Map.of("SPINEXR_DATABASE_PASSWORD_FILE", ""), ONE).database().password())
        .isEmpty();
  }

  @Test
  void areRefusedBesideTheSecretItself() throws IOException {
    for (String secret :
        Set.of("SPINEXR_DATABASE_PASSWORD", "SPINEXR_ARCHIVE_TOKEN", "SPINEXR_EHR_OAUTH_KEY")) {
      assertThat(sentence(Map.of(secret, "geheim", secret + "_FILE", file(secret, "geheim")), ONE))
          .isEqualTo(
              "The environment variables %s and %<s_FILE cannot both be set: unset one of them."
                  .formatted(secret));
    }
  }

  @Test
  void areRefusedWhereTheFileIsNotToBeHad() throws IOException {
    String variable = "SPINEXR_DATABASE_PASSWORD_FILE";
    String missing = folder.resolve("missing").toString();
    String start = "The file %s that the environment variable " + variable + " names ";
    for (String unreadable : Set.of(missing, folder.toString(), latin1())) {
      assertThat(sentence(Map.of(variable, unreadable), ONE))
          .isEqualTo(
              start.formatted(unreadable)
                  + "cannot be read: it must be a text file that this server's user may read.");
    }
    for (String nothing : Set.of("", "\n", " \r\n")) {
      Files.deleteIfExists(folder.resolve("empty"));
      String empty = file("empty", nothing, "rw-------");
      assertThat(sentence(Map.of(variable, empty), ONE))
          .isEqualTo(start.formatted(empty) + "is empty: it must hold the secret.");
    }
  }

  private String latin1() throws IOException {
    Path file = Files.write(folder.resolve("latin-1"), new byte[] {'g', (byte) 0xe4});
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"))
        .toString();
  }

  @Test
  void areRefusedWhereEverybodyCanReadOrWriteTheFile() throws IOException {
    for (String open : Set.of("rw-r--r--", "rw-----w-")) {
      String file = file("open" + open.hashCode(), "geheim", open);
      assertThat(sentence(Map.of("SPINEXR_DATABASE_PASSWORD_FILE", file), ONE))
          .isEqualTo(
              "The file %s that the environment variable SPINEXR_DATABASE_PASSWORD_FILE names is"
                      .formatted(file)
                  + " open to everybody on this machine: it must be for this server's user alone,"
                  + " e.g. by chmod 400.");
      // As Kubernetes mounts it: the name is a link.
      Path link = Files.createSymbolicLink(folder.resolve("link" + open.hashCode()), Path.of(file));
      assertThat(sentence(Map.of("SPINEXR_DATABASE_PASSWORD_FILE", link.toString()), ONE))
          .contains("open to everybody");
    }
  }

  @Test
  void reachTheArchiveFromTheEnvironmentOfAProcess() throws Exception {
    Set<String> shown = ConcurrentHashMap.newKeySet();
    HttpServer archive =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    archive.createContext(
        "/",
        exchange -> {
          shown.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          exchange.sendResponseHeaders(403, -1);
          exchange.close();
        });
    archive.start();
    try {
      Path configuration =
          Files.writeString(
              folder.resolve("my.yaml"),
              "spinexr.archive: {base-url: 'http://127.0.0.1:%d/', username: spinexr, retries: 0}"
                  .formatted(archive.getAddress().getPort()));
      ProcessBuilder check =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-XX:TieredStopAtLevel=1",
              "-cp",
              System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
              SpineXr.class.getName(),
              "pacs-check",
              "--config",
              configuration.toString());
      check.environment().put("SPINEXR_ARCHIVE_PASSWORD_FILE", file("password", "geheim\n"));
      Path output = folder.resolve("output");
      Process process = check.redirectErrorStream(true).redirectOutput(output.toFile()).start();
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
      assertThat(shown)
          .as(Files.readString(output))
          .containsExactly(
              "Basic " + Base64.getEncoder().encodeToString("spinexr:geheim".getBytes(UTF_8)));
      assertThat(Files.readString(output)).doesNotContain("geheim");
    } finally {
      archive.stop(0);
    }
  }
}
