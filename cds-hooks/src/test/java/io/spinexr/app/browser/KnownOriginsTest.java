package io.spinexr.app.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.spinexr.app.server.Browser;
import io.spinexr.app.server.Server;
import io.spinexr.phantom.archive.FolderArchive;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No page of another origin changes or reads anything through somebody's browser. */
class KnownOriginsTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String PATIENT =
      "{\"resourceType\": \"Patient\", \"identifier\": [{\"system\": \"urn:t\", \"value\":"
          + " \"%s\"}]}";
  private static final String VIEW =
      """
      {"hook": "patient-view", "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
       "context": {"userId": "Practitioner/1", "patientId": "234"},
       "prefetch": {"patient": {"resourceType": "Patient", "id": "234",
         "identifier": [{"system": "urn:oid:1.2.3.4.5", "value": "PHANTOM-234"}]}}}
      """;

  @TempDir private static Path folder;
  private static FolderArchive archive;
  private static HttpServer stranger;
  private static HttpServer friend;
  private static Server server;

  @BeforeAll
  static void start() throws IOException {
    archive = FolderArchive.start(Files.createDirectory(folder.resolve("images")), 0);
    stranger = site();
    friend = site();
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("server.port", "0");
    settings.put("spinexr.public-url", "https://spinexr.example.org");
    settings.put("spinexr.trusted-network", "true");
    settings.put("spinexr.data", folder.resolve("data").toString());
    settings.put("spinexr.archive.base-url", archive.baseUrl().toString());
    settings.put("spinexr.models.folder", "../inference-tf/models/demo");
    settings.put("spinexr.models.show-research-results", "true");
    settings.put("spinexr.cds.allowed-origins[0]", "https://ehr.example.org");
    settings.put("spinexr.cds.allowed-origins[1]", origin(friend).toString());
    settings.put("logging.threshold.console", "ERROR");
    server = Server.start(Optional.empty(), settings);
  }

  @AfterAll
  static void stop() {
    server.close();
    stranger.stop(0);
    friend.stop(0);
    archive.close();
  }

  private static HttpServer site() throws IOException {
    HttpServer site =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    site.start();
    return site;
  }

  private static URI origin(HttpServer site) {
    return URI.create("http://127.0.0.1:" + site.getAddress().getPort());
  }

  /** Has the browser open a page of that site that runs a script. */
  private static String open(HttpServer site, String path, String script)
      throws IOException, InterruptedException {
    byte[] page =
        "<!doctype html><pre id=out>nothing</pre><script>%s</script>"
            .formatted(script.replace("SERVER", server.address().toString()))
            .getBytes(StandardCharsets.UTF_8);
    site.createContext(
        path,
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "text/html");
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    return new Browser(folder).dom(origin(site).resolve(path));
  }

  private static HttpResponse<String> send(
      String method, String path, String type, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.address().resolve(path))
            .header("Content-Type", type)
            .method(method, BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return HTTP.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static int create(String name, String... headers) {
    return send("POST", "/fhir/Patient", "application/fhir+json", PATIENT.formatted(name), headers)
        .statusCode();
  }

  private static int view(String... headers) {
    return send("POST", "/cds-services/spinexr-patient-view", "application/json", VIEW, headers)
        .statusCode();
  }

  private static int patients(String name) throws IOException {
    String bundle =
        send("GET", "/fhir/Patient?identifier=urn:t%7C" + name, "text/plain", "").body();
    JsonNode entries = new ObjectMapper().readTree(bundle).path("entry");
    return entries.size();
  }

  @Test
  void keepsAPageElsewhereFromDeletingThroughABrowser() throws IOException, InterruptedException {
    assertThat(create("victim")).isEqualTo(201);
    List<String> sent = new CopyOnWriteArrayList<>();
    friend.createContext(
        "/fhir",
        exchange -> {
          sent.add(
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Content-Type"));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    String delete =
        """
        fetch('%s/fhir', {method: 'POST', mode: 'no-cors',
          headers: {'Content-Type': 'text/plain;a=b, application/fhir+json'},
          body: JSON.stringify({resourceType: 'Bundle', type: 'transaction', entry: [
            {request: {method: 'DELETE', url: 'Patient?identifier=urn:t|victim'}}]})});
        """;

    open(stranger, "/delete.html", delete.formatted("SERVER") + delete.formatted(origin(friend)));

    assertThat(sent)
        .as("the browser lets it go out")
        .containsExactly("POST text/plain;a=b, application/fhir+json");
    assertThat(patients("victim")).isEqualTo(1);
  }

  @Test
  void keepsAFormElsewhereFromWriting() throws IOException, InterruptedException {
    String page =
        open(
            stranger,
            "/form.html",
            """
            document.write(`<form method=post enctype='text/plain' action='SERVER/fhir/Patient'>
              <input name='{"resourceType":"Patient","identifier":[{"system":"urn:t","value":"form'
                value='"}]}'></form>`);
            document.forms[0].submit()
            """);

    assertThat(page).contains("A web page of another origin sent this");
    assertThat(patients("form=")).isZero();
  }

  @Test
  void keepsCardsFromPagesElsewhereAndShowsThemToRegisteredOnes()
      throws IOException, InterruptedException {
    String script =
        """
        fetch('SERVER/cds-services/spinexr-patient-view', {method: 'POST',
          headers: {'Content-Type': 'application/json'}, body: JSON.stringify(%s)})
          .then(r => r.text()).then(t => out.textContent = t, e => out.textContent = 'kept: ' + e)
        """
            .formatted(VIEW);

    assertThat(open(stranger, "/cards.html", script)).contains("kept: ").doesNotContain("cards\"");
    assertThat(open(friend, "/cards.html", script)).contains("{\"cards\":");
  }

  /** A page needs no leave to show a style or an image of another site, unless that says so. */
  @Test
  void keepsWhatPagesElsewhereWouldShowAsTheirOwn() throws IOException, InterruptedException {
    String script =
        """
        const link = document.createElement('link');
        link.rel = 'stylesheet';
        link.onload = () => out.textContent = 'shown';
        link.onerror = () => out.textContent = 'kept';
        link.href = '%s/style.css';
        document.head.append(link);
        """;
    friend.createContext(
        "/style.css",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "text/css");
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });

    assertThat(open(stranger, "/other.html", script.formatted(origin(friend)))).contains(">shown<");
    assertThat(open(stranger, "/ours.html", script.formatted("SERVER"))).contains(">kept<");
  }

  @Test
  void showsTheDiscoveryToEveryPage() throws IOException, InterruptedException {
    assertThat(
            open(
                stranger,
                "/discovery.html",
                "fetch('SERVER/cds-services').then(r => r.text()).then(t => out.textContent = t)"))
        .contains("order-sign");
  }

  @Test
  void doesNotMindPrograms() {
    assertThat(create("program")).isEqualTo(201);
    assertThat(view()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://spinexr.example.org",
        "HTTPS://SpineXR.Example.org",
        "https://spinexr.example.org:443",
      })
  void takesWritesOfItsOwnPages(String origin) {
    assertThat(create("own", "Origin", origin)).isEqualTo(201);
  }

  @Test
  void takesWritesFromTheAddressThatItWasCalledBy() {
    String own = server.address().toString();
    assertThat(create("own", "Origin", own, "Sec-Fetch-Site", "same-origin")).isEqualTo(201);
    assertThat(create("own", "Origin", own.replace("http", "HTTP"))).isEqualTo(201);
    assertThat(create("own", "Sec-Fetch-Site", "none")).isEqualTo(201);
    assertThat(create("other", "Origin", own.replace("127.0.0.1", "localhost"))).isEqualTo(403);
    assertThat(create("other", "Origin", own.replace("http", "https"))).isEqualTo(403);
  }

  @Test
  void takesARegisteredOriginsWritesOnItsPathOnly() {
    String[] registered = {"Origin", "https://ehr.example.org", "Sec-Fetch-Site", "cross-site"};

    assertThat(view(registered)).isEqualTo(200);
    assertThat(create("other", registered)).isEqualTo(403);
    for (String way : new String[] {"..", "%2e%2e", "%2e.", ";/.."}) {
      assertThat(
              send(
                      "POST",
                      "/cds-services/" + way + "/fhir/Patient",
                      "application/fhir+json",
                      PATIENT.formatted("around"),
                      registered)
                  .statusCode())
          .as(way)
          .isBetween(400, 404);
    }
  }

  /** The filter alone: HAPI's own refuses other origins, too, once one is registered. */
  @Test
  void letsARegisteredViewerWriteToFhirOnly(@TempDir Path base)
      throws LifecycleException, IOException, InterruptedException {
    Tomcat tomcat = guarded(base);
    try {
      for (Map.Entry<String, Integer> path :
          Map.of(
                  "/fhir", 200,
                  "/fhir/Patient", 200,
                  "/fhir;a=b/Patient", 200,
                  "/fhirs", 403,
                  "/cds-services/x", 403,
                  "/admin/fhir", 403,
                  "/x/../fhir/Patient", 200,
                  "/fhir/../admin/x", 403)
              .entrySet()) {
        HttpRequest request =
            HttpRequest.newBuilder(URI.create(origin(tomcat) + path.getKey()))
                .header("Origin", "https://viewer.example.org")
                .header("Sec-Fetch-Site", "cross-site")
                .POST(BodyPublishers.noBody())
                .build();
        assertThat(HTTP.send(request, BodyHandlers.discarding()).statusCode())
            .as(path.getKey())
            .isEqualTo(path.getValue());
      }
    } finally {
      tomcat.stop();
      tomcat.destroy();
    }
  }

  /** Under the server's own referrer policy, which decides what a form says of where it is from. */
  @Test
  void takesTheFormsOfItsOwnPages(@TempDir Path base)
      throws LifecycleException, IOException, InterruptedException {
    Tomcat tomcat = guarded(base);
    try {
      assertThat(new Browser(folder).dom(URI.create(origin(tomcat) + "/form"))).contains("taken");
    } finally {
      tomcat.stop();
      tomcat.destroy();
    }
  }

  private static String origin(Tomcat tomcat) {
    return "http://127.0.0.1:" + tomcat.getConnector().getLocalPort();
  }

  private static Tomcat guarded(Path base) throws LifecycleException {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(base.toString());
    tomcat.setPort(0);
    Context context = tomcat.addContext("", base.toString());
    FilterDef filter = new FilterDef();
    filter.setFilterName("origins");
    filter.setFilter(
        new KnownOrigins(
            URI.create("https://spinexr.example.org"),
            List.of("https://viewer.example.org"),
            List.of()));
    context.addFilterDef(filter);
    FilterMap everything = new FilterMap();
    everything.setFilterName("origins");
    everything.addURLPattern("/*");
    context.addFilterMap(everything);
    Tomcat.addServlet(context, "fhir", new Taker()).addMapping("/fhir/*");
    Tomcat.addServlet(context, "rest", new Taker()).addMapping("/*");
    tomcat.getConnector();
    tomcat.start();
    return tomcat;
  }

  /** Takes every write, and has a page that sends one. */
  private static final class Taker extends HttpServlet {
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.setContentType("text/html");
      response.setHeader(
          "Referrer-Policy",
          send("HEAD", "/", "text/plain", "")
              .headers()
              .firstValue("Referrer-Policy")
              .orElseThrow());
      response
          .getWriter()
          .print(
              "<form method=post action=/taken></form><script>document.forms[0].submit()</script>");
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.getWriter().print("taken");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example.org",
        "https://spinexr.example.org.evil.example",
        "http://spinexr.example.org",
        "https://spinexr.example.org:8443",
        "https://spinexr.example.org/",
        "https://ehr.example.org@evil.example",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "null",
        "file://",
        "chrome-extension://abc",
        "spinexr.example.org",
        "https://",
        "https://spinexr.example.org:",
        "https://a b",
        "*",
        "https://spinexr.example.org https://evil.example.org",
      })
  void refusesAnyOtherOrigin(String origin) throws IOException {
    assertThat(create("other", "Origin", origin)).isEqualTo(403);
    assertThat(view("Origin", origin)).isEqualTo(403);
    assertThat(patients("other")).isZero();
  }

  @Test
  void refusesAnEmptyOriginAndASecondOne() throws IOException {
    assertThat(raw("Origin:")).startsWith("HTTP/1.1 403");
    assertThat(raw("Origin: https://spinexr.example.org\r\nOrigin: https://evil.example.org"))
        .startsWith("HTTP/1.1 403");
    assertThat(raw("Origin: https://spinexr.example.org")).startsWith("HTTP/1.1 400");
  }

  /** An empty order, with headers that clients of Java do not write. */
  private static String raw(String headers) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.address().getPort())) {
      ByteArrayOutputStream request = new ByteArrayOutputStream();
      request.write(
          ("POST /cds-services/spinexr-patient-view HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                  + "Content-Type: application/json\r\nContent-Length: 2\r\n"
                  + "Connection: close\r\n"
                  + headers
                  + "\r\n\r\n{}")
              .getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(request.toByteArray());
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /fhir",
    "POST, /fhir/Patient",
    "PUT, /fhir/Patient/1",
    "PATCH, /fhir/Patient/1",
    "DELETE, /fhir/Patient/1",
    "POST, /fhir/Patient/_search",
    "POST, /cds-services/spinexr-order-sign",
    "POST, /cds-services/spinexr-order-sign/feedback",
    "POST, /admin/cds-feedback",
    "DELETE, /admin/anything",
    "POST, /",
    "POST, /studies/1.2.3",
    "POST, /actuator/health",
  })
  void guardsEveryPathAndMethod(String method, String path) {
    for (String site : new String[] {"cross-site", "same-site", "unheard-of", ""}) {
      HttpResponse<String> response =
          send(method, path, "text/plain", "", "Sec-Fetch-Site", site.isEmpty() ? " " : site);
      assertThat(response.statusCode()).as(site).isEqualTo(403);
      assertThat(response.body()).startsWith("A web page of another origin sent this");
      assertThat(response.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    }
  }

  @Test
  void letsEveryPageRead() {
    for (String method : new String[] {"GET", "HEAD", "OPTIONS"}) {
      assertThat(
              send(method, "/cds-services", "text/plain", "", "Sec-Fetch-Site", "cross-site")
                  .statusCode())
          .isBetween(200, 204);
    }
  }
}
