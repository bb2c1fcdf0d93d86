package io.spinexr.cds;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.spinexr.audit.AuditTrail;
import io.spinexr.cds.order.TestProperties;
import io.spinexr.cds.token.CdsProperties;
import io.spinexr.cds.wire.JsonOnly;
import io.spinexr.service.OrderAnalyses;
import io.spinexr.store.Schema;
import io.spinexr.tls.Peers;
import io.spinexr.triage.TriagePolicy;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.server.ServerProperties;
import org.glassfish.jersey.servlet.ServletContainer;
import org.h2.jdbcx.JdbcDataSource;
import org.springframework.util.FileSystemUtils;

/** The CDS services on a real Tomcat, Jersey and H2, with a test's analyses behind them. */
public final class CdsServer implements AutoCloseable {
  public static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-03-01T12:00:00Z"), ZoneOffset.UTC);
  public static final URI PUBLIC = URI.create("https://spinexr.example.org/xr");

  public final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  public final JdbcDataSource database = new JdbcDataSource();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Tomcat tomcat = new Tomcat();
  private final Path folder;
  private final CdsHooks hooks;

  public CdsServer(CdsProperties properties, OrderAnalyses analyses) {
    this(properties, analyses, Peers.ofJava());
  }

  CdsServer(CdsProperties properties, OrderAnalyses analyses, Peers peers) {
    database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    Schema.migrate(database);
    hooks =
        new CdsHooks(
            properties,
            TestProperties.privacy(Map.of()),
            PUBLIC,
            false,
            analyses,
            TriagePolicy.DEFAULT,
            database,
            new AuditTrail(database, Optional::empty, CLOCK),
            metrics,
            peers,
            CLOCK);
    ResourceConfig config =
        new ResourceConfig().property(ServerProperties.RESPONSE_SET_STATUS_OVER_SEND_ERROR, true);
    hooks.components().forEach(config::register);
    try {
      folder = Files.createTempDirectory("cds-tomcat");
      tomcat.setBaseDir(folder.toString());
      tomcat.setPort(0);
      tomcat.setHostname("localhost");
      Context context = tomcat.addContext("", folder.toString());
      Tomcat.addServlet(context, "jersey", new ServletContainer(config)).addMapping("/*");
      FilterDef json = new FilterDef();
      json.setFilterName("json");
      json.setFilter(new JsonOnly());
      context.addFilterDef(json);
      FilterMap everything = new FilterMap();
      everything.setFilterName("json");
      everything.addURLPattern("/*");
      context.addFilterMap(everything);
      tomcat.getConnector();
      tomcat.start();
    } catch (IOException | LifecycleException e) {
      throw new IllegalStateException(e);
    }
  }

  public URI uri(String path) {
    return URI.create("http://localhost:" + tomcat.getConnector().getLocalPort() + path);
  }

  public HttpResponse<String> post(String path, String json) {
    return send(
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json))
            .build());
  }

  public HttpResponse<String> get(String path) {
    return send(HttpRequest.newBuilder(uri(path)).build());
  }

  public HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      tomcat.stop();
      tomcat.destroy();
      FileSystemUtils.deleteRecursively(folder);
    } catch (IOException | LifecycleException e) {
      throw new IllegalStateException(e);
    }
    hooks.close();
  }
}
