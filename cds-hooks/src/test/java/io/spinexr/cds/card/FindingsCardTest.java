package io.spinexr.cds.card;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.cds.Results;
import io.spinexr.finding.Finding;
import io.spinexr.finding.Finding.Certainty;
import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.ImageId;
import io.spinexr.finding.Labelling;
import io.spinexr.finding.LesionType;
import io.spinexr.finding.ModelSet;
import io.spinexr.finding.RejectedImage;
import io.spinexr.finding.RejectedImage.Kind;
import io.spinexr.state.StudyResult;
import io.spinexr.triage.ReadingPriority;
import io.spinexr.triage.TriagePolicy;
import io.spinexr.triage.TriageRule;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.junit.jupiter.api.Test;

class FindingsCardTest {
  private static FindingsCard card(
      ReadingPriority priority, List<ImageFindings> images, RejectedImage... rejected) {
    return card(Results.study("1.2", priority, "", images, List.of(rejected)));
  }

  private static FindingsCard card(StudyResult result) {
    return new FindingsCard(result, TriagePolicy.DEFAULT, 0.3, false, ZoneOffset.UTC);
  }

  private static RejectedImage rejected(String reason) {
    return RejectedImage.notAnalysable(new ImageId("1.2", "1.2.9", "1.2.9.1"), reason);
  }

  @Test
  void isLoudForEverythingThatShouldBeReadSoonButNeverCritical() {
    List<ImageFindings> images = List.of(Results.image("1.2", 0.9));

    assertThat(Stream.of(ReadingPriority.values()).map(p -> card(p, images).indicator()))
        .containsExactly(
            Card.Indicator.WARNING,
            Card.Indicator.WARNING,
            Card.Indicator.WARNING,
            Card.Indicator.INFO);
  }

  @Test
  void neverCallsAStudyNormalOfWhichNothingWasAnalysed() {
    FindingsCard card = card(ReadingPriority.URGENT, List.of(), rejected("no pixel data"));

    assertThat(card.summary()).endsWith("no image could be analysed");
    assertThat(card.detail())
        .contains("1 image(s) not analysable:\n\n- no pixel data")
        .doesNotContain("Probability");
  }

  @Test
  void neverCallsAStudyNormalThatTheAiIsNotMadeFor() {
    RejectedImage child =
        new RejectedImage(
            new ImageId("1.2", "1.2.9", "1.2.9.1"), Kind.OUT_OF_SCOPE, "the patient was younger");
    FindingsCard card = card(ReadingPriority.ROUTINE, List.of(), child);

    assertThat(card.summary()).endsWith("outside what the AI is made for");
    assertThat(card.indicator()).isEqualTo(Card.Indicator.INFO);
    assertThat(card.detail())
        .contains("1 image(s) outside what the AI is made for:\n\n- the patient was younger")
        .doesNotContain("Probability", "no abnormality");
  }

  @Test
  void saysWhichFindingsAreUncertain() {
    FindingsCard card =
        card(
            ReadingPriority.ROUTINE,
            List.of(
                Results.image(
                    "1.2",
                    0.9,
                    Results.finding(LesionType.OSTEOPHYTES, 0.8),
                    Results.finding(LesionType.ANKYLOSIS, 0.45).with(Certainty.UNCERTAIN),
                    Results.finding(LesionType.OSTEOPHYTES, 0.4).with(Certainty.UNCERTAIN))));

    assertThat(card.summary()).endsWith(": osteophytes, ankylosis (uncertain)");
    assertThat(card.detail())
        .contains(
            "| Osteophytes | 80 % | 1 |",
            "| Ankylosis (uncertain) | 45 % | 1 |", "| Osteophytes (uncertain) | 40 % | 1 |");
  }

  @Test
  void isCalmAboutAnImageThatAnotherOneStandsFor() {
    RejectedImage raw =
        new RejectedImage(
            new ImageId("1.2", "1.2.9", "1.2.9.1"), Kind.SUPERSEDED, "raw detector data");
    FindingsCard card = card(ReadingPriority.ROUTINE, List.of(Results.image("1.2", 0.1)), raw);

    assertThat(card.summary()).contains("no abnormality found").doesNotContain("not analysed");
    assertThat(card.detail())
        .contains(
            "1 image(s) represented by another image of the same exposure:\n\n- raw detector data");
  }

