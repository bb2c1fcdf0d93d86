package io.spinexr.app.door;

import io.spinexr.app.answer.SlowReaders;
import io.spinexr.app.browser.KnownHosts;
import io.spinexr.app.browser.KnownOrigins;
import io.spinexr.app.browser.SecurityHeaders;
import io.spinexr.app.setting.Settings;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.net.InetAddress;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.valves.RemoteIpValve;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.jersey.ResourceConfigCustomizer;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/** The order in which a request passes what is here. */
@Configuration(proxyBeanMethods = false)
public class DoorConfiguration {
  private static final String PROTOCOL = BoundedProtocol.class.getName();

  /** Of the health's own connector: probes come one after another. */
  private static final int HEALTH_THREADS = 4;

  private static final int HEALTH_CONNECTIONS = 100;

  @Bean
  Callers callers(Settings settings) {
    return new Callers(settings.limits());
  }

  /** Before the door, so that it says what was refused. */
  @Bean
  FilterRegistrationBean<RequestLog> requestLog() {
    return outside(0, new RequestLog());
  }

  @Bean
  FilterRegistrationBean<SecurityHeaders> securityHeaders() {
    return outside(1, new SecurityHeaders());
  }

  @Bean
  FilterRegistrationBean<Door> door(Settings settings, BodyMemory memory) {
    return inside(2, new Door(new RequestLine(settings.healthPort()), limits(settings), memory));
  }

  /** An eighth of the heap, but room enough for one caller to send one of the longest packed. */
  @Bean
  BodyMemory bodyMemory(Settings settings) {
    BodyLimits limits = limits(settings);
    return new BodyMemory(
        Math.max(Runtime.getRuntime().maxMemory() / 8, 4 * Math.max(limits.fhir(), limits.cds())));
  }

  private static BodyLimits limits(Settings settings) {
    return new BodyLimits(settings.fhir().maxBody().toBytes(), settings.cds().maxBody().toBytes());
  }

  @Bean
  FilterRegistrationBean<CallerLimit> callerLimit(Callers callers, Settings settings) {
    return inside(
        3, new CallerLimit(callers, Set.copyOf(settings.trustedProxies()), settings.healthPort()));
  }

  @Bean
  FilterRegistrationBean<KnownHosts> knownHosts(ServerProperties server, Settings settings) {
    FilterRegistrationBean<KnownHosts> filter = inside(4, new KnownHosts(settings.publicUrl()));
    filter.setEnabled(server.getAddress() != null && server.getAddress().isLoopbackAddress());
    return filter;
  }

  /** Before everything that writes. */
  @Bean
  FilterRegistrationBean<KnownOrigins> knownOrigins(Settings settings) {
    return inside(
        5,
        new KnownOrigins(
            settings.publicUrl(),
            settings.fhir().allowedOrigins(),
            settings.cds().allowedOrigins()));
  }

  @Bean
  FilterRegistrationBean<SlowReaders> slowReaders() {
    return inside(6, new SlowReaders());
  }

  @Bean
  ResourceConfigCustomizer clientLimit(Callers callers) {
    return resources -> resources.register(new ClientLimit(callers));
  }

  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> connectors(
      Settings settings, ServerProperties server) {
    return tomcat -> {
      Set<String> proxies = Set.copyOf(settings.trustedProxies());
      tomcat.setProtocol(PROTOCOL);
      tomcat.addConnectorCustomizers(
          connector -> {
            // Tomcat would refuse TRACE itself, and wait for its body with a thread.
            connector.setAllowTrace(true);
            ((BoundedProtocol) connector.getProtocolHandler())
                .bound(settings.limits().connections(), proxies);
          });
      if (!proxies.isEmpty()) {
        tomcat.addEngineValves(forwarded(proxies));
      }
      if (settings.healthPort() != 0) {
        tomcat.addAdditionalTomcatConnectors(health(settings.healthPort(), server.getAddress()));
      }
    };
  }

  private static RemoteIpValve forwarded(Set<String> proxies) {
    RemoteIpValve valve = new RemoteIpValve();
    valve.setInternalProxies(proxies.stream().map(Pattern::quote).collect(Collectors.joining("|")));
    valve.setRemoteIpHeader("X-Forwarded-For");
    valve.setProtocolHeader("X-Forwarded-Proto");
    return valve;
  }

  private static Connector health(int port, @Nullable InetAddress address) {
    Connector connector = new Connector(PROTOCOL);
    connector.setPort(port);
    connector.setAllowTrace(true);
    BoundedProtocol protocol = (BoundedProtocol) connector.getProtocolHandler();
    protocol.setAddress(Objects.requireNonNullElse(address, InetAddress.getLoopbackAddress()));
    protocol.setMaxThreads(HEALTH_THREADS);
    protocol.setMinSpareThreads(1);
    protocol.setMaxConnections(HEALTH_CONNECTIONS);
    protocol.setConnectionTimeout(5000);
    return connector;
  }

  /** What sees a request once, when its headers have come. */
  private static <F extends Filter> FilterRegistrationBean<F> outside(int place, F filter) {
    FilterRegistrationBean<F> registration = new FilterRegistrationBean<>(filter);
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE + place);
    return registration;
  }

  /** What also sees it when its body has come. */
  private static <F extends Filter> FilterRegistrationBean<F> inside(int place, F filter) {
    FilterRegistrationBean<F> registration = outside(place, filter);
    registration.setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC));
    return registration;
  }
}
