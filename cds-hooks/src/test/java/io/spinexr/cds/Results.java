package io.spinexr.cds;

import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.ImageId;
import io.spinexr.finding.LesionType;
import io.spinexr.finding.ModelSet;
import io.spinexr.finding.ModelVersion;
import io.spinexr.finding.RejectedImage;
import io.spinexr.finding.StudyFindings;
import io.spinexr.state.Standing;
import io.spinexr.state.StudyResult;
import io.spinexr.study.SpineRegion;
import io.spinexr.triage.ReadingPriority;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/** Finished analyses for tests to show. */
public final class Results {
  public static final ModelSet MODELS =
      new ModelSet(
          "demo",
          "1.0.0",
          List.of(new ModelVersion("densenet", "1.2.0", "classification", "a".repeat(64))));

  private Results() {}

  public static Finding finding(LesionType type, double score) {
    return new Finding(type, new BoundingBox(10, 20, 30, 40), score);
  }

  public static ImageFindings image(String studyUid, double probability, Finding... findings) {
    return new ImageFindings(
        new ImageId(studyUid, studyUid + ".1", studyUid + ".1." + findings.length),
        1000,
        2000,
        probability,
        0.4,
        List.of(findings),
        List.of(findings),
        List.of());
  }

  public static StudyResult study(
      String studyUid,
      ReadingPriority priority,
      String description,
      List<ImageFindings> images,
      List<RejectedImage> rejected) {
    return new StudyResult(
        new StudyFindings(studyUid, MODELS, images, rejected),
        priority,
        Instant.parse("2026-02-28T09:15:30Z"),
        Optional.of(LocalDate.of(2026, 2, 28)),
        description,
        SpineRegion.named(description),
        Standing.NEW);
  }

  public static StudyResult dated(StudyResult result, Optional<LocalDate> date) {
    return new StudyResult(
        result.findings(),
        result.priority(),
        result.analysedAt(),
        date,
        result.description(),
        result.region(),
        result.standing());
  }

  public static StudyResult described(StudyResult result, String description) {
    return new StudyResult(
        result.findings(),
        result.priority(),
        result.analysedAt(),
        result.studyDate(),
        description,
        SpineRegion.named(description),
        result.standing());
  }

  public static StudyResult standing(StudyResult result, Standing standing) {
    return new StudyResult(
        result.findings(),
        result.priority(),
        result.analysedAt(),
        result.studyDate(),
        result.description(),
        result.region(),
        standing);
  }

  /** The same findings by another version of the model set. */
  public static StudyResult byModels(StudyResult result, String version) {
    return byModels(result, new ModelSet(MODELS.name(), version, MODELS.models()));
  }

  public static StudyResult byModels(StudyResult result, ModelSet models) {
    StudyFindings old = result.findings();
    return new StudyResult(
        new StudyFindings(old.studyUid(), models, old.images(), old.rejected()),
        result.priority(),
        result.analysedAt(),
        result.studyDate(),
        result.description(),
        result.region(),
        result.standing());
  }

  /** Its Task is completed. */
  public static StudyResult read(StudyResult result) {
    Standing old = result.standing();
    return standing(result, new Standing(old.orders(), old.finalised(), false));
  }

  /** A slipped vertebra that asks for urgent. */
  public static StudyResult slip(String studyUid) {
    return study(
        studyUid,
        ReadingPriority.URGENT,
        "L-Spine AP/Lat",
        List.of(image(studyUid, 0.7, finding(LesionType.SPONDYLOLISTHESIS, 0.6))),
        List.of());
  }

  /** A collapsed vertebra that asks for asap. */
  public static StudyResult collapse(String studyUid) {
    return study(
        studyUid,
        ReadingPriority.ASAP,
        "L-Spine AP/Lat",
        List.of(
            image(
                studyUid,
                0.93,
                finding(LesionType.VERTEBRAL_COLLAPSE, 0.81),
                finding(LesionType.OSTEOPHYTES, 0.555)),
            image(studyUid, 0.05)),
        List.of());
  }

  public static StudyResult normal(String studyUid) {
    return study(studyUid, ReadingPriority.ROUTINE, "", List.of(image(studyUid, 0.12)), List.of());
  }
}
