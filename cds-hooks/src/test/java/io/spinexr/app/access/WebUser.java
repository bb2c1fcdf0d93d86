package io.spinexr.app.access;

import java.io.IOException;
import java.net.CookieManager;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Somebody with a browser: keeps cookies, follows redirects, fills in forms. */
public final class WebUser {
  private static final Pattern HIDDEN =
      Pattern.compile("<input[^>]*name=\"_csrf\"[^>]*value=\"([^\"]+)\"");

  private static final Pattern ACTION = Pattern.compile("<form[^>]*action=\"([^\"]+)\"");

  private final CookieManager cookies = new CookieManager(null, WebUser::acceptsCookie);
  private final HttpClient http =
      HttpClient.newBuilder()
          .cookieHandler(cookies)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();
  private final HttpClient stays = HttpClient.newBuilder().cookieHandler(cookies).build();
  private final URI server;

  /**
   * @param server whose pages are opened
   */
  public WebUser(URI server) {
    this.server = server;
  }

  /** Browsers send cookies for secure connections to loopback, too. */
  private static boolean acceptsCookie(URI from, HttpCookie cookie) {
    cookie.setSecure(cookie.getSecure() && !"127.0.0.1".equals(from.getHost()));
    return true;
  }

  public HttpResponse<String> get(String path) {
    return send(http, "GET", path, Optional.empty());
  }

  /** Without following redirects. */
  public HttpResponse<String> ask(String method, String path) {
    return send(stays, method, path, Optional.empty());
  }

  /** As a form would, without following redirects. */
  public HttpResponse<String> submit(String path, Map<String, String> fields) {
    return send(stays, "POST", path, Optional.of(form(fields)));
  }

  /** By a script of the page, which may use any method. */
  public HttpResponse<String> script(String method, String path, String formToken) {
    return send(stays, method, path, Optional.empty(), "X-CSRF-TOKEN", formToken);
  }

  /**
   * Opens a page, signs in where it leads to, and comes back.
   *
   * @return what is there then
   */
  public HttpResponse<String> signIn(String path, String login, String password) {
    return fillIn(get(path), Map.of("username", login, "password", password));
  }

  /** Fills in the first form of a page, and follows where that leads. */
  public HttpResponse<String> fillIn(HttpResponse<String> page, Map<String, String> fields) {
    Map<String, String> all = new LinkedHashMap<>(fields);
    Matcher hidden = HIDDEN.matcher(page.body());
    if (hidden.find()) {
      all.put("_csrf", hidden.group(1));
    }
    Matcher action = ACTION.matcher(page.body());
    if (!action.find()) {
      throw new AssertionError("the page has no form: " + page.body());
    }
    String address = page.uri().resolve(action.group(1).replace("&amp;", "&")).toString();
    return send(http, "POST", address, Optional.of(form(all)));
  }

  /** What forms of the page send back. */
  public static String formToken(String page) {
    Matcher hidden = HIDDEN.matcher(page);
    if (!hidden.find()) {
      throw new AssertionError("the page has no form: " + page);
    }
    return hidden.group(1);
  }

  public Optional<String> cookie(String name) {
    return cookies.getCookieStore().getCookies().stream()
        .filter(cookie -> cookie.getName().equals(name))
        .map(HttpCookie::getValue)
        .findFirst();
  }

  public void setCookie(String name, String value) {
    HttpCookie cookie = new HttpCookie(name, value);
    cookie.setPath("/");
    cookie.setDomain(server.getHost());
    cookie.setVersion(0);
    cookies.getCookieStore().add(server, cookie);
  }

  private static String form(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(
            field ->
                field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  private HttpResponse<String> send(
      HttpClient client, String method, String path, Optional<String> form, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.resolve(path))
            .header("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
            .method(method, form.map(BodyPublishers::ofString).orElseGet(BodyPublishers::noBody));
    if (headers.length > 0) {
      request.headers(headers);
    }
    form.ifPresent(text -> request.header("Content-Type", "application/x-www-form-urlencoded"));
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
