package io.spinexr.fhir.result;

import io.spinexr.fhir.code.AiTransparency;
import io.spinexr.fhir.code.ArtificialIntelligenceLabel;
import io.spinexr.fhir.code.Certainty;
import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.code.Narratives;
import io.spinexr.fhir.code.RegionCodes;
import io.spinexr.fhir.code.ResultCode;
import io.spinexr.fhir.study.ImagingStudyResource;
import io.spinexr.finding.Finding;
import io.spinexr.finding.ImageFindings;
import io.spinexr.result.AnalysedStudy;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DiagnosticReport.DiagnosticReportStatus;
import org.hl7.fhir.r4.model.Reference;

/** An analysis -> DiagnosticReport, preliminary until a person acts on it. */
public final class ReportResource {
  /** Has a search for reports find their Observations too. */
  public static final String WITH_RESULTS = "&_include=DiagnosticReport:result";

  private ReportResource() {}

  static DiagnosticReport of(AnalysedStudy study, Context context, List<Reference> results) {
    String conclusion = Conclusion.of(study);
    DiagnosticReport report =
        new DiagnosticReport()
            .setStatus(DiagnosticReportStatus.PRELIMINARY)
            .setCode(RegionCodes.procedure(study.study().region()))
            .setSubject(context.patient().copy())
            .addPerformer(context.operator().copy())
            .setIssued(Date.from(study.analysedAt()))
            .setConclusion(conclusion);
    ArtificialIntelligenceLabel.mark(report);
    report.setText(Narratives.of(conclusion));
    report.addExtension(Codes.ANALYSED_BY, context.device().copy());
    report.addCategory(Codes.concept(Codes.HL7 + "v2-0074", "RAD", "Radiology"));
    report.addCategory(Codes.concept(Codes.LOINC, "LP29684-5", "Radiology"));
    ImagingStudyResource.acquired(study.study()).ifPresent(report::setEffective);
    context.orders().forEach(order -> report.addBasedOn(order.copy()));
    report.addImagingStudy(context.imagingStudy().copy());
    results.forEach(result -> report.addResult(result.copy()));
    conclusions(study).forEach(report::addConclusionCode);
    report.addPresentedForm(HtmlReport.of(study).setCreation(report.getIssued()));
    for (ImageFindings image : study.findings().images()) {
      PictureResource.link(study, image).ifPresent(report::addPresentedForm);
    }
    return report;
  }

  /** The verdict, and the lesions that are reported: uncertain ones are no conclusions. */
  private static List<CodeableConcept> conclusions(AnalysedStudy study) {
    List<CodeableConcept> conclusions = new ArrayList<>();
    CodeableConcept verdict = ResultCode.of(study.findings().verdict()).concept();
    Certainty.of(study.findings()).map(AiTransparency::confidence).ifPresent(verdict::addExtension);
    conclusions.add(verdict);
    study
        .scores(Finding::reported)
        .forEach(
            (type, score) -> {
              CodeableConcept lesion = Codes.lesion(type);
              lesion.addExtension(AiTransparency.confidence(score));
              conclusions.add(lesion);
            });
    return conclusions;
  }
}
