package io.spinexr.app.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.spinexr.app.server.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** A server that others can reach asks who they are, or does not start. */
class ReachTest {
  private static final String ARCHIVE = "spinexr.archive.base-url: http://127.0.0.1:1/dicom-web\n";
  private static final String TRUSTED = "spinexr.trusted-network: true\n";
  private static final String CLIENT = "spinexr.cds.clients[0].name: ehr\n";
  private static final String KEYS =
      """
      spinexr.cds.clients[0].issuer: https://ehr.example.org
      spinexr.cds.clients[0].jwks: https://ehr.example.org/jwks.json
      """;
  private static final String ISSUERS =
      "spinexr.fhir.issuers[0].issuer: https://login.example.org\n";
  private static final String SIGN_IN =
      """
      spinexr.sign-in.issuer: https://login.example.org
      spinexr.sign-in.client-id: spinexr
      spinexr.sign-in.roles.radiologist: readers
      """;
  private static final String PUBLIC = "spinexr.public-url: https://spinexr.example.org\n";
  private static final String EVERYWHERE = "server.address: 0.0.0.0\n" + PUBLIC;
  private static final String ALL = CLIENT + KEYS + ISSUERS + SIGN_IN;
  private static final String OR_TRUSTED =
      ", or spinexr.trusted-network: true if everyone who can reach the server may see and change"
          + " everything.";

  @TempDir Path folder;

  private String sentence(String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve("my.yaml"), ARCHIVE + yaml);
    Mistake mistake =
        catchThrowableOfType(
            Mistake.class, () -> Server.start(Optional.of(file), Map.of()).close());
    assertThat(mistake).as("the start is refused").isNotNull();
    return mistake.getMessage();
  }

  private Settings serve(String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve("my.yaml"), ARCHIVE + yaml);
    try (ConfigurableApplicationContext context =
        new SpringApplicationBuilder(ReachTest.class)
            .web(WebApplicationType.NONE)
            .run("--spring.config.location=classpath:/application.yaml," + file.toUri())) {
      return SettingsReader.readToServe(context.getEnvironment());
    }
  }

  @Test
  void saysInOneSentenceWhatToSet() throws IOException {
    String what =
        " is reachable from the network, where nobody may come in unasked: set issuer and jwks of"
            + " every one of spinexr.cds.clients and spinexr.fhir.issuers and spinexr.sign-in"
            + OR_TRUSTED;
    assertThat(sentence("server.address: 0.0.0.0\n")).isEqualTo("server.address 0.0.0.0" + what);
    assertThat(sentence("server.address: '::'\n")).startsWith("server.address 0:0:0:0:0:0:0:0 is");
    assertThat(sentence(PUBLIC))
        .as("a proxy in front of loopback")
        .isEqualTo("spinexr.public-url https://spinexr.example.org" + what);
    assertThat(sentence("spinexr.public-url: http://127.0.0.1.example.org\n")).endsWith(OR_TRUSTED);
  }

  @Test
  void doesNotStartWhileOneDoorIsOpen() throws IOException {
    for (String[] open :
        new String[][] {
          {CLIENT + ISSUERS + SIGN_IN, "issuer and jwks of every one of spinexr.cds.clients"},
          {
            KEYS + CLIENT + "spinexr.cds.clients[1].name: other\n" + ISSUERS + SIGN_IN,
            "issuer and jwks of every one of spinexr.cds.clients"
          },
          {CLIENT + KEYS + SIGN_IN, "spinexr.fhir.issuers"},
          {CLIENT + KEYS + ISSUERS, "spinexr.sign-in"},
          {ALL + "spinexr.cds.authenticate: false\n", "spinexr.cds.authenticate: true"},
        }) {
      for (String reach : new String[] {EVERYWHERE, PUBLIC}) {
        assertThat(sentence(reach + open[0])).endsWith("unasked: set " + open[1] + OR_TRUSTED);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {EVERYWHERE, PUBLIC})
  void hasClientsProveWhoTheyAre(String reach) throws IOException {
    assertThat(serve(reach + ALL).cds().authenticate()).isTrue();
    assertThat(serve(reach + ALL + "spinexr.cds.authenticate: true\n").cds().authenticate())
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "server.address: '::1'\nspinexr.public-url: http://[::1]:8080\n",
        "spinexr.public-url: http://localhost:8080\n"
      })
  void staysOpenWhereOnlyThisMachineReachesIt(String reach) throws IOException {
    assertThat(serve(reach).cds().authenticate()).isFalse();
    assertThat(serve(reach + CLIENT + KEYS).cds().authenticate()).isFalse();
    assertThat(serve(reach + CLIENT + KEYS + "spinexr.cds.authenticate: true\n").cds())
        .returns(true, cds -> cds.authenticate());
  }

  @Test
  void leavesATrustedNetworkOpenUnlessClientsHaveKeys() throws IOException {
    assertThat(serve(EVERYWHERE + TRUSTED).cds().authenticate()).isFalse();
    assertThat(serve(EVERYWHERE + TRUSTED + CLIENT).cds().authenticate()).isFalse();
    assertThat(serve(PUBLIC + TRUSTED + CLIENT + KEYS).cds().authenticate()).isTrue();
    assertThat(
            serve(PUBLIC + TRUSTED + CLIENT + KEYS + "spinexr.cds.authenticate: false\n")
                .cds()
                .authenticate())
        .isFalse();
    assertThat(
            sentence(EVERYWHERE + TRUSTED + CLIENT + KEYS + "spinexr.cds.clients[1].name: other\n"))
        .isEqualTo(
            "spinexr.cds.authenticate needs issuer and jwks of every one of spinexr.cds.clients.");
  }

  /** Where there are neither CDS Hooks nor FHIR, health and metrics are left. */
  @Test
  void asksOnlyForSignInOnAnAnalystThatOthersReach() throws IOException {
    String analyst =
        "spinexr.roles: [analyst]\nspinexr.database.url: jdbc:postgresql://127.0.0.1/spinexr\n";
    assertThat(serve(analyst + PUBLIC).cds().authenticate()).isFalse();
    assertThat(sentence(analyst + EVERYWHERE))
        .isEqualTo(
            "server.address 0.0.0.0 is reachable from the network, where nobody may come in"
                + " unasked: set spinexr.sign-in"
                + OR_TRUSTED);
    assertThat(serve(analyst + EVERYWHERE + SIGN_IN).signIn()).isNotNull();
  }
}
