package io.spinexr.fhir.server;

import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import io.spinexr.fhir.FhirRecordException;
import io.spinexr.fhir.StoredRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Stores our terminology at each start, and brings Tasks of earlier versions in line with it; what
 * is there already stays as it is.
 */
class TerminologyPublisher {
  private static final Logger LOG = LoggerFactory.getLogger(TerminologyPublisher.class);

  private final StoredRecord record;
  private final ISearchParamRegistry searchParameters;

  TerminologyPublisher(StoredRecord record, ISearchParamRegistry searchParameters) {
    this.record = record;
    this.searchParameters = searchParameters;
  }

  /** After HAPI's own listeners, which make the server ready to write. */
  @EventListener(ContextRefreshedEvent.class)
  @Order(Ordered.LOWEST_PRECEDENCE)
  public void publish() {
    record.publishTerminology();
    searchParameters.forceRefresh();
    // Nobody waits for it: a worklist of an earlier version can be long.
    Thread thread = new Thread(this::orderTasks, "reading-order");
    thread.setDaemon(true);
    thread.start();
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
}
