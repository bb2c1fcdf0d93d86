package io.spinexr.fhir.upkeep;

import io.spinexr.fhir.FhirRecordException;
import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.result.ReportResource;
import io.spinexr.fhir.store.CheckedStore;
import io.spinexr.fhir.store.Transaction;
import io.spinexr.fhir.study.ImagingStudyResource;
import io.spinexr.fhir.worklist.TaskResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.ImagingStudy;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;

/**
 * What a store has of an analysis.
 *
 * @param results the Observations that the report lists
 * @param observations those that are derived from the study, whoever made them
 */
record CurrentRecord(
    Optional<DiagnosticReport> report,
    Optional<Task> task,
    Optional<ImagingStudy> study,
    List<Observation> results,
    List<Observation> observations) {
  /**
   * @param key of report and Task
   * @param study as it is wanted
   * @throws FhirRecordException if the store has the study several times
   */
  static CurrentRecord read(CheckedStore store, String key, Optional<ImagingStudy> study) {
    List<Resource> reported =
        store.search(
            Transaction.byIdentifier("DiagnosticReport", Codes.REPORT_IDENTIFIER, key)
                + ReportResource.WITH_RESULTS);
    List<Resource> tasks =
        store.search(Transaction.byIdentifier("Task", Codes.TASK_IDENTIFIER, key));
    List<Resource> derived =
        study
            .map(wanted -> wanted.getIdentifierFirstRep().getValue())
            .map(uid -> store.search(ImagingStudyResource.withObservations(uid)))
            .orElse(List.of());
    store.requireOne("ImagingStudy", derived);
    return new CurrentRecord(
        all(DiagnosticReport.class, reported).findFirst(),
        all(Task.class, tasks).findFirst(),
        all(ImagingStudy.class, derived).findFirst(),
        all(Observation.class, reported).toList(),
        all(Observation.class, derived).toList());
  }

  /** Every Observation once. */
  List<Observation> allObservations() {
    List<Observation> all = new ArrayList<>(results);
    observations.stream().filter(each -> !listed(each)).forEach(all::add);
    return all;
  }

  /** Whether the report lists the Observation. */
  boolean listed(Observation observation) {
    return results.stream()
        .anyMatch(r -> Transaction.address(r).equals(Transaction.address(observation)));
  }

  /** Whether the result does not count any more, by our word or a person's. */
  boolean withdrawn() {
    return report.filter(WithdrawalAttempt::withdrawn).isPresent()
        || task.filter(TaskResource::withdrawn).isPresent();
  }

  private static <T extends Resource> Stream<T> all(Class<T> type, List<Resource> resources) {
    return resources.stream().filter(type::isInstance).map(type::cast);
  }
}
