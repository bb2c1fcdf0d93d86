package io.spinexr.service;

import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.spinexr.archive.Archives;
import io.spinexr.archive.patient.PatientMatching;
import io.spinexr.archive.patient.PatientMatchingProperties;
import io.spinexr.archive.patient.PatientMatchingProperties.MappedSystem;
import io.spinexr.archive.study.Archive;
import io.spinexr.archive.study.RadiographProperties;
import io.spinexr.archive.study.SpineRadiographs;
import io.spinexr.audit.AuditProperties;
import io.spinexr.audit.AuditTrail;
import io.spinexr.dicomweb.DicomWebClient;
import io.spinexr.dicomweb.http.Credentials;
import io.spinexr.dicomweb.http.DicomWebOptions;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.study.Issuer;
import io.spinexr.fhir.study.Operator;
import io.spinexr.inference.ModelRepository;
import io.spinexr.inference.folder.ModelSetFolder;
import io.spinexr.job.AnalysisMeters;
import io.spinexr.job.AnalysisProperties;
import io.spinexr.order.FhirServerUrl;
import io.spinexr.order.ImagingOrder;
import io.spinexr.output.EhrOutput;
import io.spinexr.output.RecordOutput;
import io.spinexr.output.ResultOutput;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.radiograph.Analyser;
import io.spinexr.retention.RetentionProperties;
import io.spinexr.search.EhrServer;
import io.spinexr.search.SearchProperties;
import io.spinexr.state.OrderAnswer;
import io.spinexr.state.OutputState;
import io.spinexr.store.OutputStore;
import io.spinexr.store.Schema;
import io.spinexr.triage.TriagePolicy;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** One server of this package, with short intervals. */
public final class Node implements AutoCloseable {
  public static final Duration SOON = Duration.ofSeconds(60);
  private static final ModelRepository MODELS = DemoModels.open();

  public final MeterRegistry meters = new SimpleMeterRegistry();
  public final AnalysisService service;
  private final OutputStore items;

  private Node(Builder builder) {
    Schema.migrate(builder.dataSource);
    items = new OutputStore(builder.dataSource);
    FhirRecord record = builder.record.orElseGet(FhirTestServer::record);
    Issuer issuer =
        new Issuer(
            Operator.named("Example Hospital"),
            Optional.empty(),
            URI.create("https://spinexr.example.org"),
            builder.models.modelCards());
    List<ResultOutput> outputs = new ArrayList<>(builder.outputs);
    outputs.add(new RecordOutput(record, issuer));
    builder.ehr.ifPresent(ehr -> outputs.add(new EhrOutput(ehr, issuer, meters)));
    service =
        new AnalysisService(
            new AnalysisService.Surroundings(
                builder.dataSource,
                new Archives(
                    builder.archives,
                    new SpineRadiographs(defaults(RadiographProperties.class)),
                    meters),
                builder.models,
                builder.analyser,
                record,
                FhirTestServer.removal(),
                issuer,
                builder.ehr.map(ehr -> new EhrServer(builder.ehrAddress, ehr)),
                outputs,
                FhirTestServer.context(),
                new AnalysisMeters(meters, () -> true),
                new AuditTrail(builder.dataSource, Optional::empty, builder.clock),
                Optional.empty(),
                builder.clock),
            new AnalysisService.SiteSettings(
                builder.search,
                builder.analysis,
                TriagePolicy.DEFAULT,
                builder.retention,
                defaults(AuditProperties.class),
                builder.showResearchResults));
    FhirTestServer.tell(service.recordListener());
    if (builder.jobs) {
      service.start();
    }
  }

  public OrderAnswer answer(ImagingOrder order) {
    return answer(order, SOON);
  }

  /** With every result that it shows in the record. */
  public OrderAnswer answer(ImagingOrder order, Duration budget) {
    OrderAnswer answer = service.orderAnalyses().answer(order, budget);
    answer
        .finished()
        .forEach(result -> recorded(result.findings().studyUid(), result.findings().models().id()));
    return answer;
  }

