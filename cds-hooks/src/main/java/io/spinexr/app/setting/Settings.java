package io.spinexr.app.setting;

import io.spinexr.archive.patient.PatientMatchingProperties;
import io.spinexr.archive.study.Archive;
import io.spinexr.archive.study.RadiographProperties;
import io.spinexr.audit.AuditProperties;
import io.spinexr.cds.order.PrivacyProperties;
import io.spinexr.cds.token.CdsProperties;
import io.spinexr.fhir.server.FhirServerProperties;
import io.spinexr.fhir.store.EhrAccess;
import io.spinexr.fhir.store.EhrFhirTarget;
import io.spinexr.fhir.study.Issuer;
import io.spinexr.fhir.study.Operator;
import io.spinexr.fhir.token.BackendServices;
import io.spinexr.fhir.upkeep.StoredRecord;
import io.spinexr.finding.LesionType;
import io.spinexr.finding.ModelVersion;
import io.spinexr.inference.Batching;
import io.spinexr.inference.runtime.DeviceOptions;
import io.spinexr.job.AnalysisProperties;
import io.spinexr.order.FhirServerUrl;
import io.spinexr.radiograph.ImageMemory;
import io.spinexr.retention.RetentionProperties;
import io.spinexr.search.EhrServer;
import io.spinexr.search.SearchProperties;
import io.spinexr.tls.Peers;
import io.spinexr.triage.ReadingPriority;
import io.spinexr.triage.TriagePolicy;
import io.spinexr.triage.TriageRule;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Everything a site can set under {@code spinexr}. A value that breaks a rule stops the start with
 * a sentence.
 *
 * @param data folder of the database and of whatever else the server keeps
 * @param publicUrl where people and the EHR reach this server; the links on cards start with it
 * @param trustedNetwork whether everyone who can reach the server may see and change everything;
 *     needed where server.address or public-url is not loopback and nobody is asked who is there,
 *     be it at the pages, at /cds-services or at /fhir
 * @param trustedProxies IP addresses of reverse proxies; what they say in X-Forwarded-For and
 *     X-Forwarded-Proto is believed, and of nobody else
 * @param healthPort a second port of server.address on which only /actuator is answered, by threads
 *     of its own; 0 for none
 * @param roles what this node does: front (CDS Hooks, pages, /fhir and the administration), analyst
 *     (the networks), or both; nodes with one role share a PostgreSQL database
 * @param issuerSslBundle certificates for whoever signs tokens, where their metadata and keys are
 *     read: sign-in.issuer, fhir.issuers and the jwks of cds.clients; as ehr.ssl-bundle
 * @param timeZone IANA name, such as Europe/Berlin, of the zone of times that come without an
 *     offset, such as most study times of the archive, and of times that people are shown; empty
 *     for the operating system's
 * @param archives several archives by name, in lower-case letters and digits, instead of {@code
 *     spinexr.archive}: {@code spinexr.archives.north.base-url} and whatever else that has, secrets
 *     as {@code SPINEXR_ARCHIVES_NORTH_PASSWORD}. All are searched; what several hold is taken from
 *     the first by name that gives it
 */
