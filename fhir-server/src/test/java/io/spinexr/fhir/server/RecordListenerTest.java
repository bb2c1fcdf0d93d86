package io.spinexr.fhir.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import io.spinexr.fhir.Examples;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.FhirRecordException;
import io.spinexr.fhir.RecordListener;
import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.result.FindingsBundle;
import io.spinexr.fhir.worklist.FailureBundle;
import io.spinexr.result.IdentityDispute;
import io.spinexr.result.MissingStudy;
import io.spinexr.result.Withdrawal;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DiagnosticReport.DiagnosticReportStatus;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskIntent;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A listener that keeps what it is told in a table of the same database. */
class RecordListenerTest {
  private static final AtomicInteger STUDIES = new AtomicInteger();

  @TempDir private static Path folder;
  private static TestServer server;

  private final String studyUid = "1.2.826.0.3." + STUDIES.incrementAndGet();
  private final String key = studyUid + "/" + Examples.MODELS.id();

  @BeforeAll
  static void start() {
    server = TestServer.onH2(folder, Listening.class);
    jdbc().sql("create table told (id identity, line varchar(500) not null)").update();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void forget() {
    jdbc().sql("delete from told").update();
    server.bean(Teller.class).failing = false;
  }

  private static JdbcClient jdbc() {
    return JdbcClient.create(server.bean(DataSource.class));
  }

  private List<String> told() {
    return jdbc()
        .sql("select line from told where line like ? order by id")
        .param("%" + studyUid + " %")
        .query(String.class)
        .list();
  }

  private FhirRecord record() {
    return server.bean(FhirRecord.class);
  }

  @Test
  void learnsWhatThisServiceWrites() {
    record().write(FindingsBundle.of(Examples.analysed(studyUid, 1), Examples.ISSUER));
    assertThat(told())
        .containsExactlyInAnyOrder(
            "report " + studyUid + " demo-1.0.0 preliminary false",
            "task " + studyUid + " demo-1.0.0 requested");
    forget();
    record()
        .withdraw(
            new Withdrawal(studyUid, Examples.MODELS.id(), "wrong", "Dr. Who", Examples.TIME));
    assertThat(told())
        .containsExactlyInAnyOrder(
            "report " + studyUid + " demo-1.0.0 entered-in-error false",
            "task " + studyUid + " demo-1.0.0 cancelled");
  }

  @Test
  void learnsWhatAClientChangesAndDeletes() {
    record().write(FindingsBundle.of(Examples.analysed(studyUid, 1), Examples.ISSUER));
    forget();
    DiagnosticReport report = report();
    report
        .setStatus(DiagnosticReportStatus.FINAL)
        .addResultsInterpreter(new Reference().setDisplay("Dr. Who"));
    server.client().update().resource(report).execute();
    server.client().update().resource(task().setStatus(TaskStatus.COMPLETED)).execute();
    assertThat(told())
        .containsExactly(
            "report " + studyUid + " demo-1.0.0 final true",
            "task " + studyUid + " demo-1.0.0 completed");
    forget();
    server.delete(task());
    assertThat(told()).containsExactly("task " + studyUid + " demo-1.0.0 gone");
  }

  /** Clients cannot take the identifier away, but code in the process can. */
  @Test
  void learnsOfAReportThatIsOursNoLonger() {
    record().write(FindingsBundle.of(Examples.analysed(studyUid, 1), Examples.ISSUER));
    forget();
    DiagnosticReport report = report();
    report.getIdentifier().clear();
    assertThatThrownBy(() -> server.client().update().resource(report).execute())
        .isInstanceOf(UnprocessableEntityException.class);
    assertThat(told()).isEmpty();
    server
        .bean(DaoRegistry.class)
        .getResourceDao(DiagnosticReport.class)
        .update(report, new SystemRequestDetails());
    assertThat(told()).containsExactly("report " + studyUid + " demo-1.0.0 gone false");
  }

  @Test
  void learnsNothingOfAReportThatSaysItIsOurs() {
    record().write(FindingsBundle.of(Examples.analysed(studyUid, 1), Examples.ISSUER));
    forget();
    DiagnosticReport forged = report().setStatus(DiagnosticReportStatus.ENTEREDINERROR);
    forged.setId((String) null);
    assertThatThrownBy(() -> server.client().create().resource(forged).execute())
        .isInstanceOf(UnprocessableEntityException.class);
    assertThat(told()).isEmpty();
    assertThat(report().getStatus()).isEqualTo(DiagnosticReportStatus.PRELIMINARY);
  }

  @Test
  void learnsNothingOfOtherTasks() {
    record().write(FailureBundle.of(Examples.failed(Optional.empty()), Examples.ISSUER));
    record()
        .dispute(
            new IdentityDispute(
                studyUid,
                Examples.SUBJECT.identifiers().get(0),
                "wrong",
                "Dr. Who",
                Examples.TIME));
    record()
        .missing(
            new MissingStudy(
                studyUid,
                Examples.SUBJECT.identifiers().get(0),
                "it is not listed",
                "SpineXR",
                Examples.TIME));
    server
        .client()
        .create()
        .resource(new Task().setStatus(TaskStatus.REQUESTED).setIntent(TaskIntent.ORDER))
        .execute();
    assertThat(jdbc().sql("select count(*) from told").query(Integer.class).single()).isZero();
  }

  @Test
  void neverTakesATaskForLateImagesForTheStudysOwn() {
    record().write(FindingsBundle.of(Examples.analysed(studyUid, 1), Examples.ISSUER));
    server.client().update().resource(report().setStatus(DiagnosticReportStatus.FINAL)).execute();
    forget();
    record().write(FindingsBundle.of(Examples.grown(studyUid, 1, 1), Examples.ISSUER));
    assertThat(server.search(Task.class, "status=requested"))
        .anyMatch(task -> task.getIdentifierFirstRep().getValue().contains(Codes.LATE_IMAGES));
    assertThat(told()).isEmpty();
  }

  /** Both or neither: the listener's table and the record must agree. */
  @Test
  void forgetsAChangeThatFailsAfterwards() {
    record().write(FindingsBundle.of(Examples.analysed(studyUid, 1), Examples.ISSUER));
    forget();
    Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
    Task done = task().setStatus(TaskStatus.COMPLETED);
    transaction
        .addEntry()
        .setResource(done)
        .getRequest()
        .setMethod(HTTPVerb.PUT)
        .setUrl("Task/" + done.getIdElement().getIdPart());
    server.bean(Teller.class).failing = true;
    assertThatThrownBy(() -> server.client().transaction().withBundle(transaction).execute())
        .isInstanceOf(BaseServerResponseException.class);
    assertThat(told()).isEmpty();
    assertThat(task().getStatus()).isEqualTo(TaskStatus.REQUESTED);

    server.bean(Teller.class).failing = false;
    // A later entry of the same transaction is refused: nobody has this version of the Patient.
    Patient patient = server.search(Patient.class, "").get(0);
    transaction
        .addEntry()
        .setResource(patient.setActive(true))
        .getRequest()
        .setMethod(HTTPVerb.PUT)
        .setIfMatch("W/\"99\"")
        .setUrl("Patient/" + patient.getIdElement().getIdPart());
    assertThatThrownBy(() -> server.client().transaction().withBundle(transaction).execute())
        .isInstanceOf(BaseServerResponseException.class);
    assertThat(told()).isEmpty();
    assertThat(task().getStatus()).isEqualTo(TaskStatus.REQUESTED);
  }

  @Test
  void failsOurOwnWriteWithTheListener() {
    server.bean(Teller.class).failing = true;
    assertThatThrownBy(
            () ->
                record().write(FindingsBundle.of(Examples.analysed(studyUid, 1), Examples.ISSUER)))
        .isInstanceOfSatisfying(
            FhirRecordException.class, failure -> assertThat(failure.retryable()).isTrue());
    assertThat(told()).isEmpty();
    assertThat(
            server.search(
                DiagnosticReport.class, "identifier=" + Codes.REPORT_IDENTIFIER + "%7C" + key))
        .isEmpty();
  }

  private DiagnosticReport report() {
    return server.only(
        DiagnosticReport.class, "identifier=" + Codes.REPORT_IDENTIFIER + "%7C" + key);
  }

  private Task task() {
    return server.only(Task.class, "identifier=" + Codes.TASK_IDENTIFIER + "%7C" + key);
  }

  /** Writes what it is told, and then fails if it should. */
  static final class Teller implements RecordListener {
    private final JdbcClient jdbc;
    private volatile boolean failing;

    Teller(DataSource database) {
      this.jdbc = JdbcClient.create(database);
    }

    @Override
    public void reportChanged(
        String studyUid, String modelSetId, Optional<String> status, boolean interpreted) {
      tell(
          "report %s %s %s %s".formatted(studyUid, modelSetId, status.orElse("gone"), interpreted));
    }

    @Override
    public void taskChanged(String studyUid, String modelSetId, Optional<String> status) {
      tell("task %s %s %s".formatted(studyUid, modelSetId, status.orElse("gone")));
    }

    private void tell(String line) {
      jdbc.sql("insert into told (line) values (?)").param(line).update();
      if (failing) {
        throw new IllegalStateException("the listener fails");
      }
    }
  }

  @Configuration
  static class Listening {
    @Bean
    Teller teller(DataSource database) {
      return new Teller(database);
    }
  }
}
