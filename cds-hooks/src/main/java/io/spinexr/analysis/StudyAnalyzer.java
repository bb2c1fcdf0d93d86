package io.spinexr.analysis;

import io.spinexr.analysis.ArchivePatient.Relation;
import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.DicomFile;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.image.DecodedRadiograph;
import io.spinexr.dicom.image.Exposure;
import io.spinexr.dicom.image.RadiographDecoder;
import io.spinexr.dicom.image.UnsuitableImageException;
import io.spinexr.dicomweb.DicomWebClient;
import io.spinexr.dicomweb.DicomWebException;
import io.spinexr.fhir.ImagedInstance;
import io.spinexr.fhir.ImagedSeries;
import io.spinexr.fhir.ImagedStudy;
import io.spinexr.fhir.StudyStart;
import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.ImageId;
import io.spinexr.finding.ImageWarning;
import io.spinexr.finding.RejectedImage;
import io.spinexr.finding.RejectedImage.Kind;
import io.spinexr.finding.StudyFindings;
import io.spinexr.scope.Scope;
import io.spinexr.study.SpineRegion;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Supplier;

/**
 * From a study in the archive to its findings: fetches every spine radiograph, makes sure that it
 * is the patient's and what the model set is made for, decodes and analyses it. One bad image never
 * hides the good ones: it is listed with its reason.
 */
final class StudyAnalyzer {
  /** HTTP's answer to a failure at one request, unlike those of a server that is down. */
  private static final int SERVER_ERROR = 500;

  private final DicomWebClient archive;
  private final ScopeCheck scope;
  private final Analyzer analyzer;
  private final RadiographDecoder decoder;
  private final AnalysisProperties properties;
  private final AnalysisMeters meters;
  private final ZoneId zone;

  /**
   * @param zone of the archive's study times that come without an offset
   */
  StudyAnalyzer(
      DicomWebClient archive,
      SpineRadiographs radiographs,
      Analyzer analyzer,
      AnalysisProperties properties,
      AnalysisMeters meters,
      ZoneId zone) {
    this.archive = archive;
    this.scope = new ScopeCheck(analyzer.scope(), radiographs);
    this.analyzer = analyzer;
    this.decoder = new RadiographDecoder(properties.maxMegapixels(), analyzer.preprocessing());
    this.properties = properties;
    this.meters = meters;
    this.zone = zone;
  }

  /**
   * What was found in a study.
   *
   * @param patientName as the images state it, DICOM PN
   * @param stated whom the study and its images show, as they state it
   * @param annotatedPng by SOP instance UID
   */
  record Analysed(
      StudyFindings findings,
      ImagedStudy study,
      Optional<String> patientName,
      Set<StatedIdentity> stated,
      Map<String, byte[]> annotatedPng) {}

  /**
   * Analyses what counts of a study. What an earlier result says of images that are absent now
   * stays as it is, without their pictures: only a rejection takes anything back.
   *
   * @param earlier of the same model set
   * @param patient whose images they must be
   * @param lastAttempt whether an image that cannot be had or analysed now is listed as rejected;
   *     otherwise its failure ends this attempt
   * @throws GiveUpException if another attempt is of no use
   * @throws DicomWebException if the archive does not answer as it should
   */
  Analysed analyse(
      ListedStudy listed, EarlierResult earlier, ArchivePatient patient, boolean lastAttempt) {
    ImageSearch.Contents contents = listed.contents();
    Images images = new Images(contents, patient, lastAttempt);
    images.stated.add(StatedIdentity.of(contents.study()));
    listed.images().forEach(images::add);
    images.settle();
    images.supersedeRaw();
    images.carryOver(earlier, listed);
    if (images.analysed.isEmpty() && images.rejected.isEmpty()) {
      throw GiveUpException.failed("the archive lists no spine radiograph in the study any more");
    }
    return new Analysed(
        new StudyFindings(contents.studyUid(), analyzer.models(), images.analysed, images.rejected),
        describe(listed, images.offset),
        images.patientName,
        images.stated,
        images.annotatedPng);
  }

  private static void require(Relation relation) {
    if (relation != Relation.SAME) {
      throw GiveUpException.notMatched();
    }
  }

