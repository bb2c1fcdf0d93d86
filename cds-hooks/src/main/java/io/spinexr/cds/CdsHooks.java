package io.spinexr.cds;

import io.micrometer.core.instrument.MeterRegistry;
import io.spinexr.audit.AuditTrail;
import io.spinexr.cds.card.CardMaker;
import io.spinexr.cds.card.IssuedCards;
import io.spinexr.cds.card.OpeningLinks;
import io.spinexr.cds.feedback.FeedbackResource;
import io.spinexr.cds.feedback.FeedbackStore;
import io.spinexr.cds.order.OrderReader;
import io.spinexr.cds.order.PatientReader;
import io.spinexr.cds.order.PrivacyLabels;
import io.spinexr.cds.order.PrivacyProperties;
import io.spinexr.cds.order.PrivacyStatements;
import io.spinexr.cds.order.SpineRadiography;
import io.spinexr.cds.request.ChartData;
import io.spinexr.cds.request.FhirReader;
import io.spinexr.cds.request.RequestReader;
import io.spinexr.cds.token.CdsProperties;
import io.spinexr.cds.token.ClientAuthentication;
import io.spinexr.cds.token.ClientTokens;
import io.spinexr.cds.token.FhirServers;
import io.spinexr.cds.token.SeenTokens;
import io.spinexr.cds.wire.CdsFilter;
import io.spinexr.service.OrderAnalyses;
import io.spinexr.tls.Peers;
import io.spinexr.triage.TriagePolicy;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * CDS Hooks 2.0 over the analyses of this server, put together. Register {@link #components} with
 * Jersey at the root path.
 */
public final class CdsHooks implements AutoCloseable {
  /** So many orders are under way at a time. */
  private static final int WORKERS = 200;

  /** Orders that come while all workers are busy wait here: late, but not lost. */
  private static final int WAITING = 2000;

  private final ExecutorService workers = workers();

  /** As long as a study may be hidden late, when hiding it at once failed. */
  private static final Duration HIDE_AGAIN = Duration.ofSeconds(30);

  private final ScheduledExecutorService repeats =
      Executors.newSingleThreadScheduledExecutor(new CustomizableThreadFactory("cds-hide-"));

  private final Set<Object> components;

  /**
   * @param privacy for whom nothing is done
   * @param publicUrl where people and clients reach this server
   * @param signIn whether people sign in, so that links on cards have to open their pages
   * @param triage which findings are grave
   * @param dataSource H2 or PostgreSQL, of the present {@link io.spinexr.store.Schema}
   * @param peers EHRs that are read, and where the keys of clients are
   * @param clock whose zone is the one of the times that clinicians are shown
   */
  public CdsHooks(
      CdsProperties properties,
      PrivacyProperties privacy,
      URI publicUrl,
      boolean signIn,
      OrderAnalyses analyses,
      TriagePolicy triage,
      DataSource dataSource,
      AuditTrail audit,
      MeterRegistry registry,
      Peers peers,
      Clock clock) {
    CdsMetrics metrics = new CdsMetrics(registry);
    PrivacyLabels labels = new PrivacyLabels(privacy);
    FhirServers servers = new FhirServers(properties.clients());
    CdsAnswers answers =
        new CdsAnswers(
            analyses,
            new CallReader(
                new ChartData(servers, new FhirReader(properties.maxBody().toBytes(), peers.ehr())),
                servers,
                new PatientReader(clock),
                new PrivacyStatements(labels)),
            new OrderReader(new SpineRadiography(properties.spineOrders()), labels),
            new CardMaker(publicUrl, properties, triage, clock),
            new IssuedCards(dataSource, clock),
            signIn ? new OpeningLinks(publicUrl)::on : UnaryOperator.identity(),
            properties.respectOverrides(),
            metrics,
            workers);
    FeedbackStore feedback = new FeedbackStore(dataSource, clock);
    WrongPatients wrongPatients = new WrongPatients(analyses, feedback, metrics);
    repeats.scheduleWithFixedDelay(
        wrongPatients::hide, 0, HIDE_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
    components = new HashSet<>();
    components.add(new RefusedCalls(audit));
    components.add(new CdsFilter(properties.allowedOrigins()));
    components.add(
        new CdsServicesResource(
            properties,
            new RequestReader(properties.lenient()),
            answers,
            feedback,
            wrongPatients,
            audit,
            metrics));
    components.add(new FeedbackResource(feedback));
    if (properties.authenticate()) {
      components.add(
          new AuthenticatedCalls(
              new ClientAuthentication(
                  publicUrl,
                  new ClientTokens(
                      properties,
                      new SeenTokens(dataSource, clock, workers),
                      peers.issuers(),
                      clock),
                  clock)));
    }
  }

  private static ExecutorService workers() {
    ThreadPoolExecutor workers =
        new ThreadPoolExecutor(
            WORKERS,
            WORKERS,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(WAITING),
            new CustomizableThreadFactory("cds-"),
            // Then the caller itself remembers its order.
            new ThreadPoolExecutor.CallerRunsPolicy());
    workers.allowCoreThreadTimeOut(true);
    return workers;
  }

  /** Resources and filters for Jersey. */
  public Set<Object> components() {
    return Set.copyOf(components);
  }

  /** Lets the orders under way be recorded, then ends. */
  @Override
  public void close() {
    repeats.shutdown();
    workers.shutdown();
    try {
      if (!workers.awaitTermination(10, TimeUnit.SECONDS)) {
        workers.shutdownNow();
      }
    } catch (InterruptedException e) {
      workers.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
