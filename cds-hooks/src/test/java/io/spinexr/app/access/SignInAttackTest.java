package io.spinexr.app.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody gets in, or stays in, by anything but a sign-in of their own at the provider. */
class SignInAttackTest {
  private static final String SECRET = "a secret of at least 32 characters, known to both";
  private static final String COOKIE = "spinexr";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static URI address;
  private static AccessServer server;
  private static LyingIssuer issuer;

  @BeforeAll
  static void start() throws IOException, JOSEException {
    address = AccessServer.freeAddress();
    URI provider = AccessServer.freeAddress();
    server =
        new AccessServer(
            address, provider, Map.of("secret", SECRET, "spinexr.sign-in.session.idle", "2s"));
    issuer = new LyingIssuer(provider.getPort(), server.clock);
  }

  @AfterAll
  static void stop() {
    server.close();
    issuer.close();
  }

  @AfterEach
  void beHonest() {
    issuer.beHonest();
  }

  private static WebUser signedIn() {
    WebUser user = new WebUser(address);
    assertThat(user.get("/").body()).startsWith(AccessServer.SERVED + "Una User (u1)");
    return user;
  }

  /** Made by the provider of claims that an honest one would not say. */
  static Map<String, Function<JWTClaimsSet, String>> lies() throws JOSEException {
    Map<String, Function<JWTClaimsSet, String>> lies = new LinkedHashMap<>();
    lie(lies, "another issuer", claims -> claims.issuer("https://elsewhere.example.org"));
    lie(lies, "no issuer", claims -> claims.issuer(null));
    lie(lies, "another audience", claims -> claims.audience("another-client"));
    lie(lies, "no audience", claims -> claims.audience((String) null));
    lie(
        lies,
        "two audiences, and not authorized for us",
        claims -> claims.audience(List.of("spinexr", "another-client")));
    lie(
        lies,
        "authorized for another",
        claims -> claims.audience(List.of("spinexr", "other")).claim("azp", "other"));
    lie(lies, "another nonce", claims -> claims.claim("nonce", "of-yesterday"));
    lie(lies, "no nonce", claims -> claims.claim("nonce", null));
    lie(lies, "no subject", claims -> claims.subject(null));
    lie(
        lies,
        "over",
        claims ->
            claims
                .issueTime(Date.from(server.clock.instant().minusSeconds(900)))
                .expirationTime(Date.from(server.clock.instant().minusSeconds(600))));
    lie(lies, "without end", claims -> claims.expirationTime(null));
    lie(
        lies,
        "of tomorrow",
        claims -> claims.issueTime(Date.from(server.clock.instant().plusSeconds(86_400))));
    lie(lies, "no role", claims -> claims.claim("roles", List.of("porter")));
    lie(lies, "a role in other letters", claims -> claims.claim("roles", List.of("Radiologist")));
    lie(
        lies,
        "roles that are no list of texts",
        claims -> claims.claim("roles", Map.of("radiologist", true)));
    lie(lies, "no roles", claims -> claims.claim("roles", null));
    RSAKey other = new RSAKeyGenerator(2048).keyID("k1").generate();
    lies.put("signed by another", claims -> issuer.signed(claims, other));
    lies.put("not signed", claims -> new PlainJWT(claims).serialize());
    lies.put("signed by the shared secret", SignInAttackTest::bySecret);
    lies.put("with another end", claims -> changed(issuer.signed(claims)));
    lies.put("no token", claims -> "nothing");
    return lies;
  }

  static Stream<String> namesOfLies() throws JOSEException {
    return lies().keySet().stream();
  }

  private static void lie(
      Map<String, Function<JWTClaimsSet, String>> lies,
      String name,
      Function<JWTClaimsSet.Builder, JWTClaimsSet.Builder> change) {
    lies.put(name, claims -> issuer.signed(change.apply(new JWTClaimsSet.Builder(claims)).build()));
  }

