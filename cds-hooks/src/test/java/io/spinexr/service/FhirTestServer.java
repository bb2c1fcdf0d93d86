package io.spinexr.service;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.api.ServerValidationModeEnum;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.RecordListener;
import io.spinexr.fhir.server.FhirServerConfiguration;
import io.spinexr.fhir.server.RecordRemoval;
import io.spinexr.tls.Peers;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.ConfigurationPropertiesAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.web.embedded.EmbeddedWebServerFactoryCustomizerAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.ServletWebServerFactoryAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * The real FHIR server, in memory, one for all tests of this package: it takes long to start. Tests
 * tell their resources apart by patient.
 */
public final class FhirTestServer {
  private static final FhirContext R4 = FhirContext.forR4();
  private static final List<RecordListener> LISTENERS = new CopyOnWriteArrayList<>();

  private static final class Running {
    private static final ServletWebServerApplicationContext CONTEXT =
        (ServletWebServerApplicationContext)
            new SpringApplicationBuilder(Application.class)
                .run(
                    "--spring.config.name=none",
                    "--server.port=0",
                    "--server.address=127.0.0.1",
                    "--server.tomcat.relaxed-query-chars=|",
                    "--spring.main.allow-bean-definition-overriding=true",
                    "--spring.main.allow-circular-references=true",
                    "--spring.main.banner-mode=off",
                    "--spring.jmx.enabled=false",
                    "--spring.datasource.url=jdbc:h2:mem:fhir;DB_CLOSE_DELAY=-1",
                    "--spring.datasource.username=sa");
  }

  private FhirTestServer() {}

  /** Lets a node learn what becomes of reports and Tasks, as the server's own node does. */
  public static void tell(RecordListener listener) {
    LISTENERS.add(listener);
  }

  public static void forget(RecordListener listener) {
    LISTENERS.remove(listener);
  }

  public static IGenericClient client() {
    R4.getRestfulClientFactory().setServerValidationMode(ServerValidationModeEnum.NEVER);
    R4.getRestfulClientFactory().setSocketTimeout(60_000); // it is slow while it starts
    return R4.newRestfulGenericClient(address());
  }

  public static String address() {
    return "http://127.0.0.1:" + Running.CONTEXT.getWebServer().getPort() + "/fhir";
  }

  /** The Tasks that ask whose images a study's are. */
  public static List<Task> disputes(String studyUid) {
    return tasks(studyUid + "/identity-dispute");
  }

  /** The Tasks that ask what became of a study. */
  public static List<Task> missing(String studyUid) {
    return tasks(studyUid + "/missing-in-archive");
  }

  /** The failed Tasks of an analysis. */
  public static List<Task> failures(String key) {
    return tasks(key).stream().filter(t -> t.getStatus() == Task.TaskStatus.FAILED).toList();
  }

  /** The Tasks with a key. */
  public static List<Task> tasks(String key) {
    Bundle found =
        client()
            .search()
            .byUrl("Task?identifier=" + key.replace(" ", "%20"))
            .returnBundle(Bundle.class)
            .execute();
    return found.getEntry().stream().map(entry -> (Task) entry.getResource()).toList();
  }

  public static FhirContext context() {
    return R4;
  }

  public static FhirRecord record() {
    return Running.CONTEXT.getBean(FhirRecord.class);
  }

  public static RecordRemoval removal() {
    return Running.CONTEXT.getBean(RecordRemoval.class);
  }

  /** The resources of a type that belong to a patient with this identifier. */
  public static <T extends Resource> List<T> of(Class<T> type, String patientId) {
    Bundle found =
        client()
            .search()
            .byUrl(type.getSimpleName() + "?patient.identifier=" + patientId + "&_count=500")
            .returnBundle(Bundle.class)
            .execute();
    return found.getEntry().stream().map(entry -> type.cast(entry.getResource())).toList();
  }

  @SpringBootConfiguration
  @ImportAutoConfiguration({
    ConfigurationPropertiesAutoConfiguration.class,
    DataSourceAutoConfiguration.class,
    ServletWebServerFactoryAutoConfiguration.class,
    EmbeddedWebServerFactoryCustomizerAutoConfiguration.class
  })
  @Import(FhirServerConfiguration.class)
  static class Application {
    @Bean
    Clock clock() {
      return Clock.systemUTC();
    }

    @Bean
    Peers peers() {
      return Peers.ofJava();
    }

    @Bean
    RecordListener everyNode() {
      return new RecordListener() {
        @Override
        public void reportChanged(
            String studyUid, String modelSetId, Optional<String> status, boolean interpreted) {
          LISTENERS.forEach(node -> node.reportChanged(studyUid, modelSetId, status, interpreted));
        }

        @Override
        public void taskChanged(String studyUid, String modelSetId, Optional<String> status) {
          LISTENERS.forEach(node -> node.taskChanged(studyUid, modelSetId, status));
        }
      };
    }
  }
}
