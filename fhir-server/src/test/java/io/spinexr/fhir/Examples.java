package io.spinexr.fhir;

import io.spinexr.fhir.study.Issuer;
import io.spinexr.fhir.study.Operator;
import io.spinexr.finding.BirthDate;
import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.Finding.Certainty;
import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.ImageId;
import io.spinexr.finding.ImageWarning;
import io.spinexr.finding.LesionType;
import io.spinexr.finding.ModelSet;
import io.spinexr.finding.ModelVersion;
import io.spinexr.finding.RejectedImage;
import io.spinexr.finding.StudyFindings;
import io.spinexr.fusion.DecisionRule;
import io.spinexr.result.AnalysedStudy;
import io.spinexr.result.FailedAnalysis;
import io.spinexr.result.FailedAnalysis.Kind;
import io.spinexr.result.Urgency;
import io.spinexr.study.ImagedInstance;
import io.spinexr.study.ImagedSeries;
import io.spinexr.study.ImagedStudy;
import io.spinexr.study.OrderReference;
import io.spinexr.study.PatientIdentifier;
import io.spinexr.study.SpineRegion;
import io.spinexr.study.StudyStart;
import io.spinexr.study.Subject;
import io.spinexr.triage.ReadingPriority;
import io.spinexr.triage.TriagePolicy;
import java.net.URI;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Made-up studies of made-up people. */
public final class Examples {
  public static final ModelSet MODELS =
      new ModelSet(
          "demo",
          "1.0.0",
          List.of(
              new ModelVersion("densenet-demo", "1.0.0", "classification", "a".repeat(64)),
              new ModelVersion("retinanet-demo", "1.0.0", "detection", "b".repeat(64))));

  public static final Subject SUBJECT =
      new Subject(
          List.of(new PatientIdentifier("urn:oid:1.2.36.146.595.217.0.1", "MRN-4711")),
          Optional.of("Muster^Max^^Dr."),
          Optional.of(new BirthDate(1960, 2, 29)),
          Optional.of("M"));

  public static final OrderReference ORDER =
      new OrderReference(
          "https://ehr.example.org/fhir",
          "order-1",
          "key-1",
          Optional.empty(),
          ReadingPriority.ROUTINE,
          "LWS in 2 Ebenen",
          SpineRegion.LUMBAR);

  public static final Issuer ISSUER =
      new Issuer(
          Operator.named("Example Hospital"),
          Optional.of("urn:oid:1.2.36.146.595.217.0.9"),
          URI.create("https://spinexr.example.org"),
          MODELS.models().stream()
              .collect(Collectors.toMap(model -> model, model -> "# " + model.name() + "\n")));

  public static final Instant TIME = Instant.parse("2026-11-24T08:00:00Z");

  private Examples() {}

  public static ImagedStudy study(String studyUid) {
    List<ImagedInstance> instances =
        List.of(
            new ImagedInstance(studyUid + ".1.1", "1.2.840.10008.5.1.4.1.1.1.1"),
            new ImagedInstance(studyUid + ".1.2", "1.2.840.10008.5.1.4.1.1.1.1"));
    return new ImagedStudy(
        studyUid,
        Optional.of("ACC-1"),
        Optional.of(StudyStart.at(OffsetDateTime.parse("2026-11-23T14:30:00+05:45"))),
        "LWS in 2 Ebenen <b>\u00e4\u00f6</b>",
        SpineRegion.LUMBAR,
        List.of(new ImagedSeries(studyUid + ".1", "DX", "seitlich", instances)),
        Set.of(),
        List.of(URI.create("https://pacs.example.org/dicom-web")));
  }

  /** Two images: one with so many findings, one that could not be analysed. */
  public static AnalysedStudy analysed(String studyUid, int findings) {
    return analysed(study(studyUid), MODELS, findings);
  }

