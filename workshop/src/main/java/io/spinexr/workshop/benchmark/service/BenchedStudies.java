package io.spinexr.workshop.benchmark.service;

import io.spinexr.fhir.result.FindingsBundle;
import io.spinexr.fhir.study.Issuer;
import io.spinexr.fhir.study.Operator;
import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.ImageId;
import io.spinexr.finding.LesionType;
import io.spinexr.finding.ModelSet;
import io.spinexr.finding.ModelVersion;
import io.spinexr.finding.StudyFindings;
import io.spinexr.fusion.DecisionRule;
import io.spinexr.phantom.Phantom;
import io.spinexr.phantom.PhantomGenerator;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.radiograph.FindingsPicture;
import io.spinexr.result.AnalysedStudy;
import io.spinexr.result.Urgency;
import io.spinexr.study.ImagedInstance;
import io.spinexr.study.ImagedSeries;
import io.spinexr.study.ImagedStudy;
import io.spinexr.study.OrderReference;
import io.spinexr.study.PatientIdentifier;
import io.spinexr.study.SpineRegion;
import io.spinexr.study.Subject;
import io.spinexr.triage.ReadingPriority;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.DiagnosticReport;

/**
 * Results of studies that nobody analysed, as large as real ones: one image with three findings,
 * one patient each.
 */
final class BenchedStudies {
  static final ModelSet MODELS =
      new ModelSet(
          "bench", "1", List.of(new ModelVersion("bench", "1", "detection", "0".repeat(64))));

  private static final Issuer ISSUER =
      new Issuer(
          Operator.named("Benchmark"), Optional.empty(), URI.create("http://127.0.0.1"), Map.of());

  private static final String PATIENT_SYSTEM = "urn:oid:2.25.40183729";
  private static final long SEED = 750_000;

  /** About as many pixels as the data set's images have after they were made smaller. */
  private static final double SCALE = 1.4;

  private static final int LONGEST_EDGE = 1024;
  private static final int MAX_BYTES = 1_000_000;

  private final Clock clock;
  private final byte[] picture;
  private final int width;
  private final int height;

  BenchedStudies(Clock clock) {
    this.clock = clock;
    Phantom phantom = new PhantomGenerator().generate(SEED, SCALE);
    width = phantom.width();
    height = phantom.height();
    picture =
        FindingsPicture.png(phantom.grayscale(), findings(uid(0)), MODELS, LONGEST_EDGE, MAX_BYTES);
  }

  static String uid(int number) {
    return "2.25.750000." + number;
  }

  static String image(String studyUid) {
    return studyUid + ".1.1";
  }

  int pictureBytes() {
    return picture.length;
  }

  Bundle result(String studyUid) {
    ImageFindings findings = findings(studyUid);
    return FindingsBundle.of(
        new AnalysedStudy(
            new Subject(
                List.of(new PatientIdentifier(PATIENT_SYSTEM, studyUid)),
                Optional.of(SyntheticPatient.of(SEED).dicomName()),
                Optional.empty(),
                Optional.empty()),
            List.of(
                new OrderReference(
                    "bench",
                    studyUid,
                    studyUid,
                    Optional.empty(),
                    ReadingPriority.ROUTINE,
                    "XR Lumbar spine Views",
                    SpineRegion.LUMBAR)),
            new ImagedStudy(
                studyUid,
                Optional.empty(),
                Optional.empty(),
                "XR Lumbar spine Views",
                SpineRegion.LUMBAR,
                List.of(
                    new ImagedSeries(
                        findings.image().seriesUid(),
                        "DX",
                        "",
                        List.of(
                            new ImagedInstance(
                                findings.image().sopInstanceUid(),
                                "1.2.840.10008.5.1.4.1.1.1.1"))))),
            new StudyFindings(studyUid, MODELS, List.of(findings), List.of()),
            DecisionRule.reference(findings.threshold()),
            Urgency.triaged(ReadingPriority.ASAP),
            Map.of(image(studyUid), picture),
            clock.instant()),
        ISSUER);
  }

  /** The same with the picture in the report, as version 0.1 had it. */
  Bundle embedded(String studyUid) {
    Bundle bundle = result(studyUid);
    bundle.getEntry().removeIf(entry -> entry.getResource() instanceof Binary);
    bundle.getEntry().stream()
        .map(BundleEntryComponent::getResource)
        .filter(DiagnosticReport.class::isInstance)
        .flatMap(report -> ((DiagnosticReport) report).getPresentedForm().stream())
        .forEach(this::embed);
    return bundle;
  }

  private void embed(Attachment form) {
    form.setUrl(null).setData(picture);
  }

  private ImageFindings findings(String studyUid) {
    List<Finding> found =
        List.of(
            new Finding(LesionType.OSTEOPHYTES, new BoundingBox(100, 200, 180, 260), 0.9),
            new Finding(LesionType.DISC_SPACE_NARROWING, new BoundingBox(200, 300, 280, 340), 0.7),
            new Finding(LesionType.VERTEBRAL_COLLAPSE, new BoundingBox(150, 400, 260, 480), 0.5));
    return new ImageFindings(
        new ImageId(studyUid, studyUid + ".1", image(studyUid)),
        width,
        height,
        0.87,
        0.28,
        found,
        found,
        List.of());
  }
}
