package io.spinexr.triage;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.ImageId;
import io.spinexr.finding.LesionType;
import io.spinexr.finding.ModelSet;
import io.spinexr.finding.ModelVersion;
import io.spinexr.finding.RejectedImage;
import io.spinexr.finding.RejectedImage.Kind;
import io.spinexr.finding.StudyFindings;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TriagePolicyTest {
  private static final ModelSet MODELS =
      new ModelSet("test", "1", List.of(new ModelVersion("net", "1", "detection", "0".repeat(64))));
  private static final ImageId IMAGE = new ImageId("1.2", "1.2.3", "1.2.3.4");

  private static Finding found(LesionType type, double score) {
    return new Finding(type, new BoundingBox(0, 0, 10, 10), score);
  }

  private static StudyFindings study(double probability, Finding... findings) {
    return new StudyFindings(
        "1.2",
        MODELS,
        List.of(
            new ImageFindings(
                IMAGE,
                100,
                100,
                probability,
                0.28,
                List.of(findings),
                List.of(findings),
                List.of())),
        List.of());
  }

  @ParameterizedTest
  @CsvSource({
    "VERTEBRAL_COLLAPSE, 0.5, ASAP",
    "VERTEBRAL_COLLAPSE, 0.49, URGENT",
    "VERTEBRAL_COLLAPSE, 0.29, ROUTINE",
    "SPONDYLOLISTHESIS, 0.5, URGENT",
    "SPONDYLOLISTHESIS, 0.49, ROUTINE",
    "OTHER_LESIONS, 0.6, URGENT",
    "FRACTURE, 0.5, ASAP",
    "FRACTURE, 0.3, URGENT",
    "SCLEROTIC_LESION, 0.5, URGENT",
    "ENTHESOPHYTES, 0.99, ROUTINE",
    "OSTEOPHYTES, 0.99, ROUTINE",
    "SURGICAL_IMPLANT, 0.99, ROUTINE"
  })
  void asksForTheDocumentedPriority(LesionType type, double score, ReadingPriority expected) {
    assertThat(TriagePolicy.DEFAULT.priority(study(0.9, found(type, score)))).isEqualTo(expected);
  }

  @Test
  void letsTheMostUrgentFindingDecide() {
    StudyFindings study =
        study(
            0.9,
            found(LesionType.OSTEOPHYTES, 0.95),
            found(LesionType.VERTEBRAL_COLLAPSE, 0.6),
            found(LesionType.SPONDYLOLISTHESIS, 0.8));
    assertThat(TriagePolicy.DEFAULT.priority(study)).isEqualTo(ReadingPriority.ASAP);
  }

  @Test
  void asksAPersonToLookSoonAtWhatCouldNotBeAnalysed() {
    StudyFindings study =
        new StudyFindings(
            "1.2", MODELS, List.of(), List.of(RejectedImage.notAnalysable(IMAGE, "no pixel data")));
    assertThat(TriagePolicy.DEFAULT.priority(study)).isEqualTo(ReadingPriority.URGENT);
  }

  @Test
  void asksForNothingWhereAnImageWasNeverTheAisToJudge() {
    for (Kind kind : List.of(Kind.OUT_OF_SCOPE, Kind.SUPERSEDED)) {
      StudyFindings study =
          new StudyFindings(
              "1.2", MODELS, List.of(), List.of(new RejectedImage(IMAGE, kind, "it shows a knee")));
      assertThat(TriagePolicy.DEFAULT.priority(study)).isEqualTo(ReadingPriority.ROUTINE);
    }
  }

  @Test
  void followsTheSitesOwnPolicy() {
    TriagePolicy policy =
        new TriagePolicy(
            List.of(new TriageRule(LesionType.SURGICAL_IMPLANT, 0.2, ReadingPriority.STAT)),
            ReadingPriority.URGENT,
            ReadingPriority.ASAP);
    assertThat(policy.priority(study(0.1, found(LesionType.SURGICAL_IMPLANT, 0.2))))
        .isEqualTo(ReadingPriority.STAT);
    assertThat(policy.priority(study(0.9))).isEqualTo(ReadingPriority.URGENT);
    assertThat(policy.priority(study(0.1))).isEqualTo(ReadingPriority.ROUTINE);
  }

  @Test
  void countsAsAbnormalWhatEitherNetworkCallsSo() {
    TriagePolicy policy =
        new TriagePolicy(List.of(), ReadingPriority.URGENT, ReadingPriority.ROUTINE);
    assertThat(policy.priority(study(0.28))).isEqualTo(ReadingPriority.URGENT);
    assertThat(policy.priority(study(0.279))).isEqualTo(ReadingPriority.ROUTINE);
    assertThat(policy.priority(study(0.1, found(LesionType.OSTEOPHYTES, 0.9))))
        .isEqualTo(ReadingPriority.URGENT);
  }

  @Test
  void outranksOnlyWhatIsLessUrgent() {
    assertThat(ReadingPriority.STAT.outranks(ReadingPriority.ASAP)).isTrue();
    assertThat(ReadingPriority.ASAP.outranks(ReadingPriority.ASAP)).isFalse();
    assertThat(ReadingPriority.ROUTINE.outranks(ReadingPriority.URGENT)).isFalse();
  }

  @Test
  void ordersPrioritiesAsFhirDoes() {
    assertThat(Arrays.stream(ReadingPriority.values()).map(ReadingPriority::code))
        .containsExactly("stat", "asap", "urgent", "routine");
  }
}
