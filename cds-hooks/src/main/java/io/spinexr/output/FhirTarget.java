package io.spinexr.output;

import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.FhirRecordException;
import io.spinexr.fhir.Recorded;
import io.spinexr.fhir.result.FindingsBundle;
import io.spinexr.fhir.study.Issuer;
import io.spinexr.result.AnalysedStudy;
import io.spinexr.result.Withdrawal;
import java.util.function.Supplier;

/** A FHIR server as a target. */
record FhirTarget(FhirRecord server, Issuer issuer) {
  Recorded write(AnalysedStudy result) {
    return asked(() -> server.write(FindingsBundle.of(result, issuer)));
  }

  void withdraw(Withdrawal withdrawal) {
    asked(() -> server.withdraw(withdrawal));
  }

  private static <T> T asked(Supplier<T> request) {
    try {
      return request.get();
    } catch (FhirRecordException e) {
      throw e.retryable() ? e : new RefusedException(e.getMessage());
    }
  }
}
