package io.spinexr.fhir.server;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.api.ServerValidationModeEnum;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.store.EhrAccess;
import io.spinexr.fhir.store.EhrFhirTarget;
import io.spinexr.fhir.upkeep.StoredRecord;
import io.spinexr.tls.Peers;
import io.spinexr.tls.TlsContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Resource;
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

/** The FHIR server alone, on a random port. */
public final class TestServer implements AutoCloseable {
  static {
    // The threads of a server that an earlier test has stopped may still fail at a last message.
    Awaitility.doNotCatchUncaughtExceptionsByDefault();
  }

  private final ServletWebServerApplicationContext context;

  private TestServer(ServletWebServerApplicationContext context) {
    this.context = context;
  }

  /** On an H2 file in {@code folder}. */
  public static TestServer onH2(Path folder, String... more) {
    return start(h2(folder), "sa", more);
  }

  /** On an H2 file in {@code folder}, with beans of the test's own. */
  public static TestServer onH2(Path folder, Class<?> beans) {
    return start(List.of(Application.class, beans), h2(folder), "sa");
  }

  private static String h2(Path folder) {
    return "jdbc:h2:file:" + folder.resolve("fhir") + ";WRITE_DELAY=0";
  }

  static TestServer start(String url, String user, String... more) {
    return start(List.of(Application.class), url, user, more);
  }

  private static TestServer start(List<Class<?>> beans, String url, String user, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--server.tomcat.relaxed-query-chars=|",
                "--spring.main.allow-bean-definition-overriding=true",
                "--spring.main.allow-circular-references=true",
                "--spring.main.banner-mode=off",
                "--spring.jmx.enabled=false",
                "--spring.datasource.url=" + url,
                "--spring.datasource.username=" + user));
    arguments.addAll(List.of(more));
    return new TestServer(
        (ServletWebServerApplicationContext)
            new SpringApplicationBuilder(beans.toArray(Class<?>[]::new))
                .run(arguments.toArray(String[]::new)));
  }

  public String baseUrl() {
    return "http://127.0.0.1:" + context.getWebServer().getPort() + "/fhir";
  }

  public IGenericClient client() {
    FhirContext context = FhirContext.forR4Cached();
    context.getRestfulClientFactory().setServerValidationMode(ServerValidationModeEnum.NEVER);
    context.getRestfulClientFactory().setSocketTimeout(60_000);
    return context.newRestfulGenericClient(baseUrl());
  }

  /** What a client finds of a type, at most 200. */
  <T extends Resource> List<T> search(Class<T> type, String query) {
    return client()
        .search()
        .byUrl(type.getSimpleName() + "?_count=200&" + query)
        .returnBundle(Bundle.class)
        .execute()
        .getEntry()
        .stream()
        .map(BundleEntryComponent::getResource)
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }

  /** The only one that a client finds. */
  public <T extends Resource> T only(Class<T> type, String query) {
    List<T> found = search(type, query);
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  /** Deletes a resource, and before it what says how it came about. */
  public void delete(Resource resource) {
    String address = resource.getIdElement().toUnqualifiedVersionless().getValue();
    search(Provenance.class, "target=" + address)
        .forEach(provenance -> client().delete().resource(provenance).execute());
    assertThat(deleted(address)).isEqualTo(200);
  }

  /**
   * Deletes by address and returns the status. After a first start HAPI indexes anew in the
   * background what has search parameters of ours; a client that meets it repeats its request.
   */
  int deleted(String address) {
    int status = 409;
    for (int attempt = 0; status == 409 && attempt < 50; attempt++) {
      status = send("DELETE", address, "").statusCode();
    }
    return status;
  }

  /** What the server answers to a request as it goes over the wire. */
  public HttpResponse<String> send(String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(baseUrl() + "/" + path))
            .method(method, BodyPublishers.ofString(body))
            .header("Accept", "application/fhir+json");
    if (!List.of(headers).contains("Content-Type")) {
      request.header("Content-Type", "application/fhir+json");
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** This server as the EHR's. */
  EhrFhirTarget asEhr() {
    return new EhrFhirTarget(
        URI.create(baseUrl()), EhrAccess.open(), Duration.ofSeconds(30), TlsContext.ofJava());
  }

  /** The record as our own, in process, or as the EHR's. */
  FhirRecord record(boolean byHttp) {
    return byHttp ? new StoredRecord(asEhr()) : bean(FhirRecord.class);
  }

  public <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  @Override
  public void close() {
    context.close();
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
  }
}
