package io.spinexr.service;

import ca.uhn.fhir.context.FhirContext;
import com.github.kagkarlsson.scheduler.task.Task;
import io.spinexr.analysis.AnalysisJob;
import io.spinexr.analysis.FinishedStudies;
import io.spinexr.analysis.StudyAnalyser;
import io.spinexr.archive.Archives;
import io.spinexr.archive.patient.PatientMatching;
import io.spinexr.audit.AuditExpiry;
import io.spinexr.audit.AuditFeed;
import io.spinexr.audit.AuditProperties;
import io.spinexr.audit.AuditTrail;
import io.spinexr.erasure.Erasures;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.RecordListener;
import io.spinexr.fhir.server.RecordRemoval;
import io.spinexr.fhir.study.Issuer;
import io.spinexr.finding.ModelSet;
import io.spinexr.inference.folder.ModelSetFolder;
import io.spinexr.inference.folder.ModelSetManifest;
import io.spinexr.job.AnalysisMeters;
import io.spinexr.job.AnalysisProperties;
import io.spinexr.job.AnalysisRequests;
import io.spinexr.job.Backlog;
import io.spinexr.job.Changes;
import io.spinexr.job.Jobs;
import io.spinexr.job.Notifications;
import io.spinexr.job.Processor;
import io.spinexr.job.Work;
import io.spinexr.outcome.Disputes;
import io.spinexr.outcome.EarlierErrands;
import io.spinexr.outcome.GivenUpOrders;
import io.spinexr.outcome.GivenUpStudies;
import io.spinexr.outcome.OutputJob;
import io.spinexr.outcome.Outputs;
import io.spinexr.outcome.PatientPrivacy;
import io.spinexr.outcome.RecordFollower;
import io.spinexr.outcome.VisibleFailures;
import io.spinexr.outcome.Withdrawals;
import io.spinexr.output.ResultOutput;
import io.spinexr.radiograph.Analyser;
import io.spinexr.retention.FileSpace;
import io.spinexr.retention.Retention;
import io.spinexr.retention.RetentionProperties;
import io.spinexr.search.EhrServer;
import io.spinexr.search.MissingStudies;
import io.spinexr.search.OrderChanges;
import io.spinexr.search.OrderStudies;
import io.spinexr.search.SearchJob;
import io.spinexr.search.SearchPlan;
import io.spinexr.search.SearchProperties;
import io.spinexr.search.StudyWatch;
import io.spinexr.store.KnownModelSets;
import io.spinexr.store.OrderStore;
import io.spinexr.store.OutputStore;
import io.spinexr.store.PatientStore;
import io.spinexr.store.PrivacyStore;
import io.spinexr.store.StudyStore;
import io.spinexr.store.Transactions;
import io.spinexr.store.VisibilityStore;
import io.spinexr.store.WatchStore;
import io.spinexr.syslog.AuditForwarding;
import io.spinexr.syslog.SyslogServer;
import io.spinexr.triage.TriagePolicy;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This package put together: orders in, analyses done by durable jobs, results out. One per server;
 * several servers share a database.
 */
public final class AnalysisService implements AutoCloseable {
  private final OrderStore orders;
  private final StudyStore studies;
  private final Transactions transactions;
  private final Jobs jobs;
  private final Work work;
  private final Backlog backlog;
  private final AnalysisRequests requests;
  private final SearchJob searchJob;
  private final Optional<AnalysisJob> analysisJob;
  private final Outputs outputs;
  private final List<OutputJob> outputJobs;
  private final EarlierErrands earlier;
  private final StudyWatch watch;
  private final MissingStudies missing;
  private final Withdrawals withdrawals;
  private final Disputes disputes;
  private final PatientChanges patientChanges;
  private final PatientPrivacy patientPrivacy;
  private final Erasures erasures;
  private final RecordFollower follower;
  private final VisibleFailures failures;
  private final Retention retention;
  private final FileSpace space;
  private final AuditForwarding forwarding;
  private final OrderAnalyses analyses;
  private final Optional<Notifications> notifications;
  private final SiteSettings settings;
  private final String modelSet;
  private final Clock clock;

  private static final Logger LOG = LoggerFactory.getLogger(AnalysisService.class);

  /**
   * What a site can set.
   *
   * @param showResearchResults whether clinicians are shown the results of a model set that is for
   *     research only
   */
  public record SiteSettings(
      SearchProperties search,
      AnalysisProperties analysis,
      TriagePolicy triage,
      RetentionProperties retention,
      AuditProperties audit,
      boolean showResearchResults) {}

