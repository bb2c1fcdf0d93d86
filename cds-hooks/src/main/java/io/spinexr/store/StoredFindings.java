package io.spinexr.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.Finding.Certainty;
import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.ImageId;
import io.spinexr.finding.ImageWarning;
import io.spinexr.finding.ImageWarning.Code;
import io.spinexr.finding.Labelling;
import io.spinexr.finding.LesionType;
import io.spinexr.finding.ModelSet;
import io.spinexr.finding.ModelVersion;
import io.spinexr.finding.RejectedImage;
import io.spinexr.finding.RejectedImage.Kind;
import io.spinexr.finding.StudyFindings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoublePredicate;
import org.jspecify.annotations.Nullable;

/**
 * Findings as {@code study_analysis.findings} holds them: formats 1 and 2, which differ in how a
 * lesion type is spelt ({@code VERTEBRAL_COLLAPSE}, {@code vertebral-collapse}).
 */
public final class StoredFindings {
  private static final int FORMAT = 2;

  private StoredFindings() {}

  private record Model(String name, String version, String task, String sha256) {}

  private record Set(
      String name,
      String version,
      List<Model> models,
      @Nullable String regulatoryStatus,
      @Nullable String udi,
      @Nullable String intendedUse) {}

  private record Image(String studyUid, String seriesUid, String sopInstanceUid) {}

  private record Box(double xMin, double yMin, double xMax, double yMax) {}

  private record Lesion(String type, Box box, double score, @Nullable String certainty) {}

  private record Analysed(
      Image image,
      int width,
      int height,
      double probability,
      double threshold,
      List<Lesion> detected,
      List<Lesion> findings,
      List<String> warnings,
      @Nullable List<String> warningCodes,
      @Nullable Double rawProbability) {}

  private record Rejected(Image image, @Nullable String kind, String reason) {}

  private record Study(
      int format, String studyUid, Set models, List<Analysed> images, List<Rejected> rejected) {}

  public static String write(StudyFindings study) {
    return StoredJson.write(document(study));
  }

  /** What {@link #write} writes, as a part of another document. */
  public static JsonNode tree(StudyFindings study) {
    return StoredJson.tree(document(study));
  }

  private static Study document(StudyFindings study) {
    return new Study(
        FORMAT,
        study.studyUid(),
        new Set(
            study.models().name(),
            study.models().version(),
            study.models().models().stream()
                .map(m -> new Model(m.name(), m.version(), m.task(), m.sha256()))
                .toList(),
            study.models().labelling().status().code(),
            study.models().labelling().udi().orElse(null),
            study.models().labelling().intendedUse().orElse(null)),
        study.images().stream().map(StoredFindings::analysed).toList(),
        study.rejected().stream()
            .map(r -> new Rejected(image(r.image()), r.kind().code(), r.reason()))
            .toList());
  }

  private static Image image(ImageId id) {
    return new Image(id.studyUid(), id.seriesUid(), id.sopInstanceUid());
  }

  private static Analysed analysed(ImageFindings image) {
    return new Analysed(
        image(image.image()),
        image.width(),
        image.height(),
        image.probability(),
        image.threshold(),
        lesions(image.detected()),
        lesions(image.findings()),
        image.warnings().stream().map(ImageWarning::text).toList(),
        image.warnings().stream().map(warning -> warning.code().code()).toList(),
        image.rawProbability());
  }

  private static List<Lesion> lesions(List<Finding> findings) {
    return findings.stream()
        .map(
            finding -> {
              BoundingBox box = finding.box();
              return new Lesion(
                  finding.type().code(),
                  new Box(box.xMin(), box.yMin(), box.xMax(), box.yMax()),
                  finding.score(),
                  finding.certainty().code());
            })
        .toList();
  }

  static StudyFindings read(String json) {
    return read(StoredJson.parse(json));
  }

  public static StudyFindings read(JsonNode document) {
    return read(document, score -> true);
  }

  /**
   * @param reported whether a result that does not state how certain its findings are reported one
   *     of this score
   */
  static StudyFindings read(JsonNode document, DoublePredicate reported) {
    int format = StoredJson.format(document);
    if (format > FORMAT) {
      throw StoredJson.newer(format);
    }
    Study study = StoredJson.read(document, Study.class);
    return new StudyFindings(
        study.studyUid(),
        new ModelSet(
            study.models().name(),
            study.models().version(),
            study.models().models().stream()
                .map(m -> new ModelVersion(m.name(), m.version(), m.task(), m.sha256()))
                .toList(),
            labelling(study.models())),
        study.images().stream().map(image -> findings(image, reported)).toList(),
        study.rejected().stream()
            .map(r -> new RejectedImage(id(r.image()), kind(r.kind()), r.reason()))
            .toList());
  }

  /** Earlier versions did not keep it. */
  private static Labelling labelling(Set models) {
    return models.regulatoryStatus() == null
        ? Labelling.NONE
        : new Labelling(
            StoredJson.constant(Labelling.Status.class, models.regulatoryStatus()),
            Optional.ofNullable(models.udi()),
            Optional.ofNullable(models.intendedUse()));
  }

  private static ImageId id(Image image) {
    return new ImageId(image.studyUid(), image.seriesUid(), image.sopInstanceUid());
  }

  private static ImageFindings findings(Analysed image, DoublePredicate reported) {
    return new ImageFindings(
        id(image.image()),
        image.width(),
        image.height(),
        image.probability(),
        image.threshold(),
        read(image.detected(), reported),
        read(image.findings(), reported),
        warnings(image),
        image.rawProbability() == null ? image.probability() : image.rawProbability());
  }

  private static List<Finding> read(List<Lesion> lesions, DoublePredicate reported) {
    return lesions.stream()
        .map(
            lesion -> {
              Box box = lesion.box();
              return new Finding(
                  type(lesion.type()),
                  new BoundingBox(box.xMin(), box.yMin(), box.xMax(), box.yMax()),
                  lesion.score(),
                  certainty(lesion, reported));
            })
        .toList();
  }

  /** Earlier versions displayed all. */
  private static Certainty certainty(Lesion lesion, DoublePredicate reported) {
    if (lesion.certainty() == null) {
      return reported.test(lesion.score()) ? Certainty.REPORTED : Certainty.UNCERTAIN;
    }
    return StoredJson.constant(Certainty.class, lesion.certainty());
  }

  /** The codes came later than the sentences. */
  private static List<ImageWarning> warnings(Analysed image) {
    List<ImageWarning> warnings = new ArrayList<>();
    for (int i = 0; i < image.warnings().size(); i++) {
      Code code =
          image.warningCodes() == null
              ? Code.OTHER
              : StoredJson.constant(Code.class, image.warningCodes().get(i));
      warnings.add(new ImageWarning(code, image.warnings().get(i)));
    }
    return warnings;
  }

  /** What earlier versions rejected could not be analysed. */
  private static Kind kind(@Nullable String code) {
    return code == null ? Kind.NOT_ANALYSABLE : StoredJson.constant(Kind.class, code);
  }

  private static LesionType type(String code) {
    return LesionType.named(code.toLowerCase(Locale.ROOT).replace('_', '-'))
        .orElseThrow(
            () -> new IllegalStateException("the database names an unknown lesion type: " + code));
  }
}
