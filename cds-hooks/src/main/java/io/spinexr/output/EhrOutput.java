package io.spinexr.output;

import io.micrometer.core.instrument.MeterRegistry;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.study.Issuer;
import io.spinexr.result.AnalysedStudy;
import io.spinexr.result.Withdrawal;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The EHR's own FHIR server. */
public final class EhrOutput implements ResultOutput {
  private static final Logger LOG = LoggerFactory.getLogger(EhrOutput.class);

  private final FhirTarget target;
  private final MeterRegistry meters;

  public EhrOutput(FhirRecord server, Issuer issuer, MeterRegistry meters) {
    this.target = new FhirTarget(server, issuer);
    this.meters = meters;
  }

  @Override
  public String name() {
    return "ehr";
  }

  @Override
  public String title() {
    return "the EHR's FHIR server";
  }

  @Override
  public Purpose purpose() {
    return Purpose.DELIVERY;
  }

  @Override
  public Optional<String> write(AnalysedStudy result) {
    if (!target.write(result).withPictures()) {
      meters.counter("spinexr.pictures.not.delivered").increment();
      LOG.warn(
          "the EHR's FHIR server refuses pictures: the report of study {} came without them",
          result.study().studyUid());
    }
    return Optional.empty(); // pages and cards link to our own
  }

  @Override
  public void withdraw(Withdrawal withdrawal) {
    target.withdraw(withdrawal);
  }
}
