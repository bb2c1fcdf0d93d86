package io.spinexr.fhir;

import io.spinexr.result.IdentityDispute;
import io.spinexr.result.MissingStudy;
import io.spinexr.result.Withdrawal;
import io.spinexr.study.PatientStatement;
import java.time.Instant;
import java.util.Optional;
import org.hl7.fhir.r4.model.Bundle;

/** A record that does nothing of what it could be asked; tests override what they are about. */
public class NoRecord implements FhirRecord {
  private static UnsupportedOperationException unexpected() {
    return new UnsupportedOperationException("not expected in this test");
  }

  @Override
  public Recorded write(Bundle bundle) {
    throw unexpected();
  }

  @Override
  public Optional<ReportState> reportState(String studyUid, String modelSetId) {
    throw unexpected();
  }

  @Override
  public Withdrawn withdraw(Withdrawal withdrawal) {
    throw unexpected();
  }

  @Override
  public String dispute(IdentityDispute dispute) {
    throw unexpected();
  }

  @Override
  public Optional<String> resolveDispute(String studyUid, String outcome, String who, Instant at) {
    throw unexpected();
  }

  @Override
  public String missing(MissingStudy study) {
    throw unexpected();
  }

  @Override
  public Optional<String> seenAgain(String studyUid, String outcome, String who, Instant at) {
    throw unexpected();
  }

  @Override
  public Optional<StandingOrder> order(String id) {
    throw unexpected();
  }

  @Override
  public Optional<String> closeFailure(String orderKey, String reason, Instant at) {
    throw unexpected();
  }

  @Override
  public Merged merge(PatientMerge merge) {
    throw unexpected();
  }

  @Override
  public boolean correct(PatientStatement statement) {
    throw unexpected();
  }

  @Override
  public PatientHoldings held(PatientTraces traces) {
    throw unexpected();
  }

  @Override
  public void erase(PatientTraces traces) {
    throw unexpected();
  }
}
