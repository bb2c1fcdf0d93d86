package io.spinexr.app.access;

import java.util.Set;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.Cookie.SameSite;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.server.Session;

/**
 * The cookie that a session is known by: of no use to scripts and other sites, and with https to no
 * other host or plain connection either (RFC 6265bis, section 4.1.3.2).
 *
 * @param https whether people reach the server so
 */
record SessionCookie(boolean https)
    implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {
  /** With https, browsers take it from this host and by https only. */
  static String name(boolean https) {
    return https ? "__Host-spinexr" : "spinexr";
  }

  @Override
  public void customize(TomcatServletWebServerFactory server) {
    Session session = new Session();
    session.setTrackingModes(Set.of(Session.SessionTrackingMode.COOKIE));
    session.getCookie().setName(name(https));
    session.getCookie().setPath("/");
    session.getCookie().setHttpOnly(true);
    session.getCookie().setSameSite(SameSite.LAX); // the provider sends people back here
    session.getCookie().setSecure(https);
    server.setSession(session);
  }
}
