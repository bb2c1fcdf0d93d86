package io.spinexr.cds.token;

import io.spinexr.cds.wire.WebOrigin;
import io.spinexr.fhir.token.RegisteredPlace;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * {@code spinexr.cds}: how this server speaks CDS Hooks.
 *
 * @param budget from the arrival of a request to its answer; clients expect 500 ms
 * @param maxBody longest request body, and longest resource read from an EHR
 * @param lenient accepts any text as {@code hookInstance} and {@code userId}
 * @param maxStudies how many findings cards an answer has at most, gravest study first; all others
 *     are named in one more card
 * @param relevantFor how long after its date a study of the same region matters to a new order
 * @param displayScore findings with a lower score are only counted on cards, unless triage acts on
 *     them; from 0 to 1
 * @param respectOverrides whether findings that a user has set aside with a reason are not shown to
 *     that user again until they change
 * @param authenticate whether clients must prove who they are by a signed token (CDS Hooks 2.0,
 *     Trusting CDS Clients); needs an issuer and keys for every client. Where others can reach the
 *     server it is true unless it is set, which spinexr.trusted-network allows, or unless no client
 *     has keys in such a network
 * @param maxTokenLifetime longest time from a token's issue to its end; the standard says 5
 *     minutes, and clients with the profile epic may take 15
 * @param clients the registered EHRs
 * @param allowedOrigins web origins whose pages may call the services and give feedback, e.g.
 *     {@code https://ehr.example.org}; by default none. Only EHRs that call from a browser need it;
 *     the discovery is open to all
 * @param spineOrders which orders count as spine radiography
 */
public record CdsProperties(
    @DefaultValue("450ms") Duration budget,
    @DefaultValue("4MB") DataSize maxBody,
    @DefaultValue("false") boolean lenient,
    @DefaultValue("3") int maxStudies,
    @DefaultValue("90d") Duration relevantFor,
    @DefaultValue("0.3") double displayScore,
    @DefaultValue("true") boolean respectOverrides,
    @DefaultValue("false") boolean authenticate,
    @DefaultValue("5m") Duration maxTokenLifetime,
    @DefaultValue List<Client> clients,
    @DefaultValue List<String> allowedOrigins,
    @DefaultValue SpineOrders spineOrders) {
  public CdsProperties {
    require(
        budget.compareTo(Duration.ofMillis(50)) >= 0
            && budget.compareTo(Duration.ofSeconds(30)) <= 0,
        "spinexr.cds.budget must be from 50ms to 30s");
    require(
        maxBody.toBytes() >= 1024 && maxBody.toBytes() <= 256L << 20,
        "spinexr.cds.max-body must be from 1KB to 256MB");
    require(maxStudies >= 1 && maxStudies <= 20, "spinexr.cds.max-studies must be from 1 to 20");
    require(
        !relevantFor.isNegative() && relevantFor.compareTo(Duration.ofDays(3660)) <= 0,
        "spinexr.cds.relevant-for must be from 0d to 3660d");
    require(
        displayScore >= 0 && displayScore <= 1, "spinexr.cds.display-score must be from 0 to 1");
    clients = List.copyOf(clients);
    require(
        clients.stream().map(Client::name).distinct().count() == clients.size(),
        "spinexr.cds.clients must have different names");
    allowedOrigins = List.copyOf(allowedOrigins);
    require(
        allowedOrigins.stream().allMatch(origin -> WebOrigin.parse(origin).isPresent()),
        "spinexr.cds.allowed-origins must be origins like https://ehr.example.org: no path, no *");
    require(
        maxTokenLifetime.compareTo(Duration.ofSeconds(1)) >= 0
            && maxTokenLifetime.compareTo(Duration.ofHours(1)) <= 0,
        "spinexr.cds.max-token-lifetime must be from 1s to 1h");
    if (authenticate) {
      require(!clients.isEmpty(), "spinexr.cds.authenticate needs spinexr.cds.clients");
      require(
          clients.stream().allMatch(Client::hasKeys),
          "spinexr.cds.authenticate needs issuer and jwks of every one of spinexr.cds.clients");
      require(
          clients.stream().map(c -> c.issuer() + "\n" + c.tenant()).distinct().count()
              == clients.size(),
          "spinexr.cds.clients must differ in issuer or tenant");
    }
    Objects.requireNonNull(spineOrders, "spineOrders");
  }

  /**
   * A registered EHR.
   *
   * @param name of the client, for logs and for orders that come without a FHIR server
   * @param issuer the {@code iss} of its tokens; required to authenticate
   * @param jwks where its public keys are, one address or several: https, http on loopback, or a
   *     file: URL; required to authenticate. A token that names a key set (jku) must name one of
   *     them
   * @param tenant the {@code tenant} of its tokens, where one issuer serves several; else absent
   * @param fhirServers base URLs of its FHIR servers, the only ones that are ever read from; https,
   *     or http on loopback
   * @param profile whose product the client is: standard, epic or oracle
   */
  public record Client(
      String name,
      String issuer,
      @DefaultValue List<URI> jwks,
      @Nullable String tenant,
      @DefaultValue List<URI> fhirServers,
      @DefaultValue("standard") ClientProfile profile) {
    public Client {
      require(
          name != null && !name.isBlank(),
          "spinexr.cds.clients[].name is required for every client");
      fhirServers = List.copyOf(fhirServers);
      fhirServers.forEach(
          server -> requireTrusted("spinexr.cds.clients[].fhir-servers of " + name, server));
      jwks = List.copyOf(jwks);
      jwks.stream()
          .filter(set -> !"file".equals(set.getScheme()))
          .forEach(set -> requireTrusted("spinexr.cds.clients[].jwks of " + name, set));
    }

    /** Whether its tokens can be checked. */
    public boolean hasKeys() {
      return issuer != null && !jwks.isEmpty();
    }
  }

  /**
   * Which orders count as spine radiography, beyond the codes and words that are built in
   * (docs/order-codes.md).
   *
   * @param codes the site's own, as {@code system|code}; the system in any of its spellings. They
   *     add to the built-in LOINC, CPT, SNOMED CT and ICD-10-PCS codes of docs/order-codes.md
   * @param radiograph a text that names a radiograph, beside those that the built-in words name;
   *     not case-sensitive, found anywhere
   * @param spine a text that names the spine or a part of it, beside those that the built-in words
   *     name
   * @param otherModality a text that names another examination, beside those that the built-in
   *     words name
   */
  public record SpineOrders(
      @DefaultValue Set<String> codes,
      @DefaultValue Optional<Pattern> radiograph,
      @DefaultValue Optional<Pattern> spine,
      @DefaultValue Optional<Pattern> otherModality) {
    public SpineOrders {
      codes = Set.copyOf(codes);
      require(
          codes.stream().allMatch(code -> code.matches("[^|\\s]+\\|[^|\\s]+")),
          "spinexr.cds.spine-orders.codes must be written system|code");
      radiograph = radiograph.map(SpineOrders::ignoringCase);
      spine = spine.map(SpineOrders::ignoringCase);
      otherModality = otherModality.map(SpineOrders::ignoringCase);
    }

    private static Pattern ignoringCase(Pattern pattern) {
      return Pattern.compile(pattern.pattern(), Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    }
  }

  private static void requireHttp(String key, URI url) {
    require(
        ("https".equalsIgnoreCase(url.getScheme()) || "http".equalsIgnoreCase(url.getScheme()))
            && url.getHost() != null
            && url.getUserInfo() == null
            && url.getQuery() == null
            && url.getFragment() == null,
        key + " must be an absolute http(s) URL without user, query and fragment");
  }

  private static void requireTrusted(String key, URI url) {
    requireHttp(key, url);
    require(
        "https".equalsIgnoreCase(url.getScheme()) || RegisteredPlace.isLoopback(url),
        key + " must use https, or be on loopback");
  }

  private static void require(boolean rule, String message) {
    if (!rule) {
      throw new IllegalArgumentException(message);
    }
  }
}
