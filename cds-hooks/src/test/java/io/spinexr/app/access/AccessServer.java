package io.spinexr.app.access;

import io.spinexr.access.Person;
import io.spinexr.access.Visit;
import io.spinexr.app.door.Callers;
import io.spinexr.app.setting.Settings;
import io.spinexr.app.setting.SettingsReader;
import io.spinexr.search.ClockAhead;
import io.spinexr.store.Schema;
import io.spinexr.tls.Peers;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.servlet.ServletContainer;
import org.h2.jdbcx.JdbcDataSource;
import org.springframework.boot.autoconfigure.jersey.ResourceConfigCustomizer;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizerBeanPostProcessor;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.boot.web.servlet.context.AnnotationConfigServletWebServerApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * What stands before the pages alone, on a real Tomcat and H2: behind it everything answers 200 and
 * tells who was let in.
 */
final class AccessServer implements AutoCloseable {
  /** What the page behind it tells: name, then the token of its forms. */
  static final String SERVED = "served ";

  final JdbcDataSource database = new JdbcDataSource();
  final ClockAhead clock = new ClockAhead();
  private final AnnotationConfigServletWebServerApplicationContext context;

  /** Where it will listen: the provider wants to know before it starts. */
  static URI freeAddress() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return URI.create("http://127.0.0.1:" + probe.getLocalPort());
    }
  }

  /**
   * @param listening its address
   * @param settings that go over those of a test
   */
  AccessServer(URI listening, URI issuer, Map<String, String> settings) {
    Map<String, Object> all = new TreeMap<>();
    all.put("server.port", Integer.toString(listening.getPort()));
    all.put("spinexr.public-url", listening.toString());
    all.put("spinexr.archive.base-url", "http://127.0.0.1:1/dicom-web");
    all.put("spinexr.models.folder", "none");
    all.put("spinexr.triage.rules[0].type", "fracture");
    all.put("spinexr.triage.rules[0].minimum-score", "0.5");
    all.put("spinexr.triage.rules[0].priority", "asap");
    all.put("spinexr.sign-in.issuer", issuer.toString());
    all.put("spinexr.sign-in.client-id", "spinexr");
    for (String role :
        new String[] {"clinician", "radiologist", "integrator", "administrator", "auditor"}) {
      all.put("spinexr.sign-in.roles." + role + "[0]", role);
    }
    String secret = settings.getOrDefault("secret", "");
    settings.entrySet().stream()
        .filter(entry -> !entry.getKey().equals("secret"))
        .forEach(entry -> all.put(entry.getKey(), entry.getValue()));
    database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    Schema.migrate(database);
    context = new AnnotationConfigServletWebServerApplicationContext();
    context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", all));
    context
        .getEnvironment()
        .getPropertySources()
        .addFirst(
            new SystemEnvironmentPropertySource(
                "test-systemEnvironment", Map.of("SPINEXR_SIGNIN_CLIENTSECRET", secret)));
    Settings read = SettingsReader.read(context.getEnvironment());
    context.getBeanFactory().registerSingleton("settings", read);
    context.registerBean(Callers.class, () -> new Callers(read.limits()));
    context.registerBean(DataSource.class, () -> database);
    context.registerBean(Peers.class, Peers::ofJava);
    context.registerBean(Clock.class, () -> clock);
    context.registerBean(
        TomcatServletWebServerFactory.class,
        () -> {
          TomcatServletWebServerFactory tomcat =
              new TomcatServletWebServerFactory(listening.getPort());
          tomcat.setAddress(InetAddress.getLoopbackAddress());
          return tomcat;
        });
    context.registerBean(WebServerFactoryCustomizerBeanPostProcessor.class);
    context.registerBean("behind", ServletRegistrationBean.class, this::behind);
    context.register(AccessConfiguration.class);
    context.refresh();
  }

  private ServletRegistrationBean<ServletContainer> behind() {
    ResourceConfig resources = new ResourceConfig().register(new Behind());
    context
        .getBeanProvider(ResourceConfigCustomizer.class)
        .forEach(more -> more.customize(resources));
    return new ServletRegistrationBean<>(new ServletContainer(resources), "/*");
  }

  /** What {@link Behind} tells somebody who has signed in to send back with forms. */
  static String formToken(WebUser user) {
    return formToken(user.get("/").body());
  }

  static String formToken(String answer) {
    return answer.substring(answer.lastIndexOf(' ') + 1);
  }

  /** Tells who was let in. */
  @Path("{any: .*}")
  public static final class Behind {
    @GET
    public String get(@Context HttpServletRequest request) {
      Visit visit = Visit.of(request.getAttribute(Visit.ATTRIBUTE));
      return SERVED + visit.person().map(Person::by).orElse("nobody") + " " + visit.formToken();
    }

    @POST
    public String post(@Context HttpServletRequest request) {
      return get(request);
    }

    @PUT
    public String put(@Context HttpServletRequest request) {
      return get(request);
    }

    @DELETE
    public String delete(@Context HttpServletRequest request) {
      return get(request);
    }
  }

  @Override
  public void close() {
    context.close();
  }
}