  /** Returns when the record has what is known of a study now. */
  public void recorded(String studyUid, String modelSet) {
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(10))
        .until(
            () ->
                items
                    .find(studyUid, modelSet, "record")
                    .filter(item -> item.state() == OutputState.WAITING)
                    .isEmpty());
  }

  @Override
  public void close() {
    FhirTestServer.forget(service.recordListener());
    service.close();
  }

  public static Builder of(DataSource dataSource, URI archive) {
    return of(dataSource, List.of(archive("", archive)));
  }

  public static Builder of(DataSource dataSource, List<Archive> archives) {
    return new Builder(dataSource, archives);
  }

  /** One in which patients are matched by the hospital's identifiers. */
  public static Archive archive(String name, URI url) {
    return archive(
        name, url, new MappedSystem(Hospital.SYSTEM, Optional.of(SyntheticPatient.ISSUER)));
  }

  public static Archive archive(String name, URI url, MappedSystem mapped) {
    return new Archive(
        name,
        url,
        new DicomWebClient(
            new DicomWebOptions(
                url,
                new Credentials.None(),
                DicomWebOptions.Timeouts.DEFAULT,
                new DicomWebOptions.Retries(0, Duration.ofMillis(10), Duration.ofMillis(10)),
                DicomWebOptions.Limits.DEFAULT)),
        new PatientMatching(new PatientMatchingProperties(List.of(mapped))));
  }

  /** With pauses between attempts from the first to the longest. */
  public static AnalysisProperties analysis(Duration retryInterval, Duration maxRetryInterval) {
    return new AnalysisProperties(
        1,
        3,
        Duration.ofHours(1),
        retryInterval,
        maxRetryInterval,
        Duration.ofMillis(200),
        Duration.ofMillis(500),
        512,
        300_000,
        100);
  }

  public static final class Builder {
    private final DataSource dataSource;
    private final List<Archive> archives;
    private Optional<FhirRecord> record = Optional.empty();
    private Optional<FhirRecord> ehr = Optional.empty();
    private final List<ResultOutput> outputs = new ArrayList<>();
    private FhirServerUrl ehrAddress = new FhirServerUrl("https://other.example/fhir");
    private ModelSetFolder models = MODELS.set();
    private Optional<Analyser> analyser = Optional.of(new Analyser(MODELS));
    private boolean showResearchResults = true;
    private boolean jobs = true;
    private RetentionProperties retention = defaults(RetentionProperties.class);
    private Clock clock = Clock.systemDefaultZone();
    private SearchProperties search =
        new SearchProperties(
            Duration.ofMillis(300),
            Duration.ofSeconds(1),
            1.5,
            Duration.ofMinutes(10),
            Duration.ofSeconds(6),
            Duration.ofMillis(200),
            Duration.ofMillis(200),
            2,
            Duration.ofHours(24),
            0.8,
            20,
            Duration.ofHours(1),
            Duration.ofHours(6),
            Duration.ofDays(7));
    private AnalysisProperties analysis =
        Node.analysis(Duration.ofMillis(100), Duration.ofMillis(500));

    private Builder(DataSource dataSource, List<Archive> archives) {
      this.dataSource = dataSource;
      this.archives = archives;
    }

    public Builder record(FhirRecord other) {
      record = Optional.of(other);
      return this;
    }

    /** An EHR whose orders are read, too. */
    public Builder ehr(FhirServerUrl address, FhirRecord other) {
      ehrAddress = address;
      return ehr(other);
    }

    public Builder ehr(FhirRecord other) {
      ehr = Optional.of(other);
      return this;
    }

    /** One beside the record. */
    public Builder output(ResultOutput other) {
      outputs.add(other);
      return this;
    }

    public Builder clock(Clock other) {
      clock = other;
      return this;
    }

    public Builder models(ModelRepository other) {
      models = other.set();
      analyser = Optional.of(new Analyser(other));
      return this;
    }

    /** One that leaves the analyses to others. */
    public Builder front() {
      analyser = Optional.empty();
      return this;
    }

    /** A front that knows another model set. */
    public Builder front(ModelSetFolder other) {
      models = other;
      return front();
    }

    public Builder retention(RetentionProperties other) {
      retention = other;
      return this;
    }

    public Builder search(SearchProperties other) {
      search = other;
      return this;
    }

    public Builder analysis(AnalysisProperties other) {
      analysis = other;
      return this;
    }

    public Builder withoutResearchResults() {
      showResearchResults = false;
      return this;
    }

    /** Which leaves all work to others. */
    public Builder withoutJobs() {
      jobs = false;
      return this;
    }

    public Node start() {
      return new Node(this);
    }
  }

  /** As the defaults of the record's annotations say. */
  public static <T> T defaults(Class<T> properties) {
    ConfigurationPropertySource nothing = new MapConfigurationPropertySource();
    return new Binder(nothing).bindOrCreate("spinexr.none", Bindable.of(properties));
  }

  /** A database in memory. */
  public static HikariDataSource database(String name) {
    return pool("jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1", "sa");
  }

  public static HikariDataSource pool(String url, String user) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setUsername(user);
    config.setMaximumPoolSize(10);
    return new HikariDataSource(config);
  }
}
