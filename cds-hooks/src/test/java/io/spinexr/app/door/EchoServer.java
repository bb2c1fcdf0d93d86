package io.spinexr.app.door;

import io.spinexr.app.setting.Settings;
import io.spinexr.app.setting.SettingsReader;
import io.spinexr.cds.wire.CdsFilter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.ConfigurationPropertiesAutoConfiguration;
import org.springframework.boot.autoconfigure.web.embedded.EmbeddedWebServerFactoryCustomizerAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.ServletWebServerFactoryAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.ConfigurableEnvironment;

/** The door, and behind it a servlet that says what came to it. */
final class EchoServer implements AutoCloseable {
  private final ServletWebServerApplicationContext context;

  private EchoServer(ServletWebServerApplicationContext context) {
    this.context = context;
  }

  /**
   * @param more beans beside those of the door
   */
  static EchoServer start(Map<String, String> settings, Class<?>... more) {
    List<String> arguments = new ArrayList<>();
    arguments.add("--spring.config.location=classpath:/application.yaml");
    arguments.add("--server.port=0");
    arguments.add("--spinexr.archive.base-url=http://127.0.0.1:1/dicom-web");
    settings.forEach((key, value) -> arguments.add("--" + key + "=" + value));
    return new EchoServer(
        (ServletWebServerApplicationContext)
            new SpringApplicationBuilder(Application.class)
                .sources(more)
                .logStartupInfo(false)
                .properties("spring.main.banner-mode=off")
                .run(arguments.toArray(String[]::new)));
  }

  int port() {
    return context.getWebServer().getPort();
  }

  BodyMemory memory() {
    return context.getBean(BodyMemory.class);
  }

  @Override
  public void close() {
    context.close();
  }

  @SpringBootConfiguration(proxyBeanMethods = false)
  @Import(DoorConfiguration.class)
  @ImportAutoConfiguration({
    ConfigurationPropertiesAutoConfiguration.class,
    ServletWebServerFactoryAutoConfiguration.class,
    EmbeddedWebServerFactoryCustomizerAutoConfiguration.class
  })
  static class Application {
    @Bean
    Settings settings(ConfigurableEnvironment environment) {
      return SettingsReader.read(environment);
    }

    @Bean
    ServletRegistrationBean<HttpServlet> echo() {
      return new ServletRegistrationBean<>(new Echo(), "/*");
    }
  }

  private static final class Echo extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      String pause = request.getHeader("Pause");
      if (pause != null) {
        sleep(Duration.ofMillis(Long.parseLong(pause)));
      }
      long received = (Long) request.getAttribute(CdsFilter.class.getName() + ".received");
      response.setHeader("Since-Headers", "" + (System.nanoTime() - received) / 1_000_000);
      response.setHeader("Field", String.join(",", values(request)));
      response.setHeader("Caller", request.getRemoteAddr() + " " + request.getScheme());
      response.setHeader(
          "Told",
          request.getContentLength()
              + " "
              + request.getHeader("Content-Length")
              + " "
              + request.getHeader("Content-Encoding"));
      byte[] body = request.getInputStream().readAllBytes();
      response.setContentLength(body.length);
      response.getOutputStream().write(body);
    }

    private static String[] values(HttpServletRequest request) {
      return Optional.ofNullable(request.getParameterValues("field")).orElse(new String[0]);
    }

    private static void sleep(Duration pause) {
      try {
        Thread.sleep(pause.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
