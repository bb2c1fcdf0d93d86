package io.spinexr.finding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.spinexr.finding.Finding.Certainty;
import io.spinexr.finding.RejectedImage.Kind;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class FindingTest {
  @Test
  void detectsTheSevenClassesInTheReferenceOrder() {
    assertThat(LesionType.REFERENCE_LABELS.stream().map(LesionType::dataSetName))
        .containsExactly(
            "Osteophytes",
            "Surgical implant",
            "Spondylolysthesis",
            "Foraminal stenosis",
            "Disc space narrowing",
            "Vertebral collapse",
            "Other lesions");
  }

  @Test
  void readsBothSpellingsAndShowsTheMedicalOne() {
    assertThat(LesionType.named("Spondylolysthesis")).contains(LesionType.SPONDYLOLISTHESIS);
    assertThat(LesionType.named("spondylolisthesis")).contains(LesionType.SPONDYLOLISTHESIS);
    assertThat(LesionType.SPONDYLOLISTHESIS.display()).isEqualTo("Spondylolisthesis");
    assertThat(LesionType.named("disc-space-narrowing")).contains(LesionType.DISC_SPACE_NARROWING);
    assertThat(LesionType.named("No finding")).isEmpty();
  }

  @Test
  void refusesBoxesThatAreNoBoxes() {
    assertThatThrownBy(() -> new BoundingBox(5, 0, 4, 1)).hasMessageContaining("xMin <= xMax");
    assertThatThrownBy(() -> new BoundingBox(-1, 0, 4, 1)).hasMessageContaining("-1.0");
    assertThatThrownBy(() -> new BoundingBox(0, 0, Double.NaN, 1)).hasMessageContaining("NaN");
  }

  @Property
  void overlapIsSymmetricAndAShare(
      @ForAll @DoubleRange(min = 0, max = 100) double x,
      @ForAll @DoubleRange(min = 0, max = 100) double y) {
    BoundingBox fixed = new BoundingBox(40, 40, 60, 60);
    BoundingBox moved = new BoundingBox(x, y, x + 20, y + 20);
    assertThat(fixed.iou(moved)).isEqualTo(moved.iou(fixed)).isBetween(0.0, 1.0);
    assertThat(moved.iou(moved)).isCloseTo(1, within(1e-9));
  }

  @Test
  void measuresAHandWorkedOverlap() {
    // 10 x 10 boxes shifted by 5: intersection 50, union 150.
    assertThat(new BoundingBox(0, 0, 10, 10).iou(new BoundingBox(5, 0, 15, 10)))
        .isCloseTo(1.0 / 3, within(1e-12));
  }

  @Test
  void countsNoOverlapOfBoxesWithoutAnArea() {
    BoundingBox upright = new BoundingBox(5, 0, 5, 10);
    BoundingBox flat = new BoundingBox(0, 5, 10, 5);
    assertThat(upright.iou(upright)).isZero();
    assertThat(flat.iou(flat)).isZero();
  }

  @Test
  void takesUidsOfUpTo64Characters() {
    String longest = "1." + "2".repeat(62);
    assertThat(ImageId.requireUid("StudyInstanceUID", longest)).isEqualTo(longest);
    assertThatThrownBy(() -> ImageId.requireUid("StudyInstanceUID", longest + "3"))
        .hasMessageContaining("StudyInstanceUID");
  }

  @Test
  void refusesWhatIsNoUid() {
    assertThatThrownBy(() -> new ImageId("1.2", "1.2.3", "../../etc/passwd"))
        .hasMessageContaining("SOPInstanceUID")
        .hasMessageNotContaining("passwd");
  }

  @Test
  void callsAStudyAsAbnormalAsItsMostAbnormalImage() {
    ModelSet models =
        new ModelSet("m", "1", List.of(new ModelVersion("n", "1", "detection", "a".repeat(64))));
    StudyFindings study =
        new StudyFindings(
            "1.2", models, List.of(image("1.2.1", 0.1, 0.9), image("1.2.2", 0.6, 0.95)), List.of());
    assertThat(study.probability()).isEqualTo(0.6);
    assertThat(study.abnormal()).isTrue();
    assertThat(study(image("1.2.1", 0.1, 0.9)).abnormal()).isFalse();
    assertThat(models.id()).isEqualTo("m-1");
    assertThat(study.findings()).extracting(Finding::score).containsExactly(0.95, 0.9);
  }

  @Test
  void keepsOnlyWhatIsDisplayed() {
    Finding hidden =
        new Finding(
            LesionType.OSTEOPHYTES, new BoundingBox(1, 2, 3, 4), 0.1, Certainty.UNDISPLAYED);
    ImageId id = new ImageId("1.2", "1.2.1", "1.2.1.1");
    List<Finding> none = List.of();
    List<Finding> one = List.of(hidden);

    assertThat(new ImageFindings(id, 10, 10, 0.1, 0.5, one, none, List.of()).verdict())
        .isEqualTo(Verdict.NOTHING_FOUND);
    assertThatThrownBy(() -> new ImageFindings(id, 10, 10, 0.9, 0.5, one, one, List.of()))
        .hasMessageContaining("displayed");
    assertThat(hidden.displayed()).isFalse();
    assertThat(hidden.with(Certainty.UNCERTAIN).display()).isEqualTo("Osteophytes (uncertain)");
    assertThat(hidden.with(Certainty.REPORTED).display()).isEqualTo("Osteophytes");
  }

  @Test
  void saysInOneWordWhatImagesAndStudiesAre() {
    ImageFindings classified = image("1.2.1", 0.5, 0.9);
    ImageFindings detected = image("1.2.2", 0.4, 0.9);
    ImageFindings nothing =
        new ImageFindings(detected.image(), 10, 10, 0.4, 0.5, List.of(), List.of(), List.of());
    assertThat(classified.verdict()).isEqualTo(Verdict.ABNORMAL_BY_CLASSIFIER);
    assertThat(detected.verdict()).isEqualTo(Verdict.ABNORMAL_BY_DETECTOR);
    assertThat(nothing.verdict()).isEqualTo(Verdict.NOTHING_FOUND);
    assertThat(study(nothing, detected, classified).verdict())
        .isEqualTo(Verdict.ABNORMAL_BY_CLASSIFIER);
    assertThat(study(nothing, detected).verdict()).isEqualTo(Verdict.ABNORMAL_BY_DETECTOR);
    assertThat(study(nothing).verdict()).isEqualTo(Verdict.NOTHING_FOUND);
    assertThat(study().verdict()).isEqualTo(Verdict.NOT_ANALYSABLE);
  }

  @Test
  void countsNoSilenceAsAbnormal() {
    assertThat(Verdict.values())
        .filteredOn(Verdict::abnormal)
        .extracting(Verdict::code)
        .containsExactly("abnormal-by-classifier", "abnormal-by-detector");
    assertThat(Verdict.values())
        .extracting(Verdict::display)
        .containsExactly(
            "abnormal",
            "abnormal by detector only",
            "no image could be analysed",
            "outside what the AI is made for",
            "no abnormality found");
  }

  @Test
  void isOutOfScopeOnlyIfNothingElseKeptTheImagesFromBeingAnalysed() {
    assertThat(unseen(Kind.OUT_OF_SCOPE)).isEqualTo(Verdict.OUT_OF_SCOPE);
    assertThat(unseen(Kind.OUT_OF_SCOPE, Kind.SUPERSEDED)).isEqualTo(Verdict.OUT_OF_SCOPE);
    assertThat(unseen(Kind.OUT_OF_SCOPE, Kind.NOT_ANALYSABLE)).isEqualTo(Verdict.NOT_ANALYSABLE);
    assertThat(unseen(Kind.SUPERSEDED)).isEqualTo(Verdict.NOT_ANALYSABLE);
  }

  private static Verdict unseen(Kind... kinds) {
    ModelSet models =
        new ModelSet("m", "1", List.of(new ModelVersion("n", "1", "detection", "a".repeat(64))));
    List<RejectedImage> rejected =
        Stream.of(kinds)
            .map(kind -> new RejectedImage(new ImageId("1.2", "1.2.9", "1.2.1"), kind, "a reason"))
            .toList();
    return new StudyFindings("1.2", models, List.of(), rejected).verdict();
  }

  /** The numbers stand in Tasks of every version. */
  @Test
  void putsSilenceOfEveryReasonBeforeNothingFound() {
    assertThat(Verdict.values()).extracting(Verdict::place).containsExactly(0, 1, 2, 2, 3);
  }

  @Test
  void saysWhyAnImageWasNotAnalysed() {
    assertThat(
            new RejectedImage(
                    new ImageId("1.2", "1.2.9", "1.2.1"), Kind.OUT_OF_SCOPE, "it shows a knee")
                .sentence())
        .isEqualTo("outside what the AI is made for: it shows a knee");
  }

  @Test
  void isClearedWithAUdiOnly() {
    Labelling cleared =
        new Labelling(Labelling.Status.CLEARED, Optional.of(" 04012345678901 "), Optional.of(" "));
    assertThat(cleared.display()).isEqualTo("cleared as a medical device, UDI 04012345678901");
    assertThat(cleared.intendedUse()).isEmpty();
    assertThat(cleared.research()).isFalse();
    assertThat(Labelling.NONE.research()).isTrue();
    for (Optional<String> none : List.of(Optional.<String>empty(), Optional.of(" "))) {
      assertThatThrownBy(() -> new Labelling(Labelling.Status.CLEARED, none, Optional.empty()))
          .hasMessageContaining("UDI");
    }
    assertThatThrownBy(
            () -> new Labelling(Labelling.Status.RESEARCH, Optional.of("1"), Optional.empty()))
        .hasMessageContaining("UDI");
  }

  private static StudyFindings study(ImageFindings... images) {
    ModelSet models =
        new ModelSet("m", "1", List.of(new ModelVersion("n", "1", "detection", "a".repeat(64))));
    return new StudyFindings("1.2", models, List.of(images), List.of());
  }

  @Test
  void refusesAnImageOfAnotherStudy() {
    ModelSet models =
        new ModelSet("m", "1", List.of(new ModelVersion("n", "1", "detection", "a".repeat(64))));
    assertThatThrownBy(
            () -> new StudyFindings("1.3", models, List.of(image("1.2.1", 0.1, 0.9)), List.of()))
        .hasMessageContaining("must belong to study 1.3");
  }

  private static ImageFindings image(String sop, double probability, double score) {
    List<Finding> findings =
        List.of(new Finding(LesionType.OSTEOPHYTES, new BoundingBox(0, 0, 1, 1), score));
    return new ImageFindings(
        new ImageId("1.2", "1.2.9", sop), 10, 10, probability, 0.5, findings, findings, List.of());
  }
}
