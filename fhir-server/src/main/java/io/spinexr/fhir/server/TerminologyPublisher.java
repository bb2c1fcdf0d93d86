package io.spinexr.fhir.server;

import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import io.spinexr.fhir.StoredRecord;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Stores our terminology at each start; what is there already stays as it is. */
class TerminologyPublisher {
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
  }
}
