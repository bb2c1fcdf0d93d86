package io.spinexr.fhir.server;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.api.ServerValidationModeEnum;
import io.spinexr.fhir.Examples;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.PatientTraces;
import io.spinexr.fhir.Recorded;
import io.spinexr.fhir.result.FindingsBundle;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
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

  @Test
  void eraseAPatientOfTheOtherWhoMayComeAgain() throws SQLException {
    String studyUid = "1.2.4.1";
    Bundle result = FindingsBundle.of(Examples.analysed(studyUid, 3), Examples.ISSUER);
    PatientTraces traces =
        new PatientTraces(Set.copyOf(Examples.SUBJECT.identifiers()), Set.of(studyUid), Set.of());
    first.bean(FhirRecord.class).write(result.copy());
    Patient patient = first.only(Patient.class, "");
    DocumentReference letter = new DocumentReference();
    letter.setStatus(DocumentReferenceStatus.CURRENT).setDescription("of study " + studyUid);
    letter.setSubject(new Reference(patient.getIdElement().toUnqualifiedVersionless()));
    letter.addContent().setAttachment(new Attachment().setTitle("letter"));
    first
        .client()
        .delete()
        .resourceById(first.client().create().resource(letter).execute().getId())
        .execute();
    assertThat(places(studyUid)).isNotEmpty();

    FhirRecord record = second.bean(FhirRecord.class);
    assertThat(record.held(traces).resources())
        .containsKeys("Patient", "Binary", "Observation", "Task", "Provenance")
        .containsEntry("DocumentReference", 1);
    record.erase(traces);

    assertThat(places(studyUid)).isEmpty();
    assertThat(places(patient.getIdentifierFirstRep().getValue())).isEmpty();
    assertThat(record.held(traces).resources()).isEmpty();

    first.bean(FhirRecord.class).write(result.copy());
    assertThat(record.held(traces).resources()).containsKeys("Patient", "Binary");
    record.erase(traces);
    assertThat(places(studyUid)).isEmpty();
  }

  /** The columns in which something is written anywhere. */
  private static List<String> places(String word) throws SQLException {
    List<String> places = new ArrayList<>();
    try (Connection database = DriverManager.getConnection(DATABASE.url(), DATABASE.user(), "");
        ResultSet columns = database.getMetaData().getColumns(null, "public", "%", null)) {
      while (columns.next()) {
        String table = columns.getString("TABLE_NAME");
        String column = columns.getString("COLUMN_NAME");
        try (PreparedStatement search =
            database.prepareStatement(
                "select 1 from \"%s\" where position(? in cast(\"%s\" as text)) > 0"
                    .formatted(table, column))) {
          search.setString(1, word);
          if (search.executeQuery().next()) {
            places.add(table + "." + column);
          }
        }
      }
    }
    return places;
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
