package io.spinexr.output;

import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.study.Issuer;
import io.spinexr.result.AnalysedStudy;
import io.spinexr.result.Withdrawal;
import java.util.Optional;

/** Our own FHIR server. */
public final class RecordOutput implements ResultOutput {
  private final FhirTarget target;

  public RecordOutput(FhirRecord server, Issuer issuer) {
    target = new FhirTarget(server, issuer);
  }

  @Override
  public String name() {
    return "record";
  }

  @Override
  public String title() {
    return "SpineXR's FHIR server";
  }

  @Override
  public Purpose purpose() {
    return Purpose.RECORD;
  }

  @Override
  public Optional<String> write(AnalysedStudy result) {
    return target.write(result).report();
  }

  @Override
  public void withdraw(Withdrawal withdrawal) {
    target.withdraw(withdrawal);
  }
}