  @Test
  void saysWhatTheModelsMayBeUsedForAndThatNobodyCheckedTheImageItself() {
    FindingsCard card = card(ReadingPriority.ROUTINE, List.of(Results.image("1.2", 0.1)));

    assertThat(card.detail())
        .contains(
            "**The models are for research only, not for clinical use.**",
            "Every image: scope not checked on the image: ");
    ModelSet cleared =
        new ModelSet(
            "demo",
            "1",
            Results.MODELS.models(),
            new Labelling(
                Labelling.Status.CLEARED, Optional.of("04012345678901"), Optional.empty()));
    StudyResult result = Results.byModels(Results.slip("1.2"), cleared);
    assertThat(card(result).detail())
        .contains("cleared as a medical device, UDI 04012345678901")
        .doesNotContain("research");
  }

  @Test
  void saysInTheSummaryThatImagesWereLeftOut() {
    FindingsCard card =
        card(ReadingPriority.URGENT, List.of(Results.image("1.2", 0.1)), rejected("x"));

    assertThat(card.summary()).contains("no abnormality found", "1 of 2 images not analysed");
  }

  @Test
  void tellsAnAbnormalImageWithoutLocalisedLesionFromANormalOne() {
    assertThat(card(ReadingPriority.ROUTINE, List.of(Results.image("1.2", 0.4))).summary())
        .contains("abnormal, no lesion localised (probability 40 %)");
    assertThat(card(ReadingPriority.ROUTINE, List.of(Results.image("1.2", 0.39))).summary())
        .contains("no abnormality found (probability 39 %)");
  }

  @Test
  void roundsToNoCertainty() {
    assertThat(card(ReadingPriority.ROUTINE, List.of(Results.image("1.2", 0.004))).summary())
        .contains("<1 %");
    assertThat(card(ReadingPriority.ROUTINE, List.of(Results.image("1.2", 0.9999))).summary())
        .contains(">99 %");
  }

  @Test
  void staysShortWithManyFindingsAndSaysHowManyAreMissing() {
    List<Finding> findings = new ArrayList<>();
    for (LesionType type : LesionType.values()) {
      findings.add(Results.finding(type, 0.5));
      findings.add(Results.finding(type, 0.6));
    }
    FindingsCard card =
        card(
            ReadingPriority.ROUTINE,
            List.of(Results.image("1.2", 0.9, findings.toArray(Finding[]::new))),
            rejected("x"));

    assertThat(card.summary().length()).isLessThan(140);
    assertThat(card.summary())
        .contains("fracture, vertebral collapse, sclerotic lesion and 10 more; 1 of 2 images");
    assertThat(card.detail().lines().filter(line -> line.endsWith("% | 1 |")).count())
        .isEqualTo(15);
    assertThat(card.detail()).contains("11 more on the findings page");
  }

  @Test
  void tellsTimesInTheZoneOfThePlace() {
    StudyResult result = Results.study("1.2", ReadingPriority.ROUTINE, "", List.of(), List.of());
    assertThat(result.analysedAt()).isEqualTo(Instant.parse("2026-02-28T09:15:30Z"));

    assertThat(
            new FindingsCard(result, TriagePolicy.DEFAULT, 0.3, false, ZoneId.of("Asia/Kathmandu"))
                .detail())
        .contains("analysed 2026-02-28T15:00:00+05:45.");
    assertThat(card(result).detail()).contains("analysed 2026-02-28T09:15:00Z.");
  }

  @Test
  void showsTextFromImagesAsTextAndItsTableAsATable() {
    StudyResult result =
        Results.study(
            "1.2",
            ReadingPriority.ROUTINE,
            "LWS <script>alert(1)</script> [x](http://e.org) | **b**",
            List.of(Results.image("1.2", 0.9, Results.finding(LesionType.OSTEOPHYTES, 0.7))),
            List.of(rejected("<img src=x>")));

    String html =
        HtmlRenderer.builder()
            .extensions(List.of(TablesExtension.create()))
            .build()
            .render(
                Parser.builder()
                    .extensions(List.of(TablesExtension.create()))
                    .build()
                    .parse(card(result).detail()));

    assertThat(html)
        .contains(
            "<td>Osteophytes</td>", "&lt;script&gt;alert(1)&lt;/script&gt;", "&lt;img src=x&gt;")
        .doesNotContain("<script", "<img", "<a ");
    assertThat(html.split("<strong>"))
        .as("ours alone: the disclaimer, the status, the priority")
        .hasSize(4);
  }

