package io.spinexr.fhir.result;

import io.spinexr.fhir.code.AiTransparency;
import io.spinexr.fhir.code.ArtificialIntelligenceLabel;
import io.spinexr.fhir.code.Certainty;
import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.code.DeviceResource;
import io.spinexr.fhir.code.Narratives;
import io.spinexr.fhir.code.RegionCodes;
import io.spinexr.fhir.code.ResultCode;
import io.spinexr.fhir.study.ImagingStudyResource;
import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.ImageId;
import io.spinexr.finding.RejectedImage;
import io.spinexr.result.AnalysedStudy;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Date;
import java.util.Locale;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.PositiveIntType;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Type;

/** What is said about one image, and about one finding on it -> Observations. */
public final class ObservationResource {
  private final AnalysedStudy study;
  private final Context context;

  ObservationResource(AnalysedStudy study, Context context) {
    this.study = study;
    this.context = context;
  }

  Observation image(ImageFindings image) {
    ResultCode verdict = ResultCode.of(image.verdict());
    String text =
        "AI result: %s, probability of abnormality %.3f (threshold %.3f), %d finding%s."
            .formatted(
                verdict.words(),
                image.probability(),
                image.threshold(),
                image.findings().size(),
                image.findings().size() == 1 ? "" : "s");
    Observation observation = observation(image.image(), ResultCode.ABNORMALITY_PROBABILITY, text);
    observation.setValue(DeviceResource.fraction(image.probability()));
    observation.addInterpretation(
        Codes.concept(
                Codes.HL7 + "v3-ObservationInterpretation",
                image.verdict().abnormal() ? "A" : "N",
                image.verdict().abnormal() ? "Abnormal" : "Normal")
            .addCoding(verdict.concept().getCodingFirstRep())
            .setText(verdict.display()));
    observation.addExtension(AiTransparency.confidence(Certainty.of(image)));
    component(
        observation, ResultCode.ABNORMALITY_THRESHOLD, DeviceResource.fraction(image.threshold()));
    component(observation, ResultCode.IMAGE_WIDTH, pixels(image.width()));
    component(observation, ResultCode.IMAGE_HEIGHT, pixels(image.height()));
    image
        .warnings()
        .forEach(warning -> observation.addNote().setText(Narratives.markdown(warning.sentence())));
    observation.addExtension(region(image.image()));
    return observation;
  }

  Observation rejected(RejectedImage image) {
    String text = "AI result: none, the image is " + image.sentence() + ".";
    Observation observation = observation(image.image(), ResultCode.ABNORMALITY_PROBABILITY, text);
    observation.setStatus(ObservationStatus.CANCELLED);
    observation.setDataAbsentReason(absentReason(image.kind()).setText(image.sentence()));
    observation.addExtension(region(image.image()));
    return observation;
  }

  private static CodeableConcept absentReason(RejectedImage.Kind kind) {
    String system = Codes.HL7 + "data-absent-reason";
    return switch (kind) {
      case NOT_ANALYSABLE -> Codes.concept(system, "unsupported", "Unsupported");
      case OUT_OF_SCOPE, SUPERSEDED -> Codes.concept(system, "not-performed", "Not Performed");
    };
  }

  /** Whether it is about an image as a whole. */
  public static boolean ofImage(Observation observation) {
    return observation
        .getCode()
        .hasCoding(Codes.AI_RESULT, ResultCode.ABNORMALITY_PROBABILITY.code());
  }

  /** Whether it is about an image that the AI has looked at. */
  public static boolean ofAnalysedImage(Observation observation) {
    return ofImage(observation) && observation.getStatus() != ObservationStatus.CANCELLED;
  }

  Observation finding(ImageFindings image, Finding finding) {
    BoundingBox box = finding.box();
    String text =
        "AI result: %s, score %.3f, at x %.0f to %.0f, y %.0f to %.0f pixels."
            .formatted(
                finding.display().toLowerCase(Locale.ROOT),
                finding.score(),
                box.xMin(),
                box.xMax(),
                box.yMin(),
                box.yMax());
    Observation observation = observation(image.image(), ResultCode.DETECTED_LESION, text);
    observation.setValue(Codes.lesion(finding.type()));
    component(observation, ResultCode.DETECTION_SCORE, DeviceResource.fraction(finding.score()));
    component(observation, ResultCode.BOX_LEFT, pixels(box.xMin()));
    component(observation, ResultCode.BOX_TOP, pixels(box.yMin()));
    component(observation, ResultCode.BOX_RIGHT, pixels(box.xMax()));
    component(observation, ResultCode.BOX_BOTTOM, pixels(box.yMax()));
    observation.addExtension(AiTransparency.confidence(finding.score()));
    observation.addExtension(region(image.image(), box));
    return observation;
  }

  private Observation observation(ImageId image, ResultCode code, String text) {
    Observation observation = new Observation().setStatus(ObservationStatus.PRELIMINARY);
    observation.setText(Narratives.of(text));
    ArtificialIntelligenceLabel.mark(observation);
    observation.addCategory(
        Codes.concept(Codes.HL7 + "observation-category", "imaging", "Imaging"));
    observation
        .setCode(code.concept())
        .setSubject(context.patient().copy())
        .setDevice(context.device().copy())
        .addPerformer(context.operator().copy())
        .setIssued(Date.from(study.analysedAt()));
    ImagingStudyResource.acquired(study.study()).ifPresent(observation::setEffective);
    observation.setBodySite(RegionCodes.bodySite(study.study().region()));
    context.orders().forEach(order -> observation.addBasedOn(order.copy()));
    observation.addDerivedFrom(context.imagingStudy().copy());
    return observation;
  }

  /** The whole image. */
  private static Extension region(ImageId image) {
    Extension region = new Extension(Codes.IMAGE_REGION);
    part(region, "studyUid", new IdType(image.studyUid()));
    part(region, "seriesUid", new IdType(image.seriesUid()));
    part(region, "instanceUid", new IdType(image.sopInstanceUid()));
    part(region, "frameNumber", new PositiveIntType(1));
    return region;
  }

  /** The box as a closed polyline: column and row of each corner, clockwise from the top left. */
  private static Extension region(ImageId image, BoundingBox box) {
    Extension region = region(image);
    part(region, "regionType", new CodeType("polyline"));
    double[] corners = {
      box.xMin(),
      box.yMin(),
      box.xMax(),
      box.yMin(),
      box.xMax(),
      box.yMax(),
      box.xMin(),
      box.yMax(),
      box.xMin(),
      box.yMin()
    };
    for (double corner : corners) {
      part(region, "coordinate", new DecimalType(rounded(corner)));
    }
    return region;
  }

  private static void part(Extension region, String name, Type value) {
    region.addExtension(name, value);
  }

  private static void component(Observation observation, ResultCode code, Quantity value) {
    observation.addComponent().setCode(code.concept()).setValue(value);
  }

  private static Quantity pixels(double value) {
    // UCUM has no unit for it but an annotation, which validators warn of.
    return new Quantity().setValue(rounded(value)).setUnit("pixel");
  }

  /** A hundredth of a pixel is far below what a detector can tell. */
  private static BigDecimal rounded(double pixels) {
    return BigDecimal.valueOf(pixels).setScale(2, RoundingMode.HALF_UP).stripTrailingZeros();
  }
}