  /**
   * What the service works with; none of it is closed by it.
   *
   * @param dataSource where orders, results and jobs are kept, of the present {@link
   *     io.spinexr.store.Schema}; an H2 URL needs {@code WRITE_DELAY=0}, or what was acknowledged
   *     is lost in a crash
   * @param models the active set, which all nodes have
   * @param analyser of that set, on a node that analyses; the others leave it to those
   * @param record our own FHIR server
   * @param removal how what has ended leaves it
   * @param issuer who answers for the results
   * @param ehr whose orders are read again while their images are searched
   * @param outputs where results go, the record among them
   * @param fhir of FHIR R4
   * @param syslog where the audit goes besides
   * @param clock whose zone is the one of the archive's dates and times that come without an offset
   */
  public record Surroundings(
      DataSource dataSource,
      Archives archives,
      ModelSetFolder models,
      Optional<Analyser> analyser,
      FhirRecord record,
      RecordRemoval removal,
      Issuer issuer,
      Optional<EhrServer> ehr,
      List<ResultOutput> outputs,
      FhirContext fhir,
      AnalysisMeters meters,
      AuditTrail audit,
      Optional<SyslogServer> syslog,
      Clock clock) {}

  /**
   * No job runs before {@link #start}.
   *
   * @throws io.spinexr.inference.folder.ModelException if the model set is known with other members
   *     or another decision rule
   */
  public AnalysisService(Surroundings surroundings, SiteSettings settings) {
    this.settings = settings;
    this.clock = surroundings.clock();
    ModelSet models = surroundings.models().modelSet();
    this.modelSet = models.id();
    DataSource dataSource = surroundings.dataSource();
    boolean withheld = models.labelling().research() && !settings.showResearchResults();
    if (withheld) {
      LOG.warn(
          "Model set {} is for research only, or its model-set.json does not say that it is"
              + " cleared: its results are kept, but cards, pages and the EHR's FHIR server do not"
              + " show them. spinexr.models.show-research-results: true shows them",
          modelSet);
    }
    orders = new OrderStore(dataSource);
    studies = new StudyStore(dataSource, withheld);
    ModelSetManifest manifest = surroundings.models().manifest();
    new KnownModelSets(dataSource).remember(models, manifest);
    transactions = new Transactions(dataSource);
    jobs = new Jobs(dataSource, UUID.randomUUID().toString(), settings.analysis(), clock);
    backlog = new Backlog(dataSource, modelSet, settings.analysis(), clock);
    requests = new AnalysisRequests(studies, jobs.analyses(), modelSet);
    AnalysisMeters meters = surroundings.meters();
    meters.observe(studies, modelSet);
    notifications = Notifications.of(dataSource);
    Changes changes = new Changes(keys -> notifications.ifPresent(nodes -> nodes.send(keys)));
    Processor processor = new Processor(settings.analysis().workers());
    work =
        new Work(
            transactions,
            jobs,
            changes,
            settings.analysis(),
            meters,
            processor,
            surroundings.audit(),
            clock);
    Archives archives = surroundings.archives();
    PatientMatching matching = archives.matching();
    FhirRecord record = surroundings.record();
    failures = new VisibleFailures(record, surroundings.issuer(), work);
    retention =
        new Retention(
            settings.retention(),
            dataSource,
            surroundings.removal(),
            settings.audit().life().map(life -> new AuditExpiry(dataSource, life)),
            work);
    space = new FileSpace(dataSource, work);
    forwarding = new AuditForwarding(new AuditFeed(dataSource), surroundings.syslog(), work);
    patientPrivacy =
        new PatientPrivacy(new PrivacyStore(dataSource), orders, matching, transactions, clock);
    WatchStore watches = new WatchStore(dataSource);
    missing = new MissingStudies(watches, orders, studies, matching, patientPrivacy, record, work);
    watch =
        new StudyWatch(
            watches, orders, patientPrivacy, archives, requests, missing, settings.search(), work);
    OrderChanges orderChanges = new OrderChanges(orders, requests, failures, surroundings.ehr());
    SearchPlan plan = new SearchPlan(settings.search(), clock.getZone());
    searchJob =
        new SearchJob(
            orders,
            archives,
            patientPrivacy,
            new OrderStudies(orders, archives, requests, watch, plan),
            orderChanges,
            new GivenUpOrders(matching, patientPrivacy, failures, models),
            plan,
            work);
    VisibilityStore visibility = new VisibilityStore(dataSource);
    OutputStore items = new OutputStore(dataSource);
    outputs =
        new Outputs(items, surroundings.outputs(), set -> withheld && set.equals(modelSet), jobs);
    GivenUpStudies givenUp =
        new GivenUpStudies(
            orders, studies, items, archives, patientPrivacy, failures, models, clock);
    int atOnce = Math.max(1, settings.search().threads() / (surroundings.outputs().size() + 1));
    outputJobs =
        surroundings.outputs().stream()
            .map(
                output ->
                    new OutputJob(output, outputs, items, orders, studies, givenUp, work, atOnce))
            .toList();
    meters.observe(items, surroundings.outputs().stream().map(ResultOutput::name).toList());
    earlier =
        new EarlierErrands(
            surroundings.ehr().map(EhrServer::record).filter(target -> !withheld),
            surroundings.fhir(),
            studies,
            outputs,
            work);
    withdrawals = new Withdrawals(visibility, withheld, orders, studies, outputs, work);
    disputes = new Disputes(visibility, orders, studies, matching, withdrawals, record, work);
    patientChanges =
        new PatientChanges(
            new PatientStore(dataSource),
            orders,
            studies,
            matching,
            requests,
            patientPrivacy,
            record,
            work);
    erasures =
        new Erasures(dataSource, matching, surroundings.outputs(), withdrawals, record, work);
    follower = new RecordFollower(visibility, withdrawals, record, work);
    analysisJob =
        surroundings
            .analyser()
            .map(
                analyser ->
                    new AnalysisJob(
                        orders,
                        studies,
                        archives,
                        new StudyAnalyser(
                            archives.radiographs(),
                            analyser,
                            settings.analysis(),
                            meters,
                            processor,
                            clock.getZone()),
                        new FinishedStudies(
                            orders,
                            studies,
                            settings.triage(),
                            analyser.rule(),
                            watch,
                            outputs,
                            clock),
                        givenUp,
                        withdrawals,
                        work));
    analyses =
        new DurableOrderAnalyses(
            new OrderMemory(orders, orderChanges, settings.search(), work),
            studies,
            patientChanges,
            patientPrivacy,
            disputes,
            modelSet,
            work);
    notifications.ifPresent(nodes -> nodes.listen(changes));
  }

