package io.spinexr.fhir.worklist;

import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.store.Transaction;
import io.spinexr.fhir.study.ImagingStudyResource;
import io.spinexr.fhir.study.Issuer;
import io.spinexr.fhir.study.OrderResource;
import io.spinexr.fhir.study.PatientResource;
import io.spinexr.result.FailedAnalysis;
import io.spinexr.study.ImagedStudy;
import java.util.List;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;

/**
 * A given-up analysis as one FHIR transaction: Patient and operator if absent, copies of the
 * orders, ImagingStudy if there are images, and the Task {@code failed} with the reason, each
 * conditional on its business identifier.
 */
public final class FailureBundle {
  private FailureBundle() {}

  /** The transaction that {@link FhirRecord#write} takes. */
  public static Bundle of(FailedAnalysis failure, Issuer issuer) {
    Transaction transaction = new Transaction();
    Reference patient = PatientResource.add(transaction, failure.subject());
    Reference operator = issuer.operator().add(transaction);
    List<Reference> orders =
        new OrderResource(transaction, patient, issuer.accessionSystem())
            .add(failure.orders(), failure.study().flatMap(ImagedStudy::accessionNumber));
    Reference focus =
        failure
            .study()
            .map(
                study ->
                    ImagingStudyResource.add(transaction, study, patient, orders, issuer, operator))
            .orElseGet(() -> orders.get(0).copy());
    String key = key(failure);
    Task task = TaskResource.failed(failure, patient, focus, models(failure), orders);
    task.addIdentifier().setSystem(Codes.TASK_IDENTIFIER).setValue(key);
    transaction.put(task, Codes.TASK_IDENTIFIER, key);
    return transaction.bundle();
  }

  /** The key of the analysis that failed, so that a later success replaces the failure. */
  private static String key(FailedAnalysis failure) {
    return failure
        .study()
        .map(study -> study.studyUid() + "/" + failure.models().id())
        .orElseGet(() -> failure.orders().get(0).key());
  }

  /** By identifier: a model set that never had a result has no Device yet. */
  private static Reference models(FailedAnalysis failure) {
    Identifier identifier =
        new Identifier().setSystem(Codes.MODEL_IDENTIFIER).setValue(failure.models().id());
    return new Reference().setType("Device").setIdentifier(identifier);
  }
}
