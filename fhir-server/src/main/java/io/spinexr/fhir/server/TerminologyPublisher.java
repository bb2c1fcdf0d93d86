package io.spinexr.fhir.server;

import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import io.spinexr.fhir.FhirRecordException;
import io.spinexr.fhir.upkeep.StoredRecord;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Stores our terminology at each start, and brings Tasks of earlier versions in line with it; what
 * is there already stays as it is.
 */
class TerminologyPublisher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TerminologyPublisher.class);

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final StoredRecord record;
  private final ISearchParamRegistry searchParameters;
  private final ExecutorService background = background();

  TerminologyPublisher(StoredRecord record, ISearchParamRegistry searchParameters) {
    this.record = record;
    this.searchParameters = searchParameters;
  }

  private static ExecutorService background() {
    CustomizableThreadFactory threads = new CustomizableThreadFactory("reading-order-");
    threads.setDaemon(true);
    return Executors.newSingleThreadExecutor(threads);
  }

  /** After HAPI's own listeners, which make the server ready to write. */
  @EventListener(ContextRefreshedEvent.class)
  @Order(Ordered.LOWEST_PRECEDENCE)
  public void publish() {
    publishTerminology();
    searchParameters.forceRefresh();
    // Nobody waits for it: a worklist of an earlier version can be long.
    background.execute(this::orderTasks);
  }

  /** What clients of an earlier version have stored must not keep the server from starting. */
  private void publishTerminology() {
    try {
      record.publishTerminology();
    } catch (FhirRecordException e) {
      if (e.retryable()) {
        throw e;
      }
      LOG.warn("SpineXR's code systems and definitions are not published: {}", e.getMessage());
    }
  }

  private void orderTasks() {
    try {
      record.orderTasks();
    } catch (FhirRecordException e) {
      LOG.warn(
          "Tasks of an earlier version are put in reading order at the next start: {}",
          e.getMessage());
    }
  }

  /** What is not in order within a few seconds is at the next start. */
  @Override
  public void close() {
    background.shutdown();
    try {
      background.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
