package io.spinexr.fhir.server;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.api.ServerValidationModeEnum;
import io.spinexr.fhir.Examples;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.Recorded;
import io.spinexr.fhir.result.FindingsBundle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.hl7.fhir.r4.model.Bundle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two servers on one PostgreSQL. */
class TwoNodesTest {
  @RegisterExtension static final PostgreSql DATABASE = new PostgreSql();

  private static TestServer first;
  private static TestServer second;

  @BeforeAll
  static void start() {
    first = TestServer.start(DATABASE.url(), DATABASE.user());
    second = TestServer.start(DATABASE.url(), DATABASE.user(), "--spinexr.fhir.schema=none");
  }

  @AfterAll
  static void stop() {
    if (second != null) {
      second.close();
    }
    if (first != null) {
      first.close();
    }
  }

  @Test
  void leaveOneOfEachWhenBothAnalyseAtOnce() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      for (int study = 1; study <= 5; study++) {
        String studyUid = "1.2.3." + study;
        List<Callable<Recorded>> writes = new ArrayList<>();
        for (TestServer node : List.of(first, second, first, second)) {
          FhirRecord record = node.bean(FhirRecord.class);
          writes.add(
              () ->
                  record.write(FindingsBundle.of(Examples.analysed(studyUid, 3), Examples.ISSUER)));
        }
        List<Future<Recorded>> outcomes = pool.invokeAll(writes);
        for (Future<Recorded> outcome : outcomes) {
          assertThat(outcome.get()).isEqualTo(outcomes.get(0).get());
        }
      }
    } finally {
      pool.shutdownNow();
    }
    for (TestServer node : List.of(first, second)) {
      assertThat(count(node, "ImagingStudy")).isEqualTo(5);
      assertThat(count(node, "DiagnosticReport")).isEqualTo(5);
      assertThat(count(node, "Task")).isEqualTo(5);
      assertThat(count(node, "Provenance")).isEqualTo(5);
      assertThat(count(node, "Observation")).isEqualTo(25);
      assertThat(count(node, "Device")).isEqualTo(3);
      assertThat(count(node, "Patient")).isEqualTo(1);
    }
  }

  private static int count(TestServer node, String type) {
    FhirContext context = FhirContext.forR4Cached();
    context.getRestfulClientFactory().setServerValidationMode(ServerValidationModeEnum.NEVER);
    IGenericClient client = context.newRestfulGenericClient(node.baseUrl());
    return client
        .search()
        .byUrl(type + "?_summary=count")
        .returnBundle(Bundle.class)
        .execute()
        .getTotal();
  }
}
