package io.spinexr.radiograph;

import io.spinexr.archive.study.SpineRadiographs;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.image.DecodedRadiograph;
import io.spinexr.dicom.image.RadiographDecoder;
import io.spinexr.dicom.pixel.UnsuitableImageException;
import io.spinexr.finding.ImageWarning;
import io.spinexr.finding.RejectedImage;
import io.spinexr.finding.RejectedImage.Kind;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.scope.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The one path from a DICOM file to its findings: by its header the networks may see it or not, its
 * pixels are decoded as they were trained, an image check looks at them if the set has one, the
 * other networks judge it, and the decision rule fuses what they say. Whoever takes it, a server or
 * a command, gets the same findings, warnings and reasons. May be used from several threads at
 * once.
 */
public final class RadiographAnalysis {
  /** Why an image has no findings when the networks failed; a clause. */
  public static final String NETWORKS_FAILED = "the networks failed on it";

  /** Why an image has no findings when an array did not fit; a clause. */
  public static final String TOO_LITTLE_MEMORY = "there is too little memory for it";

  private final Analyser analyser;
  private final ScopeCheck scope;
  private final RadiographDecoder decoder;
  private final boolean ignoreScope;

  /**
   * @param scope of the analyser's model set
   * @param decoder with the model set's preprocessing
   * @param ignoreScope whether images outside the scope are analysed, with a warning; for research
   */
  public RadiographAnalysis(
      Analyser analyser, ScopeCheck scope, RadiographDecoder decoder, boolean ignoreScope) {
    this.analyser = analyser;
    this.scope = scope;
    this.decoder = decoder;
    this.ignoreScope = ignoreScope;
  }

  /**
   * As a site analyses the images of its archive.
   *
   * @param radiographs what the site takes for radiographs of the spine
   * @param maxMegapixels larger images are not analysed, in millions of pixels
   * @param maxMemory nor are those that need more for decoding; in bytes of heap
   */
  public static RadiographAnalysis of(
      Analyser analyser, SpineRadiographs radiographs, int maxMegapixels, long maxMemory) {
    return new RadiographAnalysis(
        analyser,
        new ScopeCheck(analyser.scope(), radiographs),
        new RadiographDecoder(maxMegapixels, maxMemory, analyser.preprocessing()),
        false);
  }

  /** An image by itself. */
  public Preparation prepare(ReceivedImage image) {
    return prepare(image, Optional::empty, Optional::empty);
  }

  /**
   * An image among others, from somewhere that can be asked again.
   *
   * @param superseded whether another image stands for it; asked only of one within the scope
   * @param transcoded the same image in a form that is decoded here; asked only if it is not in one
   */
  public Preparation prepare(
      ReceivedImage image,
      Supplier<Optional<RejectedImage>> superseded,
      Supplier<Optional<DicomFile>> transcoded) {
    try {
      Scope.Standing standing = scope.of(image.study(), image.series(), image.file().dataSet());
      Optional<RejectedImage> rejected =
          standing
              .contradiction()
              .filter(reason -> !ignoreScope)
              .map(reason -> new RejectedImage(image.id(), Kind.OUT_OF_SCOPE, reason))
              .or(superseded);
      return rejected
          .<Preparation>map(Preparation.Rejected::new)
          .orElseGet(() -> decode(image, standing, transcoded));
    } catch (DicomException e) {
      return new Preparation.Rejected(RejectedImage.notAnalysable(image.id(), e.getMessage()));
    }
  }

  private Preparation decode(
      ReceivedImage image, Scope.Standing standing, Supplier<Optional<DicomFile>> transcoded) {
    long start = System.nanoTime();
    DecodedRadiograph decoded;
    try {
      decoded = decoder.decode(image.file());
    } catch (UnsuitableImageException e) {
      DicomFile readable =
          Optional.of(e)
              .filter(UnsuitableImageException::needsTranscoding)
              .flatMap(unsupported -> transcoded.get())
              .orElseThrow(() -> e);
      start = System.nanoTime();
      decoded = decoder.decode(readable);
    }
    Duration decoding = Duration.ofNanos(System.nanoTime() - start);
    GrayscaleImage pixels = decoded.image();
    Optional<PixelCheck.Look> look =
        analyser
            .pixelCheck()
            .map(
                check ->
                    check.of(
                        pixels,
                        scope.facts(image.study(), image.series(), image.file().dataSet())));
    Optional<String> refused = look.flatMap(PixelCheck.Look::contradiction);
    if (refused.isPresent() && !ignoreScope) {
      return new Preparation.Rejected(
          new RejectedImage(image.id(), Kind.OUT_OF_SCOPE, refused.get()));
    }
    List<ImageWarning> warnings = new ArrayList<>(standing.warningsIgnoringScope());
    look.map(PixelCheck.Look::warningsIgnoringScope).ifPresent(warnings::addAll);
    warnings.addAll(image.warnings());
    warnings.addAll(decoded.warnings());
    return new Preparation.Ready(image.id(), pixels, warnings, decoding);
  }

  /**
   * What the networks say of an image.
   *
   * @throws io.spinexr.inference.folder.ModelException if they fail: {@link #NETWORKS_FAILED}
   */
  public ImageAnalysis analyse(Preparation.Ready image) {
    ImageAnalysis analysis = analyser.analyse(image.id(), image.image(), image.warnings());
    Map<Stage, Duration> times = new EnumMap<>(analysis.times());
    times.put(Stage.DECODE, image.decoding());
    return new ImageAnalysis(analysis.findings(), analysis.perModel(), times);
  }
}