  private static String bySecret(JWTClaimsSet claims) {
    try {
      SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
      token.sign(new MACSigner(SECRET.getBytes(StandardCharsets.UTF_8)));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String changed(String token) {
    char last = token.charAt(token.length() - 10);
    return token.substring(0, token.length() - 10)
        + (last == 'A' ? 'B' : 'A')
        + token.substring(token.length() - 9);
  }

  @ParameterizedTest
  @MethodSource("namesOfLies")
  void refusesAnIdTokenThatDoesNotCount(String name) throws JOSEException {
    issuer.say(lies().get(name));
    WebUser user = new WebUser(address);
    HttpResponse<String> answer = user.get("/studies/1.2.3");
    assertThat(answer.statusCode()).as(answer.body()).isIn(401, 403);
    assertThat(answer.body()).doesNotContain(AccessServer.SERVED, "Exception", "u1");
    assertThat(user.ask("GET", "/").statusCode()).as("nobody is signed in").isEqualTo(302);
  }

  @Test
  void tellsSomebodyWithoutARoleWhatIsMissing() {
    issuer.say(
        claims ->
            issuer.signed(
                new JWTClaimsSet.Builder(claims).claim("roles", List.of("porter")).build()));
    HttpResponse<String> answer = new WebUser(address).get("/");
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("You have no role here");
  }

  @Test
  void asksWithStateNonceAndProofKeyAtOurAddressOnly() {
    signedIn();
    assertThat(issuer.asked)
        .containsEntry("response_type", "code")
        .containsEntry("code_challenge_method", "S256")
        .containsEntry("redirect_uri", address + "/login/oauth2/code/spinexr");
    assertThat(issuer.asked.get("state")).hasSizeGreaterThan(30);
    assertThat(issuer.asked.get("nonce")).hasSizeGreaterThan(30);
    assertThat(issuer.asked.get("code_challenge")).hasSize(43);
  }

  @Test
  void comesBackToTheLinkThatWasFollowed() {
    HttpResponse<String> answer = new WebUser(address).get("/studies/1.2.3?card=a&x=%7C1");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.uri()).isEqualTo(address.resolve("/studies/1.2.3?card=a&x=%7C1"));
  }

  @Test
  void takesACodeOnce() {
    WebUser user = signedIn();
    String back = "/login/oauth2/code/spinexr?code=c1&state=" + issuer.asked.get("state");
    assertThat(user.ask("GET", back).statusCode()).isEqualTo(401);
  }

  @Test
  void takesACodeOnlyWhereTheSignInWasBegun() {
    WebUser attacker = new WebUser(address);
    String provider =
        attacker
            .ask("GET", "/oauth2/authorization/spinexr")
            .headers()
            .firstValue("Location")
            .orElseThrow();
    String back = attacker.ask("GET", provider).headers().firstValue("Location").orElseThrow();
    WebUser victim = new WebUser(address);
    assertThat(victim.ask("GET", back).statusCode()).isEqualTo(401);
    assertThat(victim.ask("GET", "/").statusCode()).isEqualTo(302);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?code=c1",
        "?state=forged&code=c1",
        "?error=access_denied&state=forged",
        "",
        "?code=c1&state=a&state=b"
      })
  void refusesAnswersThatNobodyAskedFor(String query) {
    WebUser user = new WebUser(address);
    assertThat(user.ask("GET", "/login/oauth2/code/spinexr" + query).statusCode()).isIn(400, 401);
    assertThat(user.ask("GET", "/").statusCode()).isEqualTo(302);
  }