  public static AnalysedStudy analysed(ImagedStudy study, ModelSet models, int findings) {
    String seriesUid = study.studyUid() + ".1";
    ImageId first = new ImageId(study.studyUid(), seriesUid, seriesUid + ".1");
    ImageId second = new ImageId(study.studyUid(), seriesUid, seriesUid + ".2");
    List<Finding> detected = new ArrayList<>();
    for (int i = 0; i < findings; i++) {
      LesionType type =
          LesionType.REFERENCE_LABELS.get((i + 5) % LesionType.REFERENCE_LABELS.size());
      BoundingBox box = new BoundingBox(100.125 + i, 200, 180 + i, 260.5);
      double score = 0.9 - 0.1 * i;
      detected.add(
          new Finding(type, box, score, score >= 0.5 ? Certainty.REPORTED : Certainty.UNCERTAIN));
    }
    ImageFindings image =
        new ImageFindings(
            first,
            2048,
            2500,
            0.8731234,
            0.2808,
            detected,
            detected,
            List.of(new ImageWarning(ImageWarning.Code.OTHER, "LUT <ignored> & so")));
    StudyFindings all =
        new StudyFindings(
            study.studyUid(),
            models,
            List.of(image),
            List.of(RejectedImage.notAnalysable(second, "multi-frame image with 30 frames")));
    return new AnalysedStudy(
        SUBJECT,
        List.of(ORDER),
        study,
        all,
        DecisionRule.reference(0.2808),
        new Urgency(
            Optional.of(TriagePolicy.DEFAULT.priority(all)), Optional.of(ReadingPriority.ROUTINE)),
        Map.of(first.sopInstanceUid(), new byte[] {(byte) 0x89, 'P', 'N', 'G'}),
        TIME);
  }

  /** The same study when more images have come, each abnormal, with one finding. */
  public static AnalysedStudy grown(String studyUid, int findings, int more) {
    AnalysedStudy before = analysed(studyUid, findings);
    ImagedSeries series = before.study().series().get(0);
    List<ImagedInstance> instances = new ArrayList<>(series.instances());
    List<ImageFindings> images = new ArrayList<>(before.findings().images());
    for (int i = 0; i < more; i++) {
      ImageId image = new ImageId(studyUid, series.seriesUid(), series.seriesUid() + "." + (i + 3));
      instances.add(new ImagedInstance(image.sopInstanceUid(), "1.2.840.10008.5.1.4.1.1.1.1"));
      List<Finding> found =
          List.of(new Finding(LesionType.OSTEOPHYTES, new BoundingBox(1, 2, 30, 40), 0.7));
      images.add(new ImageFindings(image, 2048, 2500, 0.9, 0.2808, found, found, List.of()));
    }
    ImagedSeries grown =
        new ImagedSeries(series.seriesUid(), series.modality(), series.description(), instances);
    return with(
        before,
        before.orders(),
        study(before.study(), List.of(grown), Set.of()),
        new StudyFindings(studyUid, MODELS, images, before.findings().rejected()),
        before.urgency());
  }

  public static ImagedStudy study(
      ImagedStudy study, List<ImagedSeries> series, Set<String> rejected) {
    return new ImagedStudy(
        study.studyUid(),
        study.accessionNumber(),
        study.started(),
        study.description(),
        study.region(),
        series,
        rejected,
        study.archives());
  }

  public static AnalysedStudy with(AnalysedStudy study, Urgency urgency) {
    return with(study, study.orders(), study.study(), study.findings(), urgency);
  }

  public static AnalysedStudy with(
      AnalysedStudy study,
      List<OrderReference> orders,
      ImagedStudy images,
      StudyFindings findings,
      Urgency urgency) {
    return new AnalysedStudy(
        study.subject(),
        orders,
        images,
        findings,
        study.rule(),
        urgency,
        study.annotatedPng(),
        study.analysedAt());
  }

  /** A study of which nothing is known, with one image that could not be analysed. */
  public static AnalysedStudy unreadable(String studyUid) {
    AnalysedStudy study = analysed(studyUid, 0);
    return new AnalysedStudy(
        new Subject(SUBJECT.identifiers(), Optional.empty(), Optional.empty(), Optional.empty()),
        List.of(),
        new ImagedStudy(
            studyUid, Optional.empty(), Optional.empty(), "", SpineRegion.SPINE, List.of()),
        new StudyFindings(studyUid, MODELS, List.of(), study.findings().rejected()),
        DecisionRule.reference(0.2808),
        Urgency.triaged(ReadingPriority.URGENT),
        Map.of(),
        TIME);
  }

  public static FailedAnalysis failed(Optional<ImagedStudy> study) {
    return new FailedAnalysis(
        SUBJECT,
        List.of(ORDER),
        study,
        MODELS,
        Urgency.ordered(ReadingPriority.URGENT),
        study.isPresent() ? Kind.ANALYSIS_FAILED : Kind.IMAGES_NEVER_CAME,
        study.isPresent() ? "the archive did not answer" : "no images within 24 h",
        TIME);
  }
}