  @Test
  void namesTheGravestFirstWhateverTheScores() {
    FindingsCard card =
        card(
            ReadingPriority.ASAP,
            List.of(
                Results.image(
                    "1.2",
                    0.9,
                    Results.finding(LesionType.OSTEOPHYTES, 0.99),
                    Results.finding(LesionType.DISC_SPACE_NARROWING, 0.98),
                    Results.finding(LesionType.SURGICAL_IMPLANT, 0.97),
                    Results.finding(LesionType.FORAMINAL_STENOSIS, 0.96),
                    Results.finding(LesionType.SPONDYLOLISTHESIS, 0.8),
                    Results.finding(LesionType.VERTEBRAL_COLLAPSE, 0.5))));

    assertThat(card.summary())
        .endsWith(": vertebral collapse, spondylolisthesis, osteophytes and 3 more");
    assertThat(card.detail().lines().filter(line -> line.endsWith("% | 1 |")))
        .startsWith(
            "| Vertebral collapse | 50 % | 1 |",
            "| Spondylolisthesis | 80 % | 1 |", "| Osteophytes | 99 % | 1 |");
  }

  @Test
  void namesEverythingThatTriageActsOn() {
    TriagePolicy policy =
        new TriagePolicy(
            Stream.of(LesionType.values())
                .limit(4)
                .map(type -> new TriageRule(type, 0.5, ReadingPriority.URGENT))
                .toList(),
            ReadingPriority.ROUTINE,
            ReadingPriority.URGENT);
    StudyResult result =
        Results.study(
            "1.2",
            ReadingPriority.URGENT,
            "",
            List.of(
                Results.image(
                    "1.2",
                    0.9,
                    Stream.of(LesionType.values())
                        .limit(5)
                        .map(type -> Results.finding(type, 0.6))
                        .toArray(Finding[]::new))),
            List.of());

    assertThat(new FindingsCard(result, policy, 0.3, false, ZoneOffset.UTC).summary())
        .endsWith(
            ": ankylosis, disc space narrowing, enthesophytes, foraminal stenosis and 1 more");
  }

  @Test
  void foldsLowScoresAwayButNothingThatTriageActsOn() {
    FindingsCard card =
        new FindingsCard(
            Results.study(
                "1.2",
                ReadingPriority.URGENT,
                "",
                List.of(
                    Results.image(
                        "1.2",
                        0.9,
                        Results.finding(LesionType.OSTEOPHYTES, 0.4),
                        Results.finding(LesionType.VERTEBRAL_COLLAPSE, 0.35),
                        Results.finding(LesionType.DISC_SPACE_NARROWING, 0.399))),
                List.of()),
            TriagePolicy.DEFAULT,
            0.4,
            false,
            ZoneOffset.UTC);

    assertThat(card.summary()).endsWith(": vertebral collapse, osteophytes");
    assertThat(card.detail())
        .contains("| Vertebral collapse | 35 % | 1 |\n| Osteophytes | 40 % | 1 |\n\n")
        .contains("1 more with lower scores on the findings page.")
        .doesNotContain("Disc space");
  }

  @Test
  void neverCallsAStudyNormalOfWhichItFoldsAllFindingsAway() {
    for (Map.Entry<Double, String> verdict :
        Map.of(0.1, "abnormal by detector only", 0.9, "abnormal").entrySet()) {
      FindingsCard card =
          card(
              ReadingPriority.ROUTINE,
              List.of(
                  Results.image(
                      "1.2", verdict.getKey(), Results.finding(LesionType.OSTEOPHYTES, 0.29))));

      assertThat(card.summary())
          .contains(": " + verdict.getValue() + ", only findings with low scores (probability ");
      assertThat(card.detail())
          .contains("1 more with lower scores on the findings page.")
          .doesNotContain("| Finding |");
    }
  }

  @Test
  void keepsRoomInTheSummaryForWhatIsMissing() {
    FindingsCard card =
        new FindingsCard(
            Results.study(
                "1.2",
                ReadingPriority.URGENT,
                "",
                List.of(
                    Results.image(
                        "1.2",
                        0.9,
                        Stream.of(LesionType.values())
                            .map(type -> Results.finding(type, 0.9))
                            .toArray(Finding[]::new))),
                List.of(rejected("x"))),
            TriagePolicy.DEFAULT,
            0.3,
            true,
            ZoneOffset.UTC);

    assertThat(card.summary())
        .endsWith(
            ": fracture, vertebral collapse and 11 more; 1 of 2 images not analysed; AI not"
                + " finished");
    assertThat(card.summary().length()).isLessThan(140);
  }
}