  @Test
  void keepsNothingOfWhoHasNotSignedIn() {
    WebUser user = new WebUser(address);
    for (String path :
        List.of(
            "/",
            "/studies/1.2.3?card=a",
            "/oauth2/authorization/spinexr?page=%2Fstudies%2F1.2.3",
            "/login/oauth2/code/spinexr?code=c1&state=forged")) {
      HttpResponse<String> answer = user.ask("GET", path);
      assertThat(answer.statusCode()).isIn(302, 401);
      assertThat(user.cookie(COOKIE)).as(path).isEmpty();
    }
    user.get("/");
    assertThat(user.cookie(COOKIE)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example.org/",
        "@evil.example.org/",
        ".evil.example.org/",
        "/%0d%0aSet-Cookie:a=b",
        "%5c%5cevil.example.org",
      })
  void leadsNowhereElseAfterSignIn(String page) {
    HttpResponse<String> answer =
        new WebUser(address).get("/oauth2/authorization/spinexr?page=" + page);
    assertThat(answer.uri()).isEqualTo(address.resolve("/"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "...", "a.b.c.d", "%%%.a.b.c"})
  void takesNoSignInThatItDidNotBegin(String cookie) {
    WebUser user = new WebUser(address);
    user.setCookie(COOKIE + "-sign-in", cookie);
    assertThat(user.ask("GET", "/login/oauth2/code/spinexr?code=c1&state=a").statusCode())
        .isEqualTo(401);
  }

  @Test
  void comesBackToTheStartFromAnAddressThatIsTooLong() {
    String page = "/studies/1.2.3?x=" + "a".repeat(5000);
    assertThat(new WebUser(address).get(page).uri()).isEqualTo(address.resolve("/"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"forged", "0123456789ABCDEF0123456789ABCDEF", ""})
  void takesNoCookieThatItDidNotSet(String value) {
    WebUser user = new WebUser(address);
    user.setCookie(COOKIE, value);
    assertThat(user.ask("GET", "/").statusCode()).isEqualTo(302);
    assertThat(user.get("/").statusCode()).isEqualTo(200);
    assertThat(user.cookie(COOKIE).orElseThrow()).isNotEqualTo(value);
  }

  @Test
  void takesNoSessionFromTheAddress() {
    String cookie = signedIn().cookie(COOKIE).orElseThrow();
    for (String path : List.of("/?spinexr=" + cookie, "/?jsessionid=" + cookie)) {
      assertThat(new WebUser(address).ask("GET", path).statusCode()).isEqualTo(302);
    }
    assertThat(new WebUser(address).ask("GET", "/;jsessionid=" + cookie).statusCode())
        .isEqualTo(400);
  }

  @Test
  void setsCookiesThatScriptsAndOtherSitesDoNotGet() {
    WebUser user = new WebUser(address);
    HttpResponse<String> begun = user.ask("GET", "/oauth2/authorization/spinexr");
    String provider = begun.headers().firstValue("Location").orElseThrow();
    String back = user.ask("GET", provider).headers().firstValue("Location").orElseThrow();
    List<String> set =
        Stream.of(begun, user.ask("GET", back))
            .flatMap(answer -> answer.headers().allValues("Set-Cookie").stream())
            .toList();
    assertThat(set)
        .anyMatch(cookie -> cookie.startsWith(COOKIE + "="))
        .anyMatch(cookie -> cookie.startsWith(COOKIE + "-sign-in="))
        .allSatisfy(
            cookie ->
                assertThat(cookie)
                    .contains("HttpOnly", "SameSite=Lax", "Path=/")
                    .doesNotContain("Domain"));
  }

  @Test
  void endsASessionThatNobodyUses() throws InterruptedException {
    WebUser user = signedIn();
    Thread.sleep(Duration.ofMillis(2500).toMillis());
    assertThat(user.ask("GET", "/").statusCode()).isEqualTo(302);
  }

  @Test
  void endsASessionAfterItsLongestTimeHoweverBusy() {
    WebUser user = signedIn();
    server.clock.pass(Duration.ofHours(11));
    assertThat(user.ask("GET", "/").statusCode()).isEqualTo(200);
    server.clock.pass(Duration.ofHours(1).plusSeconds(1));
    assertThat(user.ask("GET", "/").statusCode()).isEqualTo(302);
  }

  @Test
  void doesNothingForFormsOfOthers() {
    WebUser user = signedIn();
    for (Map<String, String> fields :
        List.of(
            Map.<String, String>of(),
            Map.of("_csrf", "forged"),
            Map.of("_csrf", AccessServer.formToken(signedIn())))) {
      HttpResponse<String> answer = user.submit("/studies/1.2.3/withdraw", fields);
      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(answer.body()).contains("Nothing was done");
    }
    assertThat(user.submit("/sign-out", Map.of()).statusCode()).isEqualTo(403);
    assertThat(user.ask("GET", "/sign-out").statusCode()).isEqualTo(404);
    assertThat(user.ask("GET", "/").statusCode()).as("still signed in").isEqualTo(200);
    assertThat(
            user.submit("/studies/1.2.3/withdraw", Map.of("_csrf", AccessServer.formToken(user)))
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void signsOutForGood() {
    WebUser user = signedIn();
    String cookie = user.cookie(COOKIE).orElseThrow();
    HttpResponse<String> answer =
        user.submit("/sign-out", Map.of("_csrf", AccessServer.formToken(user)));
    assertThat(answer.body()).contains("You are signed out");
    WebUser thief = new WebUser(address);
    thief.setCookie(COOKIE, cookie);
    assertThat(thief.ask("GET", "/").statusCode()).isEqualTo(302);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/studies/1.2.3;a=b",
        "/admin;a=b/model-sets/a/recall",
        "//admin/anything",
        "/style.css/../admin/anything",
        "/style.css/%2e%2e/admin/anything",
        "/studies/1.2.3%2fwithdraw",
        "/%61dmin%2Fanything",
        "/fhir/../admin/anything",
        "/fhir/..;/admin/anything",
        "/cds-services/%2e%2e/admin/anything",
        "/admin%5canything",
        "/admin/anything%00",
        "/Admin/anything",
        "/%61dmin/anything",
        "/admin/anything/.",
      })
  void letsNoSpellingOfAnAddressPast(String path) throws IOException {
    assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: " + address.getAuthority()))
        .containsPattern("^HTTP/1.1 (302|40[014])")
        .doesNotContain(AccessServer.SERVED);
  }

  @Test
  void leadsToOurAddressWhateverHostIsNamed() throws IOException {
    assertThat(raw("GET / HTTP/1.1\r\nAccept: text/html\r\nHost: evil.example.org"))
        .startsWith("HTTP/1.1 302")
        .contains("Location: " + address + "/oauth2/authorization/spinexr")
        .doesNotContain("evil");
    assertThat(raw("GET /oauth2/authorization/spinexr HTTP/1.1\r\nHost: evil.example.org"))
        .startsWith("HTTP/1.1 302")
        .doesNotContain("evil");
  }

  private static String raw(String head) throws IOException {
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write((head + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static JWTClaimsSet.Builder program() {
    return issuer
        .claims()
        .audience(address.toString())
        .subject("robot")
        .claim("roles", List.of("administrator"));
  }

  private static int recall(String token) throws IOException, InterruptedException {
    return HTTP.send(
            HttpRequest.newBuilder(address.resolve("/admin/model-sets/a/recall"))
                .header("Authorization", "Bearer " + token)
                .POST(BodyPublishers.noBody())
                .build(),
            BodyHandlers.ofString())
        .statusCode();
  }

  @Test
  void takesOfProgramsOnlyAccessTokensForUs()
      throws IOException, InterruptedException, JOSEException {
    assertThat(recall(issuer.signed(program().build()))).isEqualTo(200);
    assertThat(recall(issuer.signed(program().audience(List.of("x", address.toString())).build())))
        .isEqualTo(200);
    Map<String, JWTClaimsSet.Builder> claims = new LinkedHashMap<>();
    claims.put("an ID token", program().audience("spinexr"));
    claims.put("for another server", program().audience("https://other.example.org"));
    claims.put("for nobody", program().audience((String) null));
    claims.put("of another issuer", program().issuer("https://elsewhere.example.org"));
    claims.put("of no issuer", program().issuer(null));
    claims.put("of nobody", program().subject(null));
    claims.put(
        "over", program().expirationTime(Date.from(server.clock.instant().minusSeconds(90))));
    claims.put(
        "of tomorrow", program().notBeforeTime(Date.from(server.clock.instant().plusSeconds(900))));
    for (Map.Entry<String, JWTClaimsSet.Builder> one : claims.entrySet()) {
      assertThat(recall(issuer.signed(one.getValue().build()))).as(one.getKey()).isEqualTo(401);
    }
    JWTClaimsSet good = program().build();
    assertThat(recall(issuer.signed(good, new RSAKeyGenerator(2048).keyID("k1").generate())))
        .isEqualTo(401);
    assertThat(recall(new PlainJWT(good).serialize())).isEqualTo(401);
    assertThat(recall(bySecret(good))).isEqualTo(401);
    assertThat(recall(changed(issuer.signed(good)))).isEqualTo(401);
    assertThat(recall("x.y.z")).isEqualTo(401);
    assertThat(recall("x")).isEqualTo(401);
    assertThat(recall(issuer.signed(program().claim("roles", List.of("porter")).build())))
        .isEqualTo(403);
  }

  @Test
  void asksTheProviderForItsKeysSeldomHoweverManyNamesAreMadeUp()
      throws IOException, InterruptedException, JOSEException {
    assertThat(recall(issuer.signed(program().build()))).isEqualTo(200);
    int before = issuer.keysAsked.get();
    RSAKey other = new RSAKeyGenerator(2048).generate();
    for (int i = 0; i < 20; i++) {
      RSAKey madeUp = new RSAKey.Builder(other).keyID("made-up-" + i).build();
      assertThat(recall(issuer.signed(program().build(), madeUp))).isEqualTo(401);
    }
    assertThat(issuer.keysAsked.get() - before).isLessThanOrEqualTo(2);
    assertThat(recall(issuer.signed(program().build()))).isEqualTo(200);
  }

  @Test
  void saysThatTheProviderFailsAtTheCode() {
    issuer.refuseCodes();
    HttpResponse<String> answer = new WebUser(address).get("/");
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).contains("Signing in did not work", "Try again");
  }
}
