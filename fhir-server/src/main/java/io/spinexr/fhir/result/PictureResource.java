package io.spinexr.fhir.result;

import io.spinexr.fhir.code.ArtificialIntelligenceLabel;
import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.store.Transaction;
import io.spinexr.finding.ImageFindings;
import io.spinexr.result.AnalysedStudy;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.commons.codec.digest.DigestUtils;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Reference;

/**
 * An image with its findings drawn -> Binary, one for each image and model set. The report only
 * links it, so that whoever searches for reports does not have to read megabytes.
 */
public final class PictureResource {
  private static final String TYPE = "Binary";
  private static final String PNG = "image/png";
  private static final Pattern OUR_ID = Pattern.compile("[0-9a-f]{64}");

  private PictureResource() {}

  /**
   * The Binary's logical id. It follows from what the picture shows, so that a new analysis
   * replaces the picture, and nobody needs the report to find it.
   */
  public static String id(String sopInstanceUid, String modelSetId) {
    return idOf(sopInstanceUid + "/" + modelSetId);
  }

  /**
   * @param key of the Observation that is about the image, see {@link Codes#OBSERVATION_IDENTIFIER}
   */
  public static String idOf(String key) {
    return DigestUtils.sha256Hex(key);
  }

  /** The picture of an image; empty if there is none. */
  static Optional<Binary> of(AnalysedStudy study, ImageFindings image) {
    return png(study, image)
        .map(
            png -> {
              Binary picture = new Binary().setContentType(PNG).setData(png);
              picture.setId(TYPE + "/" + id(study, image));
              ArtificialIntelligenceLabel.mark(picture);
              return picture;
            });
  }

  /** The link to an image's picture; empty if there is none. */
  static Optional<Attachment> link(AnalysedStudy study, ImageFindings image) {
    return png(study, image)
        .map(
            png ->
                new Attachment()
                    .setContentType(PNG)
                    .setUrl(TYPE + "/" + id(study, image))
                    .setSize(png.length)
                    .setHash(DigestUtils.sha1(png))
                    .setTitle(
                        "Image %s with AI findings, not a diagnosis"
                            .formatted(image.image().sopInstanceUid()))
                    .setCreation(Date.from(study.analysedAt())));
  }

  /** Ids of the pictures that a report links. */
  public static List<String> linked(DiagnosticReport report) {
    return report.getPresentedForm().stream()
        .filter(PictureResource::links)
        .map(PictureResource::id)
        .toList();
  }

  /** The id of the Binary that is linked. */
  public static String id(Attachment link) {
    return new IdType(link.getUrl()).getIdPart();
  }

  /** Whether it is a link to a picture of ours. */
  public static boolean links(Attachment form) {
    IdType id = new IdType(form.getUrl());
    return TYPE.equals(id.getResourceType()) && ours(id);
  }

  /** Whether only a picture of ours can have such an id. */
  public static boolean ours(IIdType id) {
    return id.hasIdPart() && OUR_ID.matcher(id.getIdPart()).matches();
  }

  /** What becomes of the pictures that a report links when they must not be seen any more. */
  public static List<Binary> emptied(DiagnosticReport report) {
    return linked(report).stream().map(id -> emptied(id, report)).toList();
  }

  private static Binary emptied(String id, DiagnosticReport report) {
    Binary picture = new Binary().setContentType(PNG);
    picture.setId(TYPE + "/" + id);
    ArtificialIntelligenceLabel.mark(picture);
    return governedBy(
        picture, new Reference(Transaction.address(report)).setType(report.fhirType()), report);
  }

  /** Whoever may read the report may see the picture. */
  static Binary governedBy(Binary picture, Reference reference, DiagnosticReport report) {
    return picture.setSecurityContext(
        reference.copy().setIdentifier(report.getIdentifierFirstRep().copy()));
  }

  private static Optional<byte[]> png(AnalysedStudy study, ImageFindings image) {
    return Optional.ofNullable(study.annotatedPng().get(image.image().sopInstanceUid()));
  }

  private static String id(AnalysedStudy study, ImageFindings image) {
    return id(image.image().sopInstanceUid(), study.findings().models().id());
  }
}