  /** The images of one study, one after another. */
  private final class Images {
    private final ImageSearch.Contents contents;
    private final ArchivePatient patient;
    private final boolean lastAttempt;
    private final List<ImageFindings> analysed = new ArrayList<>();
    private final List<RejectedImage> rejected = new ArrayList<>();
    private final Map<String, byte[]> annotatedPng = new HashMap<>();
    private final Map<ImageId, DicomWebException> failing = new LinkedHashMap<>();
    private final Set<ImageId> gone = new LinkedHashSet<>();
    private final Set<StatedIdentity> stated = new LinkedHashSet<>();
    private final Exposures exposures = new Exposures();
    private Optional<String> patientName = Optional.empty();
    private Optional<ZoneOffset> offset = Optional.empty();

    private Images(ImageSearch.Contents contents, ArchivePatient patient, boolean lastAttempt) {
      this.contents = contents;
      this.patient = patient;
      this.lastAttempt = lastAttempt;
    }

    private void add(ImageId id) {
      try {
        analyse(id);
      } catch (UnsuitableImageException e) {
        reject(id, e.getMessage());
      } catch (DicomException e) {
        reject(id, "its DICOM file is damaged: " + e.getMessage());
      } catch (DicomWebException e) {
        switch (e.kind()) {
          case NOT_FOUND -> gone.add(id);
          case UNAUTHORIZED -> throw e; // says nothing about the image
          case REJECTED, NOT_ACCEPTABLE ->
              reject(id, "the archive refuses to send it in a form that can be read");
          case TOO_LARGE -> reject(id, "it is larger than the configured limit");
          case UNAVAILABLE -> {
            if (e.status().orElse(0) != SERVER_ERROR) {
              throw e; // the archive is down, which says nothing about the image
            }
            failing.put(id, e);
          }
          case MALFORMED -> rejectAtLast(id, "the archive fails to send it", e);
        }
      } catch (GiveUpException e) {
        throw e;
      } catch (RuntimeException e) {
        rejectAtLast(id, "the networks failed on it", e);
      } catch (OutOfMemoryError e) {
        // An array that does not fit leaves everything else as it was.
        rejectAtLast(
            id,
            "the server has too little memory for it",
            new IllegalStateException("an image needs more memory than there is", e));
      }
    }

    private void analyse(ImageId id) {
      DicomFile file = timed(Stage.FETCH, () -> archive.retrieveInstance(id));
      DataSet header = file.dataSet();
      require(patient.relationTo(header));
      stated.add(StatedIdentity.of(header));
      patientName = patientName.or(() -> header.string(Tag.PatientName));
      offset = offset.or(() -> DicomDates.offset(header));
      Scope.Standing standing = scope.of(contents.study(), series(id), header);
      if (standing.contradiction().isPresent()) {
        rejected.add(
            new RejectedImage(id, Kind.OUT_OF_SCOPE, standing.contradiction().orElseThrow()));
        meters.imageRejected();
        return;
      }
      Optional<RejectedImage> superseded = exposures.next(Exposure.of(id, header), analysed);
      if (superseded.isPresent()) {
        rejected.add(superseded.get());
        meters.imageRejected();
        return;
      }
      DecodedRadiograph decoded = decode(id, file);
      List<ImageWarning> warnings = new ArrayList<>(decoded.warnings());
      standing.doubt().ifPresent(warnings::add);
      ImageAnalysis analysis = analyzer.analyze(id, decoded.image(), warnings);
      analysis.times().forEach(meters::stage);
      ImageFindings findings = analysis.findings();
      byte[] png =
          timed(
              Stage.DRAW,
              () ->
                  AnnotatedImage.png(
                      decoded.image(),
                      findings,
                      analyzer.models(),
                      properties.annotatedEdge(),
                      properties.annotatedBytes()));
      analysed.add(findings);
      annotatedPng.put(id.sopInstanceUid(), png);
      meters.imageAnalysed();
    }

    private DataSet series(ImageId id) {
      return contents.series().stream()
          .map(ImageSearch.Series::attributes)
          .filter(
              one -> one.string(Tag.SeriesInstanceUID).filter(id.seriesUid()::equals).isPresent())
          .findFirst()
          .orElseThrow();
    }

    private DecodedRadiograph decode(ImageId id, DicomFile file) {
      try {
        return timed(Stage.DECODE, () -> decoder.decode(file));
      } catch (UnsuitableImageException e) {
        if (!e.needsTranscoding()) {
          throw e;
        }
      }
      DicomFile transcoded = timed(Stage.FETCH, () -> archive.retrieveInstanceTranscoded(id));
      require(patient.relationTo(transcoded.dataSet()));
      return timed(Stage.DECODE, () -> decoder.decode(transcoded));
    }

