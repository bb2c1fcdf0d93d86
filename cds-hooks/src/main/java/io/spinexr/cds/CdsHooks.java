package io.spinexr.cds;

import io.micrometer.core.instrument.MeterRegistry;
import io.spinexr.analysis.OrderAnalyses;
import java.net.URI;
import java.time.Clock;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * CDS Hooks 2.0 over the analyses of this server, put together. Register {@link #components} with
 * Jersey at the root path.
 */
public final class CdsHooks implements AutoCloseable {
  /** Enough for every HTTP thread of a default Tomcat to have one order under way. */
  private static final int WORKERS = 200;

  private final ExecutorService workers =
      new ThreadPoolExecutor(
          0,
          WORKERS,
          30,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          new CustomizableThreadFactory("cds-"));

  private final Set<Object> components;

  /**
   * @param publicUrl where people and clients reach this server
   * @param dataSource H2 or PostgreSQL, of the present {@link io.spinexr.store.Schema}
   * @param clock whose zone is the one of the times that clinicians are shown
   */
  public CdsHooks(
      CdsProperties properties,
      URI publicUrl,
      OrderAnalyses analyses,
      DataSource dataSource,
      MeterRegistry registry,
      Clock clock) {
    CdsMetrics metrics = new CdsMetrics(registry);
    FhirServers servers = new FhirServers(properties.clients());
    CdsAnswers answers =
        new CdsAnswers(
            analyses,
            new ChartData(servers, new FhirReader(properties.maxBody().toBytes())),
            servers,
            new PatientReader(clock),
            new OrderReader(new SpineRadiography(properties.spineOrders())),
            new CardMaker(publicUrl, properties.maxStudies(), clock.getZone()),
            new IssuedCards(dataSource, clock),
            metrics,
            workers);
    FeedbackStore feedback = new FeedbackStore(dataSource, clock);
    components = new HashSet<>();
    components.add(new CdsFilter(properties.allowedOrigins()));
    components.add(
        new CdsServicesResource(
            properties, new RequestReader(properties.lenient()), answers, feedback, metrics));
    components.add(new FeedbackResource(feedback));
    if (properties.authenticate()) {
      components.add(
          new ClientAuthentication(
              publicUrl,
              new ClientTokens(properties, new SeenTokens(dataSource, clock), clock),
              clock));
    }
  }

  /** Resources and filters for Jersey. */
  public Set<Object> components() {
    return Set.copyOf(components);
  }

  /** Lets the orders under way be recorded, then ends. */
  @Override
  public void close() {
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
