package io.spinexr.fhir;

import ca.uhn.fhir.model.api.TemporalPrecisionEnum;
import io.spinexr.finding.Finding;
import io.spinexr.finding.ImageFindings;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.TimeZone;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DiagnosticReport.DiagnosticReportStatus;
import org.hl7.fhir.r4.model.Reference;

/** An analysis -> DiagnosticReport, preliminary until a person acts on it. */
final class ReportResource {
  /** Has a search for reports find their Observations too. */
  static final String WITH_RESULTS = "&_include=DiagnosticReport:result";

  private ReportResource() {}

  static DiagnosticReport of(
      AnalysedStudy study,
      Reference patient,
      Reference imagingStudy,
      Reference device,
      List<Reference> results) {
    String conclusion = Conclusion.of(study);
    DiagnosticReport report =
        new DiagnosticReport()
            .setStatus(DiagnosticReportStatus.PRELIMINARY)
            .setCode(RegionCodes.procedure(study.study().region()))
            .setSubject(patient.copy())
            .setIssued(Date.from(study.analysedAt()))
            .setConclusion(conclusion);
    ArtificialIntelligenceLabel.mark(report);
    report.setText(Narratives.of(conclusion));
    report.addExtension(Codes.ANALYSED_BY, device.copy());
    report.addCategory(
        Codes.concept("http://terminology.hl7.org/CodeSystem/v2-0074", "RAD", "Radiology"));
    acquired(study.study()).ifPresent(report::setEffective);
    study.orders().forEach(order -> report.addBasedOn(ImagingStudyResource.reference(order)));
    report.addImagingStudy(imagingStudy.copy());
    results.forEach(result -> report.addResult(result.copy()));
    report.addConclusionCode(verdict(study).concept());
    study.findings().findings().stream()
        .map(Finding::type)
        .distinct()
        .map(Codes::lesion)
        .forEach(report::addConclusionCode);
    for (ImageFindings image : study.findings().images()) {
      PictureResource.link(study, image).ifPresent(report::addPresentedForm);
    }
    return report;
  }

  /** When the images were taken. */
  static Optional<DateTimeType> acquired(ImagedStudy study) {
    return study.started().map(ReportResource::dateTime);
  }

  /** To the second with the time's own offset, or the day alone. */
  private static DateTimeType dateTime(StudyStart start) {
    return start
        .time()
        .map(time -> time.atDate(start.date()))
        .map(
            time ->
                new DateTimeType(
                    Date.from(time.toInstant()),
                    TemporalPrecisionEnum.SECOND,
                    TimeZone.getTimeZone(time.getOffset())))
        .orElseGet(() -> new DateTimeType(start.date().toString()));
  }

  private static ResultCode verdict(AnalysedStudy study) {
    if (study.findings().images().isEmpty()) {
      return ResultCode.NOT_ANALYSABLE;
    }
    return study.findings().suspicious() ? ResultCode.ABNORMAL : ResultCode.NO_ABNORMALITY_DETECTED;
  }
}