  public OrderAnalyses orderAnalyses() {
    return analyses;
  }

  public Worklist worklist() {
    return new Worklist(orders, studies, modelSet);
  }

  public Withdrawals withdrawals() {
    return withdrawals;
  }

  public Outputs outputs() {
    return outputs;
  }

  public Disputes disputes() {
    return disputes;
  }

  public PatientChanges patientChanges() {
    return patientChanges;
  }

  public PatientPrivacy patientPrivacy() {
    return patientPrivacy;
  }

  public Erasures erasures() {
    return erasures;
  }

  public Failed failed() {
    return new Failed(studies, outputs, requests, work);
  }

  /** Of all nodes. */
  public Backlog backlog() {
    return backlog;
  }

  public Oversight oversight() {
    return new Oversight(orders, settings.search(), clock);
  }

  /** To be told by our FHIR server what becomes of reports and Tasks. */
  public RecordListener recordListener() {
    return follower;
  }

  /**
   * From now on this node does jobs, analyses among them if it has an analyser, and first takes
   * over what a replaced model set left.
   */
  public void start() {
    transactions.run(
        () -> {
          Instant now = clock.instant();
          studies.unfinishedByOthers(modelSet).forEach(left -> requests.takeOver(left, now));
        });
    transactions.run(() -> outputs.dropOthers(clock.instant()));
    follower.adopt();
    watch.adopt();
    retention.begin();
    space.begin();
    forwarding.begin();
    List<Task<?>> tasks = new ArrayList<>(watch.tasks());
    tasks.addAll(
        List.of(
            searchJob.task(),
            missing.task(),
            disputes.task(),
            erasures.task(),
            patientChanges.task(),
            follower.task(),
            failures.task(),
            retention.task(),
            space.task(),
            forwarding.task()));
    tasks.addAll(earlier.tasks());
    outputJobs.forEach(output -> tasks.add(output.task()));
    jobs.start(tasks, settings.search().threads(), analysisJob.map(AnalysisJob::task));
  }

  /** Jobs under way are stopped after a few seconds; they start again where the server starts. */
  @Override
  public void close() {
    jobs.close();
    notifications.ifPresent(Notifications::close);
  }
}
