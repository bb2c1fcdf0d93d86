package io.spinexr.phantom.issuer;

import java.net.URI;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.boot.web.servlet.context.AnnotationConfigServletWebServerApplicationContext;

/**
 * An OpenID Connect provider on loopback. It knows one client, which is SpineXR at one address.
 * People sign in to it with or without its secret, but always with a proof key; with the secret it
 * gets access tokens for itself, too, with a role for each scope.
 */
public final class DemoIssuer implements AutoCloseable {
  /** As which SpineXR is known here. */
  public static final String CLIENT = "spinexr";

  private final AnnotationConfigServletWebServerApplicationContext context;
  private final List<DemoUser> users;
  private final String secret;

  private DemoIssuer(
      AnnotationConfigServletWebServerApplicationContext context,
      List<DemoUser> users,
      String secret) {
    this.context = context;
    this.users = users;
    this.secret = secret;
  }

  /**
   * @param port 0 for any free one
   * @param client public address of the server that people sign in to
   */
  public static DemoIssuer start(int port, URI client) {
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    String secret = HexFormat.of().formatHex(random);
    List<DemoUser> users = DemoUser.all();
    // Without Spring Boot's own start, which would set up logging for the whole process.
    AnnotationConfigServletWebServerApplicationContext context =
        new AnnotationConfigServletWebServerApplicationContext();
    context
        .getBeanFactory()
        .registerSingleton(
            "hospital", new IssuerConfiguration.Hospital(port, client, secret, users));
    context.register(IssuerConfiguration.class);
    context.refresh();
    return new DemoIssuer(context, users, secret);
  }

  /** The address that discovery begins at. */
  public URI address() {
    return URI.create("http://127.0.0.1:" + context.getWebServer().getPort());
  }

  /** Of the one client. */
  public String secret() {
    return secret;
  }

  /** What SpineXR has to be told so that people sign in here. */
  public Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("spinexr.sign-in.issuer", address().toString());
    settings.put("spinexr.sign-in.client-id", CLIENT);
    users.stream()
        .map(DemoUser::login)
        .filter(login -> !login.equals(DemoUser.STRANGER))
        .forEach(role -> settings.put("spinexr.sign-in.roles." + role + "[0]", role));
    return settings;
  }

  public List<DemoUser> users() {
    return users;
  }

  /**
   * @throws java.util.NoSuchElementException if there is nobody of that name
   */
  public DemoUser user(String login) {
    return users.stream().filter(user -> user.login().equals(login)).findFirst().orElseThrow();
  }

  @Override
  public void close() {
    context.close();
  }
}
