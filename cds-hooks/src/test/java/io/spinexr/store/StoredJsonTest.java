package io.spinexr.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spinexr.finding.BirthDate;
import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.ImageId;
import io.spinexr.finding.ImageWarning;
import io.spinexr.finding.Labelling;
import io.spinexr.finding.LesionType;
import io.spinexr.finding.ModelSet;
import io.spinexr.finding.ModelVersion;
import io.spinexr.finding.RejectedImage;
import io.spinexr.finding.StudyFindings;
import io.spinexr.fusion.DecisionRule;
import io.spinexr.order.Examination;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.OrderNumbers;
import io.spinexr.order.OrderStage;
import io.spinexr.order.PatientIdentity;
import io.spinexr.outcome.EarlierErrands;
import io.spinexr.result.AnalysedStudy;
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
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StoredJsonTest {
  private static final ImagingOrder ORDER =
      new ImagingOrder(
          "https://ehr.example/fhir",
          "draft-1",
          false,
          new PatientIdentity(
              "p1",
              List.of(new PatientIdentifier("urn:oid:1.2", "X")),
              BirthDate.parse("1971-03"),
              Optional.of("F")),
          new OrderNumbers(Optional.of("A1"), Optional.of("P1")),
          new Examination("XR lumbar spine", "http://loinc.org|24972-2", SpineRegion.LUMBAR),
          ReadingPriority.ASAP,
          OrderStage.DISPATCHED,
          Set.of("Practitioner/1", "Practitioner/2"));

  @Test
  void readsAnOrderOfTheFirstVersion() throws IOException {
    ImagingOrder order = StoredOrder.read(golden("order-format-1.json"));

    assertThat(order)
        .isEqualTo(
            new ImagingOrder(
                "cds-client",
                "order-4",
                true,
                new PatientIdentity(
                    "998",
                    List.of(new PatientIdentifier("urn:oid:1.2.3.4.5", "PHANTOM-998")),
                    BirthDate.parse("1950-01-01"),
                    Optional.of("M")),
                OrderNumbers.NONE,
                new Examination(
                    "XR Lumbar spine Views", "xr lumbar spine views", SpineRegion.LUMBAR),
                ReadingPriority.STAT,
                OrderStage.SIGNED,
                Set.of()));
    assertThat(order.key()).isEqualTo("a35c08c230f671481c1feefa79ab6529");
  }

  @Test
  void knowsThatTheFirstVersionNamedOrdersWithoutAnIdByTheirCall() throws IOException {
    String unnamed =
        golden("order-format-1.json")
            .replace("order-4", "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea.0")
            .replace("\"placed\": true", "\"placed\": false");

    assertThat(StoredOrder.read(unnamed).named()).isFalse();
    assertThat(StoredOrder.read(unnamed).stage()).isEqualTo(OrderStage.SELECTED);
  }

  @Test
  void readsFindingsOfTheFirstVersion() throws IOException {
    StudyFindings findings = StoredFindings.read(golden("findings-format-1.json"));

    assertThat(findings.models().id()).isEqualTo("demo-1.0.0");
    assertThat(findings.images()).hasSize(1);
    assertThat(findings.images().get(0).probability()).isEqualTo(0.9999992251396179);
    assertThat(findings.findings())
        .extracting(Finding::type)
        .containsExactly(
            LesionType.SPONDYLOLISTHESIS,
            LesionType.VERTEBRAL_COLLAPSE,
            LesionType.OTHER_LESIONS,
            LesionType.OSTEOPHYTES,
            LesionType.OTHER_LESIONS);
    assertThat(StoredFindings.read(StoredFindings.write(findings))).isEqualTo(findings);
  }

  @Test
  void keepsWhatKindOfWarningAndOfRejectionItWas() {
    StudyFindings findings =
        new StudyFindings(
            "1.2",
            new ModelSet(
                "demo",
                "1",
                List.of(new ModelVersion("c", "1", "classification", "ab".repeat(32))),
                new Labelling(
                    Labelling.Status.CLEARED,
                    Optional.of("04012345678901"),
                    Optional.of("To order the worklist."))),
            List.of(
                new ImageFindings(
                    new ImageId("1.2", "1.2.1", "1.2.1.1"),
                    10,
                    20,
                    0.5,
                    0.4,
                    List.of(),
                    List.of(),
                    List.of(new ImageWarning(ImageWarning.Code.BITS_MASKED, "3 pixels ...")))),
            List.of(
                new RejectedImage(
                    new ImageId("1.2", "1.2.1", "1.2.1.2"),
                    RejectedImage.Kind.OUT_OF_SCOPE,
                    "it shows a knee")));

    String json = StoredFindings.write(findings);

    assertThat(StoredFindings.read(json)).isEqualTo(findings);
    String before =
        json.replaceFirst(",\"warningCodes\":\\[[^]]*]", "")
            .replaceFirst("\"kind\":\"[^\"]*\",", "")
            .replaceFirst(",\"regulatoryStatus\":[^}]*}", "}");
    StudyFindings read = StoredFindings.read(before);
    assertThat(read.images().get(0).warnings())
        .containsExactly(new ImageWarning(ImageWarning.Code.OTHER, "3 pixels ..."));
    assertThat(read.rejected().get(0).kind()).isEqualTo(RejectedImage.Kind.NOT_ANALYSABLE);
    assertThat(read.models().labelling()).isEqualTo(Labelling.NONE);
  }

  @Test
  void readsADeliveryOfTheFirstVersion() throws IOException {
    EarlierErrands.Parcel parcel =
        StoredJson.MAPPER.readValue(golden("parcel-format-1.json"), EarlierErrands.Parcel.class);

    assertThat(parcel.modelSet()).isEqualTo("demo-1.0.0");
    assertThat(parcel.request()).isEqualTo(1);
    assertThat(parcel.bundle()).startsWith("{");
  }

  @Test
  void readsTheResultFormatOfTodayEver() throws IOException {
    AnalysedStudy result = StoredResult.read(golden("result-format-1-certainty.json"));

    assertThat(result)
        .usingRecursiveComparison()
        .isEqualTo(
            new AnalysedStudy(
                new Subject(
                    List.of(new PatientIdentifier("urn:oid:1.2", "X")),
                    Optional.of("Doe^Jane"),
                    BirthDate.parse("1971-03"),
                    Optional.of("F")),
                List.of(
                    new OrderReference(
                        "https://ehr.example/fhir",
                        "order-1",
                        "key-1",
                        Optional.of("A1"),
                        ReadingPriority.ASAP,
                        "XR lumbar spine",
                        SpineRegion.LUMBAR)),
                new ImagedStudy(
                    "1.2",
                    Optional.of("A1"),
                    Optional.of(StudyStart.at(OffsetDateTime.parse("2026-11-02T08:30:00+01:00"))),
                    "Lumbar spine",
                    SpineRegion.LUMBOSACRAL,
                    List.of(
                        new ImagedSeries(
                            "1.2.1",
                            "DX",
                            "ap",
                            List.of(new ImagedInstance("1.2.1.1", "1.2.840.10008.5.1.4.1.1.1.1")))),
                    Set.of("1.2.1.9"),
                    List.of(URI.create("https://pacs.example/dicom-web"))),
                new StudyFindings(
                    "1.2",
                    new ModelSet(
                        "demo",
                        "1",
                        List.of(new ModelVersion("c", "1", "classification", "ab".repeat(32))),
                        Labelling.NONE),
                    List.of(
                        new ImageFindings(
                            new ImageId("1.2", "1.2.1", "1.2.1.1"),
                            10,
                            20,
                            0.5,
                            0.4,
                            List.of(),
                            List.of(
                                new Finding(
                                    LesionType.OSTEOPHYTES, new BoundingBox(1, 2, 3, 4), 0.9)),
                            List.of(),
                            0.6)),
                    List.of()),
                new DecisionRule(0.4, 0.5, DecisionRule.Boundary.EXCLUSIVE),
                new Urgency(Optional.of(ReadingPriority.URGENT), Optional.empty()),
                Map.of("1.2.1.1", new byte[] {(byte) 0x89, 'P', 'N', 'G'}),
                Instant.parse("2026-11-02T08:00:00Z")));
    assertThat(StoredResult.write(result))
        .isEqualTo(StoredJson.parse(golden("result-format-1-certainty.json")).toString());
  }

  /** Before there were scores of types, the decision rule told what was a conclusion. */
  @Test
  void aResultThatDoesNotSayHowCertainItsFindingsAreReportsWhatItReportedThen() throws IOException {
    String stored = golden("result-format-1.json");
    AnalysedStudy result = StoredResult.read(stored);
    assertThat(result.findings().images().get(0).rawProbability()).isEqualTo(0.5);
    assertThat(result.findings().findings()).extracting(Finding::reported).containsExactly(true);

    AnalysedStudy doubtful = StoredResult.read(stored.replace("\"score\": 0.9", "\"score\": 0.4"));
    assertThat(doubtful.findings().findings())
        .extracting(Finding::certainty)
        .containsExactly(Finding.Certainty.UNCERTAIN);
  }

  @Test
  void keepsHowCertainAFindingIs() throws IOException {
    List<Finding> all =
        StoredFindings.read(golden("findings-format-1.json")).images().get(0).detected();
    assertThat(all).isNotEmpty().allMatch(Finding::reported);
    List<Finding> judged =
        all.stream().map(finding -> finding.with(Finding.Certainty.UNDISPLAYED)).toList();
    List<Finding> kept = List.of(all.get(0).with(Finding.Certainty.UNCERTAIN), all.get(1));
    StudyFindings findings =
        new StudyFindings(
            "1.2",
            new ModelSet(
                "demo",
                "1",
                List.of(new ModelVersion("c", "1", "classification", "ab".repeat(32)))),
            List.of(
                new ImageFindings(
                    new ImageId("1.2", "1.2.1", "1.2.1.1"),
                    10,
                    20,
                    0.5,
                    0.4,
                    judged,
                    kept,
                    List.of(),
                    0.7)),
            List.of());

    assertThat(StoredFindings.read(StoredFindings.write(findings))).isEqualTo(findings);
  }

  /** One of 50 MB can be configured; JSON readers refuse texts of 20 million characters. */
  @Test
  void readsLargePictures() throws IOException {
    String picture = "AAAA".repeat(6_000_000);

    AnalysedStudy result =
        StoredResult.read(golden("result-format-1.json").replace("iVBORw==", picture));

    assertThat(result.annotatedPng().get("1.2.1.1")).hasSize(18_000_000);
  }

  @Test
  void readsWhatItWrites() {
    String json = StoredOrder.write(ORDER);

    assertThat(StoredOrder.read(json)).isEqualTo(ORDER);
    assertThat(json).contains("\"format\":2").contains("\"priority\":\"asap\"");
  }

  @Test
  void readsTheOrderFormatOfTodayEver() throws IOException {
    assertThat(StoredOrder.read(golden("order-format-2.json"))).isEqualTo(ORDER);
  }

  @Test
  void leavesFieldsAloneThatAnotherVersionAdded() throws IOException {
    String more = golden("order-format-2.json").replaceFirst("\\{", "{\"later\": [1], ");

    assertThat(StoredOrder.read(more)).isEqualTo(ORDER);
  }

  @Test
  void saysWhatToDoWithADocumentOfALaterFormat() {
    assertThatThrownBy(() -> StoredOrder.read("{\"format\": 3}"))
        .hasMessageContaining("format 3")
        .hasMessageContaining("run that version");
    assertThatThrownBy(() -> StoredResult.read("{\"format\": 2}")).hasMessageContaining("format 2");
    assertThatThrownBy(() -> StoredFindings.read("{\"format\": 3}"))
        .hasMessageContaining("format 3");
  }

  @Test
  void quotesNothingOfADocumentThatCannotBeRead() {
    assertThatThrownBy(() -> StoredOrder.read("{\"patient\": \"Weatherwax\"}"))
        .hasMessageNotContaining("Weatherwax")
        .hasNoCause();
  }

  private static String golden(String file) throws IOException {
    try (InputStream json = StoredJsonTest.class.getResourceAsStream(file)) {
      return new String(json.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
