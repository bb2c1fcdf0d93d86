package io.spinexr.app.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.spinexr.app.server.Server;
import io.spinexr.app.server.ServerConfiguration;
import io.spinexr.archive.study.Archive;
import io.spinexr.inference.Batching;
import io.spinexr.inference.runtime.DeviceOptions;
import io.spinexr.order.PatientIdentity;
import io.spinexr.study.PatientIdentifier;
import io.spinexr.tls.TlsContext;
import io.spinexr.triage.TriagePolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.unit.DataSize;

/** Every mistake in the settings is one sentence that says where it is and what would be right. */
class SettingsTest {
  private static final String ARCHIVE = "spinexr.archive.base-url: http://127.0.0.1:1/dicom-web\n";

  @TempDir Path folder;

  private String sentence(String yaml) throws IOException {
    return sentence(yaml, Map.of());
  }

  private String sentence(String yaml, Map<String, String> overrides) throws IOException {
    return RefusedStart.sentence(folder, yaml, overrides);
  }

  @Test
  void needTheArchivesAddress() throws IOException {
    assertThat(sentence("{}")).isEqualTo("spinexr.archive.base-url must be set.");
  }

  private static final String NORTH = "spinexr.archives.north.";

  @Test
  void takeOneArchiveOrSeveralWithNames() throws IOException {
    assertThat(sentence(ARCHIVE + NORTH + "base-url: http://127.0.0.1:2/dicom-web\n"))
        .isEqualTo(
            "spinexr.archive and spinexr.archives cannot both be set: give the one archive a name"
                + " among the others.");
    assertThat(sentence("spinexr.archives.the-north.base-url: http://127.0.0.1:2/dicom-web\n"))
        .startsWith("spinexr.archives must have names of lower-case letters and digits");
  }

  @Test
  void nameTheArchiveOfSeveralThatBreaksARule() throws IOException {
    assertThat(sentence(NORTH + "retries: 3\n"))
        .isEqualTo("spinexr.archives.north.base-url must be set.");
    String north = NORTH + "base-url: http://127.0.0.1:2/dicom-web\n";
    assertThat(sentence(north + NORTH + "header-name: X-Api-Key\n"))
        .isEqualTo(
            "spinexr.archives.north.header-name needs its value in the environment variable"
                + " SPINEXR_ARCHIVES_NORTH_HEADERVALUE, and only then.");
    assertThat(sentence(north + NORTH + "token: abc\n"))
        .contains("my.yaml, line 2", "SPINEXR_ARCHIVES_NORTH_TOKEN")
        .doesNotContain("abc");
    assertThat(sentence(north + NORTH + "trust-store: none.pem\n"))
        .isEqualTo(
            "spinexr.archives.north.trust-store is no setting any more: name its file as the"
                + " truststore.certificate of an SSL bundle (spring.ssl.bundle.pem), and the bundle"
                + " in spinexr.archives.north.ssl-bundle.");
  }

  @Test
  void giveEveryArchiveItsName() {
    assertThat(settings("--" + BASE_URL).siteArchives((key, bundle) -> TlsContext.ofJava()))
        .extracting(Archive::name)
        .containsExactly("");
    assertThat(
            settings(
                    "--spinexr.archives.south.base-url=http://127.0.0.1:1/dicom-web",
                    "--spinexr.archives.north.base-url=http://127.0.0.1:2/dicom-web",
                    "--spinexr.archives.north.public-url=https://pacs.example/dicom-web")
                .siteArchives((key, bundle) -> TlsContext.ofJava()))
        .extracting(Archive::name, archive -> archive.publicUrl().toString())
        .containsExactly(
            tuple("north", "https://pacs.example/dicom-web"),
            tuple("south", "http://127.0.0.1:1/dicom-web"));
  }