@ConfigurationProperties(prefix = "spinexr")
public record Settings(
    @DefaultValue("spinexr-data") Path data,
    URI publicUrl,
    @DefaultValue("false") boolean trustedNetwork,
    @DefaultValue List<String> trustedProxies,
    @DefaultValue("0") int healthPort,
    @DefaultValue @NestedConfigurationProperty LimitProperties limits,
    @DefaultValue({"front", "analyst"}) Set<NodeRole> roles,
    @DefaultValue("") String issuerSslBundle,
    @DefaultValue("") String timeZone,
    @DefaultValue Organization organization,
    @DefaultValue Database database,
    @Nullable @NestedConfigurationProperty ArchiveProperties archive,
    @DefaultValue Map<String, ArchiveProperties> archives,
    @DefaultValue Models models,
    @DefaultValue Triage triage,
    @DefaultValue Ehr ehr,
    @DefaultValue @NestedConfigurationProperty CdsProperties cds,
    @DefaultValue @NestedConfigurationProperty PrivacyProperties privacy,
    @DefaultValue @NestedConfigurationProperty PatientMatchingProperties patientMatching,
    @DefaultValue @NestedConfigurationProperty RadiographProperties radiographs,
    @DefaultValue @NestedConfigurationProperty SearchProperties search,
    @DefaultValue @NestedConfigurationProperty AnalysisProperties analysis,
    @DefaultValue @NestedConfigurationProperty RetentionProperties retention,
    @DefaultValue @NestedConfigurationProperty AuditProperties audit,
    @DefaultValue @NestedConfigurationProperty FhirServerProperties fhir,
    @Nullable @NestedConfigurationProperty SignInProperties signIn) {
  /**
   * After which PostgreSQL counts as gone: far more than any statement takes on a record in use.
   */
  private static final Duration LONGEST_STATEMENT = Duration.ofMinutes(2);

  public Settings {
    Rules.webAddress("public-url", publicUrl);
    trustedProxies =
        trustedProxies.stream().map(proxy -> Rules.ipAddress("trusted-proxies", proxy)).toList();
    Rules.inRange("health-port", healthPort, 0, 65535);
    Rules.check(!roles.isEmpty(), "roles", "must name front, analyst or both", "");
    roles = Collections.unmodifiableSet(EnumSet.copyOf(roles));
    Rules.check(
        roles.containsAll(EnumSet.allOf(NodeRole.class)) || database.shared(),
        "roles",
        "must be front and analyst unless spinexr.database.url is a PostgreSQL database, because"
            + " no other node can do the rest",
        roles.toString().toLowerCase(Locale.ROOT));
    Rules.check(
        timeZone.isEmpty() || ZoneId.getAvailableZoneIds().contains(timeZone),
        "time-zone",
        "must be the IANA name of a time zone, such as Europe/Berlin",
        timeZone);
    archives = Collections.unmodifiableMap(new TreeMap<>(archives));
    for (String name : archives.keySet()) {
      Rules.check(
          name.matches("[a-z][a-z0-9]*"),
          "archives",
          "must have names of lower-case letters and digits",
          name);
    }
    Rules.check(
        archive == null || archives.isEmpty(),
        "archive",
        "and spinexr.archives cannot both be set: give the one archive a name among the others",
        "");
    Rules.check(archive != null || !archives.isEmpty(), "archive.base-url", "must be set", "");
    Rules.check(
        signIn == null || Rules.isPrivate(publicUrl),
        "public-url",
        "must use https, or be on loopback, where people sign in",
        publicUrl);
    Rules.check(
        signIn == null || !signIn.clientId().equals(publicUrl.toString().replaceAll("/+$", "")),
        "sign-in.client-id",
        "must not be spinexr.public-url: an ID token, which is for the client, would pass as a"
            + " program's access token, which is for the address",
        publicUrl);
  }

  /** The only one, without a name, or all by name. */
  public List<Archive> siteArchives(TlsBundles bundles) {
    long maxFile = analysis.imageMemory().file();
    return archive != null
        ? List.of(archive.archive("", patientMatching, maxFile, bundles))
        : archives.entrySet().stream()
            .map(
                named ->
                    named.getValue().archive(named.getKey(), patientMatching, maxFile, bundles))
            .toList();
  }

  /** How to speak TLS to whom this server asks, beside archives. */
  public Peers peers(TlsBundles bundles) {
    return new Peers(
        bundles.context("ehr.ssl-bundle", ehr.sslBundle()),
        bundles.context("issuer-ssl-bundle", issuerSslBundle));
  }

  /**
   * @param bytes that the heap of this process can have
   * @throws Mistake if images, or the server itself, would soon need more
   */
  public void requireHeap(long bytes) {
    int workers = roles.contains(NodeRole.ANALYST) ? analysis.workers() : 0;
    long smallest = ImageMemory.smallestHeap(workers);
    if (bytes < smallest) {
      String what = workers == 0 ? "a server" : "spinexr.analysis.workers: " + workers;
      throw new Mistake(
          "The Java heap of %d MB is too small for %s; give it more: SPINEXR_JAVA_OPTS=-Xmx%dm."
              .formatted(bytes >> 20, what, recommended(smallest)));
    }
  }

  /** A VM keeps a part of its -Xmx aside, and tells only the rest. */
  private static long recommended(long bytes) {
    return (bytes * 21 / 20 >> 20) / 50 * 50 + 50;
  }

  public ZoneId zone() {
    return timeZone.isEmpty() ? ZoneId.systemDefault() : ZoneId.of(timeZone);
  }

  /**
   * JDBC URL of the database. H2 loses no acknowledged result in a crash with WRITE_DELAY=0, stays
   * open until the last job has stopped with DB_CLOSE_ON_EXIT=FALSE, and of its kinds of files
   * async is one that an interrupted thread does not close for all others. PostgreSQL's driver
   * waits for an answer of a server that is gone as long as the operating system does, many
   * minutes, unless the URL says otherwise.
   */
  public String databaseUrl() {
    return database.url().isEmpty()
        ? "jdbc:h2:async:%s;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE"
            .formatted(data.toAbsolutePath().resolve("database/spinexr"))
        : database.address();
  }

  /** Who answers for results. */
  public Issuer issuer(Map<ModelVersion, String> modelCards) {
    return new Issuer(
        organization.operator(),
        Optional.of(organization.accessionSystem()).filter(system -> !system.isEmpty()),
        publicUrl,
        modelCards);
  }

  /**
   * The organization that runs this server. It stands as performer on reports and observations,
   * because R4 does not let an AI stand there.
   *
   * @param name for people
   * @param identifierSystem namespace of its identifier, an absolute URI; empty: it is known by its
   *     name
   * @param identifierValue its identifier there
   * @param accessionSystem namespace of the accession numbers, an absolute URI; empty: they are
   *     written without one
   */
  public record Organization(
      @DefaultValue("Operator of this SpineXR server") String name,
      @DefaultValue("") String identifierSystem,
      @DefaultValue("") String identifierValue,
      @DefaultValue("") String accessionSystem) {
    public Organization {
      Rules.require("organization.name", name);
      Rules.namespace("organization.identifier-system", identifierSystem);
      Rules.namespace("organization.accession-system", accessionSystem);
      Rules.check(
          identifierSystem.isEmpty() == identifierValue.isBlank(),
          "organization.identifier-value",
          "must be set where organization.identifier-system is, and only there",
          "");
    }

    Operator operator() {
      return identifierSystem.isEmpty()
          ? Operator.named(name)
          : new Operator(name, identifierSystem, identifierValue);
    }
  }

  /**
   * Where results, orders and jobs are kept.
   *
   * @param url JDBC URL of an H2 or PostgreSQL database; empty for an H2 file in the data folder.
   *     One of another H2 file needs what the default has: {@code
   *     jdbc:h2:async:/path;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE}
   * @param username database user
   * @param password its password, from the environment variable SPINEXR_DATABASE_PASSWORD only
   * @param connections how many connections are kept at most
   */
  public record Database(
      @DefaultValue("") String url,
      @DefaultValue("spinexr") String username,
      @DefaultValue("") String password,
      @DefaultValue("20") int connections) {
    public Database {
      Rules.check(
          url.isEmpty() || url.startsWith("jdbc:h2:") || url.startsWith("jdbc:postgresql:"),
          "database.url",
          "must start with jdbc:h2: or jdbc:postgresql:",
          url);
      Rules.inRange("database.connections", connections, 4, 200);
    }

    /** Whether several nodes can use it. */
    public boolean shared() {
      return url.startsWith("jdbc:postgresql:");
    }

    /**
     * With what every connection needs. PostgreSQL's driver quotes the values of a statement that
     * failed, which are logged with its exception, unless it is told not to.
     */
    String address() {
      if (!shared()) {
        return url;
      }
      String timeout =
          url.contains("socketTimeout=")
              ? ""
              : "socketTimeout=%d&".formatted(LONGEST_STATEMENT.toSeconds());
      return url + (url.contains("?") ? "&" : "?") + timeout + "logServerErrorDetail=false";
    }
  }

  /**
   * The EHR's own FHIR server, as a second place for results.
   *
   * @param baseUrl of its FHIR R4 server; empty: results stay here. It must take transactions with
   *     conditional creates and updates; docs/fhir.md lists the resources. One that does not take
   *     Binary under ids that we give gets the results without pictures
   * @param token bearer token that never changes, from the environment variable SPINEXR_EHR_TOKEN
   *     only
   * @param timeout for connecting and for each answer
   * @param oauth bearer tokens from the EHR's authorization server
   * @param sslBundle name of an SSL bundle of Spring Boot (spring.ssl.bundle) for the EHR's FHIR
   *     server, its authorization server, the EHRs of sign-in.launches and the fhir-servers of
   *     cds.clients: what its truststore holds is trusted beside Java's own, and its keystore is
   *     shown to servers that ask for a client certificate
   */
  public record Ehr(
      @DefaultValue("") String baseUrl,
      @DefaultValue("") String token,
      @DefaultValue("10s") Duration timeout,
      @DefaultValue @NestedConfigurationProperty EhrOauthProperties oauth,
      @DefaultValue("") String sslBundle) {
    public Ehr {
      if (!baseUrl.isEmpty()) {
        Rules.webAddress("ehr.base-url", baseUrl);
      }
      Rules.positive("ehr.timeout", timeout);
      Rules.check(
          token.isEmpty() || oauth.tokenUrl().isEmpty(),
          "ehr.oauth.token-url",
          "must not be set beside the environment variable SPINEXR_EHR_TOKEN",
          "");
    }

    public Optional<EhrServer> server(SSLContext tls, Clock clock) {
      return baseUrl.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new EhrServer(
                  new FhirServerUrl(baseUrl),
                  new StoredRecord(
                      new EhrFhirTarget(URI.create(baseUrl), access(tls, clock), timeout, tls))));
    }

    private EhrAccess access(SSLContext tls, Clock clock) {
      return oauth
          .registration()
          .map(client -> EhrAccess.by(new BackendServices(client, timeout, tls, clock)))
          .orElseGet(() -> token.isEmpty() ? EhrAccess.open() : EhrAccess.by(token));
    }

    /** Without secrets. */
    @Override
    public String toString() {
      return "Ehr[" + baseUrl + "]";
    }
  }

  /**
   * The networks and where they run.
   *
   * @param folder of the active model set: model-set.json and one subfolder per model
   * @param device cpu or gpu; gpu needs a build with SPINEXR_PROFILE=gpu
   * @param gpuIndex which graphics card, from 0
   * @param gpuMemoryGrowth whether graphics memory is taken as needed instead of all at once
   * @param gpuMemoryLimit how much graphics memory is taken at most; 0MB for all of it
   * @param gpuMixedPrecision whether a graphics card may compute in half precision where TensorFlow
   *     thinks it safe: faster, but outputs differ from those that the models were verified with
   * @param cpuFallback whether the processor may stand in when there is no graphics card
   * @param threads per operation on the processor; 0 for one per core
   * @param showResearchResults whether cards, pages and the EHR's FHIR server show results of a
   *     model set that is for research only, as every set is whose model-set.json does not say that
   *     it is cleared
   * @param timeLimit that a network may take for one image or one batch; an image that it does not
   *     answer in time has failed
   * @param batch how images that are analysed at the same time share the classifiers
   */
  public record Models(
      Path folder,
      @DefaultValue("cpu") DeviceOptions.Kind device,
      @DefaultValue("0") int gpuIndex,
      @DefaultValue("true") boolean gpuMemoryGrowth,
      @DefaultValue("0MB") DataSize gpuMemoryLimit,
      @DefaultValue("false") boolean gpuMixedPrecision,
      @DefaultValue("false") boolean cpuFallback,
      @DefaultValue("0") int threads,
      @DefaultValue("false") boolean showResearchResults,
      @DefaultValue("5m") Duration timeLimit,
      @DefaultValue Batch batch) {
    /**
     * Dynamic batching of classifiers; spinexr.analysis.workers is how many images are analysed at
     * a time.
     *
     * @param images in one batch at most; 1 for each image alone
     * @param delay how long a batch waits at most for images that are being resized; nothing waits
     *     while the networks are idle
     */
    public record Batch(@DefaultValue("8") int images, @DefaultValue("5ms") Duration delay) {
      private static final Duration LONGEST = Duration.ofSeconds(1);

      public Batch {
        Rules.inRange("models.batch.images", images, 1, 256);
        Rules.check(
            !delay.isNegative() && delay.compareTo(LONGEST) <= 0,
            "models.batch.delay",
            "must be from 0ms to 1s",
            "");
      }

      public Batching batching() {
        return new Batching(images, delay);
      }
    }

    public Models {
      Rules.require("models.folder", folder);
      Rules.inRange("models.gpu-index", gpuIndex, 0, 63);
      Rules.check(
          gpuMemoryLimit.toBytes() == 0
              || gpuMemoryLimit.toMegabytes() >= 256 && gpuMemoryLimit.toTerabytes() < 1,
          "models.gpu-memory-limit",
          "must be 0MB or from 256MB to 1TB",
          gpuMemoryLimit);
      Rules.inRange("models.threads", threads, 0, 1024);
      Rules.check(
          timeLimit.toSeconds() >= 1 && timeLimit.compareTo(Duration.ofHours(1)) <= 0,
          "models.time-limit",
          "must be from 1s to 1h",
          timeLimit);
      Rules.check(
          device == DeviceOptions.Kind.GPU
              || gpu(gpuIndex, gpuMemoryGrowth, gpuMemoryLimit, gpuMixedPrecision)
                  .equals(DeviceOptions.Gpu.DEFAULT),
          "models.device",
          "must be gpu where another setting that begins with gpu- is not its default",
          "cpu");
    }

    public DeviceOptions deviceOptions() {
      return new DeviceOptions(
          device,
          gpu(gpuIndex, gpuMemoryGrowth, gpuMemoryLimit, gpuMixedPrecision),
          cpuFallback,
          threads,
          timeLimit);
    }

    private static DeviceOptions.Gpu gpu(
        int index, boolean memoryGrowth, DataSize memoryLimit, boolean mixedPrecision) {
      return new DeviceOptions.Gpu(
          index, memoryGrowth, (int) memoryLimit.toMegabytes(), mixedPrecision);
    }
  }

  /**
   * How findings become a reading priority; docs/clinical-safety.md gives the reasons.
   *
   * @param rules a finding of this type with at least this score asks for this priority; a list
   *     given here replaces the default list
   * @param abnormal priority of a study that is abnormal though no rule is met
   * @param unreadable priority of a study of which an image could not be analysed
   */
  public record Triage(
      List<Rule> rules,
      @DefaultValue("routine") ReadingPriority abnormal,
      @DefaultValue("urgent") ReadingPriority unreadable) {

    /**
     * One rule.
     *
     * @param type lesion type, e.g. vertebral-collapse
     * @param minimumScore from 0 to 1
     * @param priority stat, asap, urgent or routine
     */
    public record Rule(LesionType type, double minimumScore, ReadingPriority priority) {
      public Rule {
        Rules.require("triage.rules[].type", type);
        Rules.probability("triage.rules[].minimum-score", minimumScore);
        Rules.require("triage.rules[].priority", priority);
      }
    }

    public TriagePolicy policy() {
      return new TriagePolicy(
          rules.stream()
              .map(rule -> new TriageRule(rule.type(), rule.minimumScore(), rule.priority()))
              .toList(),
          abnormal,
          unreadable);
    }
  }
}
