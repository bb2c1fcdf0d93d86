package io.spinexr.fhir.server;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.ConfigurationPropertiesAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.web.embedded.EmbeddedWebServerFactoryCustomizerAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.ServletWebServerFactoryAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Import;

/** The FHIR server alone, on a random port. */
public final class TestServer implements AutoCloseable {
  private final ServletWebServerApplicationContext context;

  private TestServer(ServletWebServerApplicationContext context) {
    this.context = context;
  }

  /** On an H2 file in {@code folder}. */
  static TestServer onH2(Path folder, String... more) {
    return start("jdbc:h2:file:" + folder.resolve("fhir") + ";WRITE_DELAY=0", "sa", more);
  }

  static TestServer start(String url, String user, String... more) {
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
                "--logging.level.root=warn",
                "--spring.datasource.url=" + url,
                "--spring.datasource.username=" + user));
    arguments.addAll(List.of(more));
    return new TestServer(
        (ServletWebServerApplicationContext)
            new SpringApplicationBuilder(Application.class).run(arguments.toArray(String[]::new)));
  }

  String baseUrl() {
    return "http://127.0.0.1:" + context.getWebServer().getPort() + "/fhir";
  }

  <T> T bean(Class<T> type) {
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
  static class Application {}
}