  @Test
  void matchThePatientsOfAnArchiveByItsOwnIdentifiers() {
    PatientIdentity patient =
        new PatientIdentity(
            "1",
            List.of(new PatientIdentifier("urn:a", "1"), new PatientIdentifier("urn:b", "2")),
            Optional.empty(),
            Optional.empty());
    assertThat(
            settings(
                    "--spinexr.patient-matching.identifiers[0].system=urn:a",
                    "--spinexr.archives.south.base-url=http://127.0.0.1:1/dicom-web",
                    "--spinexr.archives.north.base-url=http://127.0.0.1:2/dicom-web",
                    "--spinexr.archives.north.patient-matching.identifiers[0].system=urn:b")
                .siteArchives((key, bundle) -> TlsContext.ofJava()))
        .extracting(archive -> archive.matching().inArchive(patient).get(0).patientId())
        .containsExactly("2", "1");
  }

  @Test
  void identifyAnOrganizationFullyOrNotAtAll() throws IOException {
    String system = ARCHIVE + "spinexr.organization.identifier-system: ";
    assertThat(sentence(system + "urn:oid:1.2\n"))
        .isEqualTo(
            "spinexr.organization.identifier-value must be set where organization.identifier-system"
                + " is, and only there.");
    assertThat(sentence(system + "hospital\n"))
        .startsWith("spinexr.organization.identifier-system must be an absolute URI");
    assertThat(sentence(ARCHIVE + "spinexr.organization.name: ' '\n"))
        .isEqualTo("spinexr.organization.name must be set.");
    assertThat(sentence(ARCHIVE + "spinexr.archive.public-url: pacs\n"))
        .startsWith("spinexr.archive.public-url must be an http or https address");
  }

  @Test
  void nameAnUnknownKeyWithItsLine() throws IOException {
    assertThat(sentence(ARCHIVE + "spinexr.archive.retrys: 3\n"))
        .startsWith("spinexr.archive.retrys is no setting of SpineXR (my.yaml, line 2)");
  }

  @Test
  void sayWhereTheDecisionRuleIsNow() throws IOException {
    String moved = " in the model-set.json of spinexr.models.folder, so that analyze,";
    assertThat(sentence(ARCHIVE + "spinexr.fusion.keep-score: 0.5\n"))
        .startsWith("spinexr.fusion.keep-score is no setting any more")
        .contains("as keepScore" + moved);
    assertThat(sentence(ARCHIVE, Map.of("spinexr.fusion.boundary", "exclusive")))
        .startsWith("spinexr.fusion.boundary is no setting any more")
        .contains("as boundary" + moved);
  }

  @Test
  void nameProxiesByTheirAddresses() throws IOException {
    String proxies = ARCHIVE + "spinexr.trusted-proxies: ";
    for (String wrong :
        List.of(
            "['proxy.example']",
            "['10.0.0.0/8']",
            "['.*']",
            "['10.0.0']",
            "['10.0.0.256']",
            "['::g']",
            "['1:2']")) {
      assertThat(sentence(proxies + wrong + "\n"))
          .startsWith("spinexr.trusted-proxies must be IP addresses, e.g. 10.0.0.7, but is ");
    }
    assertThat(
            settings(
                    "--" + BASE_URL,
                    "--spinexr.trusted-proxies[0]=10.0.0.7",
                    "--spinexr.trusted-proxies[1]=2001:DB8::1")
                .trustedProxies())
        .containsExactly("10.0.0.7", "2001:db8:0:0:0:0:0:1");
  }

