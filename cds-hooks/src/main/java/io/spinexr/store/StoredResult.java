package io.spinexr.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.spinexr.finding.BirthDate;
import io.spinexr.fusion.DecisionRule;
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
import java.net.URI;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A result as {@code result_document.document} holds it until every output has it: format 1. */
final class StoredResult {
  private static final int FORMAT = 1;

  private StoredResult() {}

  private record Identifier(String system, String value) {}

  private record Patient(
      List<Identifier> identifiers,
      @Nullable String name,
      @Nullable String birthDate,
      @Nullable String sex) {}

  private record Order(
      String source,
      String id,
      String key,
      @Nullable String accession,
      String priority,
      String description,
      String region) {}

  private record Instance(String sopInstanceUid, String sopClassUid) {}

  private record Series(
      String seriesUid, String modality, String description, List<Instance> instances) {}

  private record Study(
      String studyUid,
      @Nullable String accession,
      @Nullable String date,
      @Nullable String time,
      String description,
      String region,
      List<Series> series,
      Set<String> rejected,
      List<URI> archives) {}

  private record Rule(double threshold, double keepScore, String boundary) {}

  private record Document(
      int format,
      Patient patient,
      List<Order> orders,
      Study study,
      JsonNode findings,
      Rule rule,
      @Nullable String triage,
      @Nullable String ordered,
      Map<String, byte[]> annotatedPng,
      String analysedAt) {}

  static String write(AnalysedStudy result) {
    return StoredJson.write(
        new Document(
            FORMAT,
            patient(result.subject()),
            result.orders().stream().map(StoredResult::order).toList(),
            study(result.study()),
            StoredFindings.tree(result.findings()),
            new Rule(
                result.rule().threshold(),
                result.rule().keepScore(),
                StoredJson.code(result.rule().boundary())),
            result.urgency().triage().map(ReadingPriority::code).orElse(null),
            result.urgency().ordered().map(ReadingPriority::code).orElse(null),
            new TreeMap<>(result.annotatedPng()),
            result.analysedAt().toString()));
  }

  private static Patient patient(Subject subject) {
    return new Patient(
        subject.identifiers().stream().map(id -> new Identifier(id.system(), id.value())).toList(),
        subject.name().orElse(null),
        subject.birthDate().map(BirthDate::toString).orElse(null),
        subject.sex().orElse(null));
  }

  private static Order order(OrderReference order) {
    return new Order(
        order.source(),
        order.id(),
        order.key(),
        order.accession().orElse(null),
        order.priority().code(),
        order.description(),
        StoredJson.code(order.region()));
  }

  private static Study study(ImagedStudy study) {
    return new Study(
        study.studyUid(),
        study.accessionNumber().orElse(null),
        study.started().map(start -> start.date().toString()).orElse(null),
        study.started().flatMap(StudyStart::time).map(OffsetTime::toString).orElse(null),
        study.description(),
        StoredJson.code(study.region()),
        study.series().stream().map(StoredResult::series).toList(),
        new TreeSet<>(study.rejected()),
        study.archives());
  }

  private static Series series(ImagedSeries series) {
    return new Series(
        series.seriesUid(),
        series.modality(),
        series.description(),
        series.instances().stream()
            .map(image -> new Instance(image.sopInstanceUid(), image.sopClassUid()))
            .toList());
  }

  static AnalysedStudy read(String json) {
    JsonNode document = StoredJson.parse(json);
    int format = StoredJson.format(document);
    if (format > FORMAT) {
      throw StoredJson.newer(format);
    }
    Document result = StoredJson.read(document, Document.class);
    DecisionRule rule =
        new DecisionRule(
            result.rule().threshold(),
            result.rule().keepScore(),
            StoredJson.constant(DecisionRule.Boundary.class, result.rule().boundary()));
    return new AnalysedStudy(
        subject(result.patient()),
        result.orders().stream().map(StoredResult::reference).toList(),
        imaged(result.study()),
        StoredFindings.read(result.findings(), rule::confident),
        rule,
        new Urgency(priority(result.triage()), priority(result.ordered())),
        result.annotatedPng(),
        Instant.parse(result.analysedAt()));
  }

  private static Subject subject(Patient patient) {
    return new Subject(
        patient.identifiers().stream()
            .map(id -> new PatientIdentifier(id.system(), id.value()))
            .toList(),
        Optional.ofNullable(patient.name()),
        Optional.ofNullable(patient.birthDate()).flatMap(BirthDate::parse),
        Optional.ofNullable(patient.sex()));
  }

  private static OrderReference reference(Order order) {
    return new OrderReference(
        order.source(),
        order.id(),
        order.key(),
        Optional.ofNullable(order.accession()),
        priority(order.priority()).orElseThrow(),
        order.description(),
        StoredJson.constant(SpineRegion.class, order.region()));
  }

  private static ImagedStudy imaged(Study study) {
    return new ImagedStudy(
        study.studyUid(),
        Optional.ofNullable(study.accession()),
        Optional.ofNullable(study.date())
            .map(
                date ->
                    new StudyStart(
                        LocalDate.parse(date),
                        Optional.ofNullable(study.time()).map(OffsetTime::parse))),
        study.description(),
        StoredJson.constant(SpineRegion.class, study.region()),
        study.series().stream().map(StoredResult::imaged).toList(),
        study.rejected(),
        study.archives());
  }

  private static ImagedSeries imaged(Series series) {
    return new ImagedSeries(
        series.seriesUid(),
        series.modality(),
        series.description(),
        series.instances().stream()
            .map(image -> new ImagedInstance(image.sopInstanceUid(), image.sopClassUid()))
            .toList());
  }

  private static Optional<ReadingPriority> priority(@Nullable String code) {
    return Optional.ofNullable(code)
        .map(known -> StoredJson.constant(ReadingPriority.class, known));
  }
}
