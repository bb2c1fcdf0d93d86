package io.spinexr.cds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.spinexr.app.identity.Providers;
import io.spinexr.app.setting.SignInProperties;
import io.spinexr.cds.order.TestProperties;
import io.spinexr.dicomweb.http.HospitalCa;
import io.spinexr.dicomweb.http.HttpsPeer;
import io.spinexr.fhir.store.EhrAccess;
import io.spinexr.fhir.store.EhrFhirTarget;
import io.spinexr.fhir.token.AccessTokens;
import io.spinexr.fhir.token.BackendServices;
import io.spinexr.fhir.token.ClientKey;
import io.spinexr.fhir.token.ClientRegistration;
import io.spinexr.fhir.token.RefusalLog;
import io.spinexr.fhir.token.TestIssuer;
import io.spinexr.fhir.token.TrustedIssuer;
import io.spinexr.fhir.upkeep.StoredRecord;
import io.spinexr.tls.Peers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/**
 * Everybody that is asked by HTTPS, under certificates with every fault; archives are in TlsTest.
 * The servers know no address, so that whoever gets through TLS gets a 404.
 */
class PeerTlsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** What is said of a server, by the name of its certificate. */
  private static final Map<String, String> FAULTS =
      Map.of(
          "expired", "the server's certificate has expired",
          "future", "the server's certificate is not valid yet; are the clocks right?",
          "other", "the server's certificate is for another host; use the name that it is for",
          "stranger", "the server's certificate is from an issuer that is not trusted",
          "asking", "the server asks for a client certificate, and does not take what SpineXR");

  @TempDir static Path folder;
  private static final Map<String, HttpsPeer> SERVERS = new LinkedHashMap<>();
  private static HospitalCa hospital;

  @BeforeAll
  static void start() throws Exception {
    hospital = new HospitalCa(folder);
    for (String fault : FAULTS.keySet()) {
      boolean asking = fault.equals("asking");
      SERVERS.put(fault, hospital.server(asking ? "good" : fault, asking, 404));
    }
  }

  @AfterAll
  static void stop() throws IOException {
    for (HttpsPeer server : SERVERS.values()) {
      server.close();
    }
  }

  private static URI address(String fault) {
    return SERVERS.get(fault).address();
  }

  /** Those that are asked, and what is said where that fails. */
  enum Peer {
    FHIR_SERVER_THAT_IS_WRITTEN_TO {
      @Override
      String failure(URI server, SSLContext tls) {
        StoredRecord ehr =
            new StoredRecord(new EhrFhirTarget(server, EhrAccess.open(), TIMEOUT, tls));
        return said(() -> ehr.reportState("1.2.3", "demo"));
      }
    },
    AUTHORIZATION_SERVER_OF_THE_EHR {
      @Override
      String failure(URI server, SSLContext tls) {
        ClientKey key = ClientKey.parse(TestIssuer.KEY.toString());
        BackendServices services =
            new BackendServices(
                new ClientRegistration(server, "spinexr", "system/*.cruds", key),
                TIMEOUT,
                tls,
                Clock.systemUTC());
        return said(services::token);
      }
    },
    FHIR_SERVER_THAT_IS_READ {
      @Override
      String failure(URI server, SSLContext tls) {
        Map<String, String> settings =
            Map.of(
                "budget", "20s",
                "clients[0].name", "ehr",
                "clients[0].fhir-servers[0]", server.toString());
        ObjectNode request = Requests.sign(Requests.SPINE_ORDER);
        request.remove("prefetch");
        request.put("fhirServer", server.toString());
        try (CdsServer cds = cds(settings, new Peers(tls, Peers.ofJava().issuers()))) {
          return cds.post("/cds-services/spinexr-order-sign", request.toString()).body();
        }
      }
    },
    KEYS_OF_A_CDS_CLIENT {
      @Override
      String failure(URI server, SSLContext tls) {
        Map<String, String> settings =
            Map.of(
                "authenticate",
                "true",
                "clients[0].name",
                "ehr",
                "clients[0].issuer",
                server.toString(),
                "clients[0].jwks",
                server.toString());
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger refusals = (Logger) LoggerFactory.getLogger(RefusalLog.class);
        refusals.addAppender(log);
        try (CdsServer cds = cds(settings, new Peers(Peers.ofJava().ehr(), tls))) {
          cds.send(
              HttpRequest.newBuilder(cds.uri("/cds-services/spinexr-order-sign"))
                  .header("Content-Type", "application/json")
                  .header("Authorization", "Bearer " + token(server))
                  .POST(BodyPublishers.ofString("{}"))
                  .build());
          return log.list.get(0).getFormattedMessage();
        } finally {
          refusals.detachAppender(log);
        }
      }
    },
    KEYS_OF_AN_ISSUER {
      @Override
      String failure(URI server, SSLContext tls) {
        return said(() -> tokens(server, Optional.of(server), tls).verify(token(server)));
      }
    },
    METADATA_OF_AN_ISSUER {
      @Override
      String failure(URI server, SSLContext tls) {
        return said(() -> tokens(server, Optional.empty(), tls).verify(token(server)));
      }
    },
    PROVIDER_OF_SIGN_IN {
      @Override
      String failure(URI server, SSLContext tls) {
        Peers peers = new Peers(Peers.ofJava().ehr(), tls);
        return said(providers(server, peers).hospital()::registration);
      }
    },
    EHR_THAT_LAUNCHES {
      @Override
      String failure(URI server, SSLContext tls) {
        Peers peers = new Peers(tls, Peers.ofJava().issuers());
        return said(providers(server, peers).of("ward").orElseThrow()::registration);
      }
    };

    /** What is said when the server is asked. */
    abstract String failure(URI server, SSLContext tls);
  }

  private static String said(ThrowingCallable asking) {
    return String.valueOf(catchThrowable(asking).getMessage());
  }

  private static CdsServer cds(Map<String, String> settings, Peers peers) {
    return new CdsServer(TestProperties.with(settings), new RecordingAnalyses(), peers);
  }

  private static Providers providers(URI server, Peers peers) {
    SignInProperties settings =
        new Binder(
                new MapConfigurationPropertySource(
                    Map.of(
                        "issuer", server.toString(),
                        "client-id", "spinexr",
                        "roles.radiologist", "r",
                        "launches.ward.fhir-server", server.toString(),
                        "launches.ward.client-id", "spinexr")))
            .bind("", SignInProperties.class)
            .get();
    return new Providers(settings, CdsServer.PUBLIC, peers, Clock.systemUTC());
  }

  private static AccessTokens tokens(URI issuer, Optional<URI> jwks, SSLContext tls) {
    return new AccessTokens(
        List.of(
            new TrustedIssuer(
                issuer, jwks, List.of(), Optional.empty(), Optional.empty(), Optional.empty())),
        "https://spinexr.example.org/fhir",
        tls,
        Clock.systemUTC());
  }

  private static String token(URI issuer) {
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES384).keyID("k1").build(),
            new JWTClaimsSet.Builder().issuer(issuer.toString()).build());
    try {
      token.sign(new ECDSASigner(TestIssuer.KEY));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
    return token.serialize();
  }

  @ParameterizedTest
  @EnumSource
  void saysWhatIsWrongWithTheCertificate(Peer peer) throws Exception {
    SSLContext trusting = hospital.client();
    for (Map.Entry<String, String> fault : FAULTS.entrySet()) {
      assertThat(peer.failure(address(fault.getKey()), trusting))
          .as(fault.getKey())
          .contains(fault.getValue());
    }
  }

  @ParameterizedTest
  @EnumSource
  void showsACertificateToWhoAsks(Peer peer) throws Exception {
    assertThat(peer.failure(address("asking"), hospital.knownClient()))
        .isNotEmpty()
        .doesNotContain("the server");
  }
}