  @Test
  void keepTheHealthsPortApart() throws IOException {
    assertThat(sentence(ARCHIVE + "spinexr.health-port: 18999\n", Map.of("server.port", "18999")))
        .contains("spinexr.health-port must be another port than server.port.");
    assertThat(sentence(ARCHIVE + "spinexr.health-port: 70000\n"))
        .isEqualTo("spinexr.health-port must be from 0 to 65535, but is 70000.");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(
              sentence(
                  ARCHIVE + "spinexr.health-port: " + taken.getLocalPort() + "\n",
                  Map.of("server.port", "0")))
          .startsWith("Port " + taken.getLocalPort() + " on ");
    }
  }

  @Test
  void sayWhatAValueMustBe() throws IOException {
    assertThat(sentence(ARCHIVE + "spinexr.archive.total-timeout: soon\n"))
        .isEqualTo(
            "spinexr.archive.total-timeout cannot be 'soon' (my.yaml, line 2): it must be a"
                + " duration such as 450ms, 30s or 5m.");
    assertThat(sentence(ARCHIVE + "spinexr.triage.abnormal: soonish\n"))
        .contains("one of [stat, asap, urgent, routine]");
    assertThat(sentence(ARCHIVE + "server.port: http\n"))
        .isEqualTo("server.port cannot be 'http' (my.yaml, line 2): it must be a whole number.");
  }

  @Test
  void sayWhichRuleIsBroken() throws IOException {
    assertThat(sentence(ARCHIVE + "spinexr.database.connections: 1\n"))
        .isEqualTo("spinexr.database.connections must be from 4 to 200, but is 1.");
    assertThat(sentence(ARCHIVE + "spinexr.cds.budget: 1ms\n"))
        .isEqualTo("spinexr.cds.budget must be from 50ms to 30s.");
    assertThat(sentence(ARCHIVE + "spinexr.models.batch.images: 0\n"))
        .isEqualTo("spinexr.models.batch.images must be from 1 to 256, but is 0.");
    assertThat(sentence(ARCHIVE + "spinexr.models.batch.delay: 2s\n"))
        .isEqualTo("spinexr.models.batch.delay must be from 0ms to 1s.");
    assertThat(sentence(ARCHIVE + "spinexr.models.gpu-memory-limit: 1MB\n"))
        .startsWith("spinexr.models.gpu-memory-limit must be 0MB or from 256MB to 1TB");
    for (String zone : List.of("Europe/Atlantis", "europe/berlin", "+01:00")) {
      assertThat(sentence(ARCHIVE + "spinexr.time-zone: '" + zone + "'\n"))
          .isEqualTo(
              "spinexr.time-zone must be the IANA name of a time zone, such as Europe/Berlin, but"
                  + " is "
                  + zone
                  + ".");
    }
    assertThat(sentence("spinexr.archive.base-url: ftp://pacs/\n"))
        .startsWith("spinexr.archive.base-url must be an http or https address");
  }

  @Test
  void giveANodeBothRolesUnlessToldOtherwise() {
    String database = "--spinexr.database.url=jdbc:postgresql://127.0.0.1/spinexr";
    assertThat(settings("--" + BASE_URL).roles()).containsExactly(NodeRole.FRONT, NodeRole.ANALYST);
    assertThat(settings("--" + BASE_URL, database, "--spinexr.roles[0]=analyst").roles())
        .containsExactly(NodeRole.ANALYST);
    assertThat(settings("--" + BASE_URL, database, "--spinexr.roles=front").roles())
        .containsExactly(NodeRole.FRONT);
  }

  /** As PostgreSQL's driver reads the address, in seconds. */
  private static String socketTimeout(String url) {
    String address = settings("--" + BASE_URL, "--spinexr.database.url=" + url).databaseUrl();
    return PGProperty.SOCKET_TIMEOUT.getOrDefault(
        Objects.requireNonNull(Driver.parseURL(address, null)));
  }

  @Test
  void letNobodyWaitForeverForAPostgresqlThatIsGone() {
    String url = "jdbc:postgresql://127.0.0.1/spinexr";
    assertThat(socketTimeout(url)).isEqualTo("120");
    assertThat(socketTimeout(url + "?ApplicationName=spinexr")).isEqualTo("120");
    assertThat(socketTimeout(url + "?socketTimeout=7&ssl=true")).isEqualTo("7");
    assertThat(socketTimeout(url + "?ssl=true&socketTimeout=0")).isEqualTo("0");
  }

  /** Whatever stops a thread interrupts it, and H2 may be what it is in the midst of. */
  @Test
  void keepTheDatabaseOpenWhenAThreadThatWritesIsInterrupted() throws SQLException {
    Settings settings = settings("--" + BASE_URL, "--spinexr.data=" + folder);
    try (Connection other = DriverManager.getConnection(settings.databaseUrl());
        Connection interrupted = DriverManager.getConnection(settings.databaseUrl())) {
      other.createStatement().execute("create table kept (number integer)");
      Thread.currentThread().interrupt();
      interrupted.createStatement().execute("insert into kept values (1)");
      Thread.interrupted();

      ResultSet rows = other.createStatement().executeQuery("select number from kept");
      assertThat(rows.next()).isTrue();
    }
  }

  /**
   * 300 MB for the server and 200 for each worker, in nine tenths of the heap, and some to spare.
   */
  @Test
  void refuseAHeapThatWouldNotDo() throws IOException {
    assertThat(sentence(ARCHIVE + "spinexr.analysis.workers: 64\n"))
        .startsWith("The Java heap of ")
        .endsWith(
            " MB is too small for spinexr.analysis.workers: 64; give it more:"
                + " SPINEXR_JAVA_OPTS=-Xmx15300m.");
  }

  @Test
  void refuseRolesThatLeaveWorkToNobody() throws IOException {
    assertThat(sentence(ARCHIVE + "spinexr.roles: [front, analist]\n"))
        .isEqualTo(
            "spinexr.roles[1] cannot be 'analist' (my.yaml, line 2): it must be one of [front,"
                + " analyst].");
    assertThat(sentence(ARCHIVE + "spinexr.roles: []\n"))
        .isEqualTo("spinexr.roles must name front, analyst or both.");
    for (String url : List.of("", "jdbc:h2:file:/srv/spinexr")) {
      assertThat(
              sentence(ARCHIVE + "spinexr.roles: [front]\nspinexr.database.url: '" + url + "'\n"))
          .startsWith("spinexr.roles must be front and analyst unless spinexr.database.url is a")
          .endsWith("but is [front].");
    }
  }

  @Test
  void refuseAWatchThatGetsMoreFrequentOrNeverEnds() throws IOException {
    assertThat(sentence(ARCHIVE + "spinexr.search.watch-max-interval: 30m\n"))
        .startsWith("spinexr.search.watch-max-interval must be at least");
    assertThat(sentence(ARCHIVE + "spinexr.search.watch-for: 0s\n"))
        .startsWith("spinexr.search.watch-for must be positive");
  }

  @Test
  void refuseSettingsOfAGpuThatIsNotUsed() throws IOException {
    for (String setting :
        List.of(
            "gpu-index: 1",
            "gpu-memory-growth: false",
            "gpu-memory-limit: 2GB",
            "gpu-mixed-precision: true")) {
      assertThat(sentence(ARCHIVE + "spinexr.models." + setting + "\n"))
          .as(setting)
          .startsWith("spinexr.models.device must be gpu where another setting");
    }
  }

  @Test
  void refuseATimeLimitThatNoNetworkKeepsOrThatIsNone() throws IOException {
    for (String limit : List.of("0s", "-2m", "999ms", "61m")) {
      assertThat(sentence(ARCHIVE + "spinexr.models.time-limit: " + limit + "\n"))
          .as(limit)
          .startsWith("spinexr.models.time-limit must be from 1s to 1h");
    }
  }

  @Test
  void takeEveryGpuSetting() {
    Settings.Models models =
        new Settings.Models(
            Path.of("models"),
            DeviceOptions.Kind.GPU,
            1,
            false,
            DataSize.ofGigabytes(6),
            true,
            true,
            2,
            false,
            Duration.ofSeconds(90),
            new Settings.Models.Batch(8, Duration.ZERO));
    assertThat(models.deviceOptions())
        .isEqualTo(
            new DeviceOptions(
                DeviceOptions.Kind.GPU,
                new DeviceOptions.Gpu(1, false, 6144, true),
                true,
                2,
                Duration.ofSeconds(90)));
  }

  @Test
  void refuseALaunchThatCannotBe() throws IOException {
    String signIn =
        ARCHIVE
            + """
            spinexr.sign-in:
              issuer: https://login.example.org
              client-id: spinexr
              roles.radiologist: readers
              launches:
                %s: {fhir-server: "%s", client-id: spinexr%s}
            """;
    for (String[] launch :
        new String[][] {
          {"Ward-1", "https://ehr.example.org/fhir", "", "lower-case letters and digits"},
          {"spinexr", "https://ehr.example.org/fhir", "", "other than spinexr"},
          {"ward", "http://ehr.example.org/fhir", "", "must use https, or be on loopback"},
          {"ward", "https://ehr.example.org/fhir?x", "", "without user, query"},
          {"ward", "https://ehr.example.org/fhir", ", scopes: [openid]", "launch and openid"}
        }) {
      assertThat(sentence(signIn.formatted(launch[0], launch[1], launch[2])))
          .contains("spinexr.sign-in.launches", launch[3]);
    }
    assertThat(
            sentence(
                signIn.formatted("ward", "https://ehr.example.org/fhir", "")
                    + "    again: {fhir-server: https://EHR.example.org/fhir/, client-id: x}\n"))
        .contains("must name each fhir-server once");
  }

  @Test
  void refuseASecretThatIsWrittenDown() throws IOException {
    String sentence = sentence(ARCHIVE + "spinexr.archive.password: geheim\n");
    assertThat(sentence)
        .contains("my.yaml, line 2", "SPINEXR_ARCHIVE_PASSWORD")
        .doesNotContain("geheim");
    assertThat(sentence(ARCHIVE + "spinexr.archive.headerValue: geheim\n"))
        .contains("my.yaml, line 2", "SPINEXR_ARCHIVE_HEADERVALUE")
        .doesNotContain("geheim");
    assertThat(sentence("spinexr.archives.north.oauth.client_secret: geheim\n"))
        .contains("my.yaml, line 1", "SPINEXR_ARCHIVES_NORTH_OAUTH_CLIENTSECRET")
        .doesNotContain("geheim");
    assertThat(sentence("spinexr.sign-in.launches.ward.clientSecret: geheim\n"))
        .contains("my.yaml, line 1", "SPINEXR_SIGNIN_LAUNCHES_WARD_CLIENTSECRET")
        .doesNotContain("geheim");
  }

  @Test
  void explainWhatIsNoYaml() throws IOException {
    assertThat(sentence("spinexr: {archive: [}\n")).startsWith("The configuration file is no YAML");
  }

  @Test
  void nameAMissingFile() {
    assertThat(
            catchThrowableOfType(
                Mistake.class,
                () -> Server.start(Optional.of(folder.resolve("none.yaml")), Map.of())))
        .hasMessageEndingWith("none.yaml does not exist or cannot be read.");
  }

  @Test
  void nameATakenPort() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(sentence(ARCHIVE, Map.of("server.port", Integer.toString(taken.getLocalPort()))))
          .startsWith("Port " + taken.getLocalPort() + " on 127.0.0.1 cannot be opened")
          .contains("--port");
    }
  }

  @Test
  void nameADataFolderThatCannotBeMade() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThat(sentence(ARCHIVE + "server.port: 0\nspinexr.data: " + file.resolve("data") + "\n"))
        .startsWith("spinexr.data: the folder ");
  }

  @Test
  void haveTheDefaultsOfTheirParts() {
    Settings settings = settings("--" + BASE_URL);
    assertThat(settings.triage().policy()).isEqualTo(TriagePolicy.DEFAULT);
    assertThat(settings.models().batch().batching()).isEqualTo(Batching.DEFAULT);
    assertThat(settings.zone()).isEqualTo(ZoneId.systemDefault());
  }

  @Test
  void giveTheClockItsZone() {
    Settings settings = settings("--" + BASE_URL, "--spinexr.time-zone=Asia/Kathmandu");
    assertThat(new ServerConfiguration().clock(settings).getZone())
        .isEqualTo(ZoneId.of("Asia/Kathmandu"));
  }

  private static final String BASE_URL = "spinexr.archive.base-url=http://127.0.0.1:1/dicom-web";

  private static Settings settings(String... arguments) {
    SpringApplication application =
        new SpringApplicationBuilder(SettingsTest.class).web(WebApplicationType.NONE).build();
    try (ConfigurableApplicationContext context =
        application.run(
            Stream.concat(
                    Stream.of("--spring.config.location=classpath:/application.yaml"),
                    Stream.of(arguments))
                .toArray(String[]::new))) {
      return SettingsReader.read(context.getEnvironment());
    }
  }
}
