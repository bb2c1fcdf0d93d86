package io.spinexr.dicom.image;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.Tag;
import io.spinexr.finding.ImageId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What tells whether two images of a study are of one exposure: digital detectors may send the raw
 * data beside the image for presentation (PS3.3 C.8.11.3), and archives may hold an image twice.
 *
 * @param forProcessing whether it is raw detector data
 * @param sources SOP instance UIDs of the images that it was made from
 * @param events irradiation event UIDs
 * @param acquired when, as precisely as stated, and in which view; absent unless both are stated
 * @param acquisition number within its series, and view; absent unless both are stated
 * @param pixelsSha256 of its pixel data as stored
 */
public record Exposure(
    ImageId image,
    boolean forProcessing,
    Set<String> sources,
    Set<String> events,
    Optional<String> acquired,
    Optional<String> acquisition,
    String pixelsSha256) {
  /**
   * Storage classes of images for processing: digital X-ray, mammography, intra-oral (PS3.4 B.5).
   */
  private static final Set<String> CLASSES_FOR_PROCESSING =
      Set.of(
          "1.2.840.10008.5.1.4.1.1.1.1.1",
          "1.2.840.10008.5.1.4.1.1.1.2.1",
          "1.2.840.10008.5.1.4.1.1.1.3.1");

  /** What an image's header tells; what cannot be read of it tells nothing. */
  public static Exposure of(ImageId image, DataSet dataSet) {
    try {
      return stated(image, dataSet);
    } catch (DicomException e) {
      return new Exposure(
          image, false, Set.of(), Set.of(), Optional.empty(), Optional.empty(), sha256(dataSet));
    }
  }

  private static Exposure stated(ImageId image, DataSet dataSet) {
    Optional<String> view = view(dataSet);
    return new Exposure(
        image,
        isForProcessing(dataSet),
        dataSet.sequence(Tag.SourceImageSequence).stream()
            .flatMap(source -> source.string(Tag.ReferencedSOPInstanceUID).stream())
            .collect(Collectors.toUnmodifiableSet()),
        dataSet.strings(Tag.IrradiationEventUID).stream()
            .filter(uid -> !uid.isEmpty())
            .collect(Collectors.toUnmodifiableSet()),
        acquired(dataSet).flatMap(time -> view.map(seen -> time + " " + seen)),
        dataSet
            .string(Tag.AcquisitionNumber)
            .flatMap(number -> view.map(seen -> image.seriesUid() + " " + number + " " + seen)),
        sha256(dataSet));
  }

  /** Whether an image is raw detector data, by its presentation intent or its storage class. */
  static boolean isForProcessing(DataSet dataSet) {
    return dataSet.code(Tag.PresentationIntentType).filter("FOR PROCESSING"::equals).isPresent()
        || dataSet.string(Tag.SOPClassUID).filter(CLASSES_FOR_PROCESSING::contains).isPresent();
  }

  private static Optional<String> view(DataSet dataSet) {
    return dataSet.sequence(Tag.ViewCodeSequence).stream()
        .flatMap(code -> code.string(Tag.CodeValue).stream())
        .findFirst()
        .or(() -> dataSet.code(Tag.ViewPosition));
  }

  private static Optional<String> acquired(DataSet dataSet) {
    return dataSet
        .string(Tag.AcquisitionDateTime)
        .or(
            () ->
                dataSet
                    .string(Tag.AcquisitionDate)
                    .flatMap(date -> dataSet.string(Tag.AcquisitionTime).map(time -> date + time)));
  }

  private static String sha256(DataSet dataSet) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      Stream.concat(
              dataSet.bytes(Tag.PixelData).stream(), dataSet.fragments(Tag.PixelData).stream())
          .map(ByteBuffer::duplicate)
          .forEach(digest::update);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }

  /**
   * Why another image of the study need not be analysed when this one was: a clause without
   * personal data; empty if it must.
   */
  public Optional<String> supersedes(Exposure other) {
    if (isSameImage(other)) {
      return Optional.of("the same image as " + image.sopInstanceUid());
    }
    return other.forProcessing && !forProcessing && isSameExposure(other)
        ? Optional.of("raw data of image " + image.sopInstanceUid())
        : Optional.empty();
  }

  private boolean isSameImage(Exposure other) {
    return other.image.sopInstanceUid().equals(image.sopInstanceUid())
        || other.pixelsSha256.equals(pixelsSha256);
  }

  /** In doubt not: an image too many is better than a view that nobody looks at. */
  private boolean isSameExposure(Exposure other) {
    if (sources.contains(other.image.sopInstanceUid())) {
      return true;
    }
    if (!events.isEmpty() && !other.events.isEmpty()) {
      return !Collections.disjoint(events, other.events);
    }
    return acquired.isPresent() && acquired.equals(other.acquired)
        || acquisition.isPresent() && acquisition.equals(other.acquisition);
  }
}