    /** The archive's errors are those of single images only if it sent others. */
    private void settle() {
      failing.forEach(
          (id, failure) -> {
            if (analysed.isEmpty()) {
              throw failure;
            }
            rejectAtLast(
                id,
                "the archive fails to send it",
                new DicomWebException(
                    DicomWebException.Kind.MALFORMED,
                    "the archive fails to send one image among others: " + failure.getMessage(),
                    failure));
          });
    }

    /** Raw data may have come before the image for presentation. */
    private void supersedeRaw() {
      for (RejectedImage raw : exposures.raw(analysed).toList()) {
        analysed.removeIf(image -> image.image().equals(raw.image()));
        rejected.removeIf(image -> image.image().equals(raw.image()));
        annotatedPng.remove(raw.image().sopInstanceUid());
        rejected.add(raw);
      }
    }

    private void carryOver(EarlierResult earlier, ListedStudy listed) {
      Set<String> unavailable = ListedStudy.uids(gone.stream());
      EarlierResult absent = earlier.of(uid -> unavailable.contains(uid) || listed.misses(uid));
      analysed.addAll(absent.images());
      rejected.addAll(absent.rejected());
      stated.addAll(absent.stated());
      gone.stream()
          .filter(image -> !absent.instances().contains(image.sopInstanceUid()))
          .forEach(image -> reject(image, "the archive does not have it any more"));
    }

    private void reject(ImageId id, String reason) {
      rejected.add(RejectedImage.notAnalysable(id, reason));
      meters.imageRejected();
    }

    private void rejectAtLast(ImageId id, String reason, RuntimeException failure) {
      if (!lastAttempt) {
        throw failure;
      }
      reject(id, reason);
    }
  }

  private <T> T timed(Stage stage, Supplier<T> work) {
    long start = System.nanoTime();
    T result = work.get();
    meters.stage(stage, Duration.ofNanos(System.nanoTime() - start));
    return result;
  }

  /** The study for its FHIR resources, without inventing what the archive does not tell. */
  private ImagedStudy describe(ListedStudy listed, Optional<ZoneOffset> headersOffset) {
    ImageSearch.Contents contents = listed.contents();
    DataSet study = contents.study();
    String description = study.string(Tag.StudyDescription).orElse("");
    StringJoiner region = new StringJoiner(" ").add(description);
    List<ImagedSeries> series = new ArrayList<>();
    for (ImageSearch.Series found : contents.series()) {
      DataSet attributes = found.attributes();
      attributes.string(Tag.BodyPartExamined).ifPresent(region::add);
      attributes.string(Tag.SeriesDescription).ifPresent(region::add);
      List<ImagedInstance> instances = new ArrayList<>();
      for (DataSet instance : found.instances()) {
        String uid = instance.string(Tag.SOPInstanceUID).orElseThrow();
        instance
            .string(Tag.SOPClassUID)
            .filter(sopClass -> !listed.rejected().containsKey(uid))
            .ifPresent(sopClass -> instances.add(new ImagedInstance(uid, sopClass)));
      }
      series.add(
          new ImagedSeries(
              attributes.string(Tag.SeriesInstanceUID).orElseThrow(),
              attributes.code(Tag.Modality).orElseThrow(),
              attributes.string(Tag.SeriesDescription).orElse(""),
              instances));
    }
    return new ImagedStudy(
        contents.studyUid(),
        study.string(Tag.AccessionNumber),
        started(study, contents.offset().or(() -> headersOffset)),
        description,
        SpineRegion.named(region.toString()),
        series,
        listed.rejected().keySet());
  }

  private Optional<StudyStart> started(DataSet study, Optional<ZoneOffset> offset) {
    return DicomDates.date(study, Tag.StudyDate)
        .map(
            date ->
                DicomDates.time(study, Tag.StudyTime)
                    .map(date::atTime)
                    .map(time -> StudyStart.at(there(time, offset)))
                    .orElseGet(() -> StudyStart.on(date)));
  }

  private OffsetDateTime there(LocalDateTime time, Optional<ZoneOffset> offset) {
    return offset.map(time::atOffset).orElseGet(() -> time.atZone(zone).toOffsetDateTime());
  }
}
