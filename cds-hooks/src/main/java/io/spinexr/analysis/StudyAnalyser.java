package io.spinexr.analysis;

import io.spinexr.archive.patient.DicomDates;
import io.spinexr.archive.patient.NotThePatientsException;
import io.spinexr.archive.patient.StatedIdentity;
import io.spinexr.archive.study.Copy;
import io.spinexr.archive.study.ListedStudy;
import io.spinexr.archive.study.SpineRadiographs;
import io.spinexr.archive.study.StudyContents;
import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.image.Exposure;
import io.spinexr.dicomweb.message.DicomWebException;
import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.ImageId;
import io.spinexr.finding.ModelSet;
import io.spinexr.finding.RejectedImage;
import io.spinexr.finding.StudyFindings;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.job.AnalysisMeters;
import io.spinexr.job.AnalysisProperties;
import io.spinexr.job.Failures;
import io.spinexr.job.GiveUpException;
import io.spinexr.job.Processor;
import io.spinexr.job.StoppingException;
import io.spinexr.radiograph.Analyser;
import io.spinexr.radiograph.Configuration;
import io.spinexr.radiograph.FindingsPicture;
import io.spinexr.radiograph.ImageAnalysis;
import io.spinexr.radiograph.Preparation;
import io.spinexr.radiograph.Provenance;
import io.spinexr.radiograph.RadiographAnalysis;
import io.spinexr.radiograph.ReceivedImage;
import io.spinexr.radiograph.Stage;
import io.spinexr.study.ImagedInstance;
import io.spinexr.study.ImagedSeries;
import io.spinexr.study.ImagedStudy;
import io.spinexr.study.SpineRegion;
import io.spinexr.study.StudyStart;
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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * From a study in the archive to its findings: fetches every spine radiograph, makes sure that it
 * is the patient's and what the model set is made for, decodes and analyses it. One bad image never
 * hides the good ones: it is listed with its reason.
 */
public final class StudyAnalyser {
  /** HTTP's answer to a failure at one request, unlike those of a server that is down. */
  private static final int SERVER_ERROR = 500;

  private final RadiographAnalysis radiographs;
  private final ModelSet models;
  private final Configuration configuration;
  private final AnalysisProperties properties;
  private final AnalysisMeters meters;
  private final Processor processor;
  private final ZoneId zone;

  /**
   * @param zone of the archive's study times that come without an offset
   */
  public StudyAnalyser(
      SpineRadiographs radiographs,
      Analyser analyser,
      AnalysisProperties properties,
      AnalysisMeters meters,
      Processor processor,
      ZoneId zone) {
    this.radiographs =
        RadiographAnalysis.of(
            analyser, radiographs, properties.maxMegapixels(), properties.imageMemory().bytes());
    this.models = analyser.models();
    this.configuration =
        Configuration.of(analyser, radiographs.properties(), properties.maxMegapixels());
    this.properties = properties;
    this.meters = meters;
    this.processor = processor;
    this.zone = zone;
  }

  /** Which networks the findings come from. */
  ModelSet models() {
    return models;
  }

  /**
   * What was found in a study.
   *
   * @param patientName as the images state it, DICOM PN
   * @param stated whom the study and its images show, as they state it
   * @param annotatedPng by SOP instance UID
   * @param provenance empty where the findings are earlier ones, of which it is not known
   */
  record Analysed(
      StudyFindings findings,
      ImagedStudy study,
      Optional<String> patientName,
      Set<StatedIdentity> stated,
      Map<String, byte[]> annotatedPng,
      Optional<Provenance> provenance) {}

  /**
   * Analyses what counts of a study. What an earlier result says of images that are absent now
   * stays as it is, without their pictures: only a rejection takes anything back.
   *
   * @param earlier of the same model set
   * @param lastAttempt whether an image that cannot be had or analysed now is listed as rejected;
   *     otherwise its failure ends this attempt
   * @throws GiveUpException if another attempt is of no use
   * @throws NotThePatientsException if an image is another patient's
   * @throws DicomWebException if no archive that lists an image answers as it should
   */
  public Analysed analyse(ListedStudy listed, EarlierResult earlier, boolean lastAttempt) {
    StudyContents contents = listed.contents();
    Images images = new Images(contents, listed.copies(), lastAttempt);
    images.stated.add(StatedIdentity.of(contents.study()));
    listed.images().forEach(images::add);
    images.settle();
    images.supersedeRaw();
    images.carryOver(earlier, listed);
    if (images.analysed.isEmpty() && images.rejected.isEmpty()) {
      throw GiveUpException.failed("the archive lists no spine radiograph in the study any more");
    }
    return new Analysed(
        new StudyFindings(contents.studyUid(), models, images.analysed, images.rejected),
        describe(listed, images.offset),
        images.patientName,
        images.stated,
        images.annotatedPng,
        Optional.of(new Provenance(configuration, images.pixels)));
  }

  /** The images of one study, one after another. */
  private final class Images {
    private final StudyContents contents;
    private final Map<String, List<Copy>> copies;
    private final boolean lastAttempt;
    private final List<ImageFindings> analysed = new ArrayList<>();
    private final List<RejectedImage> rejected = new ArrayList<>();
    private final Map<String, byte[]> annotatedPng = new HashMap<>();
    private final Map<String, String> pixels = new HashMap<>();
    private final Map<ImageId, DicomWebException> failing = new LinkedHashMap<>();
    private final Set<ImageId> gone = new LinkedHashSet<>();
    private final Set<StatedIdentity> stated = new LinkedHashSet<>();
    private final Exposures exposures = new Exposures();
    private Optional<String> patientName = Optional.empty();
    private Optional<ZoneOffset> offset = Optional.empty();
    private boolean sent;

    private Images(StudyContents contents, Map<String, List<Copy>> copies, boolean lastAttempt) {
      this.contents = contents;
      this.copies = copies;
      this.lastAttempt = lastAttempt;
    }

    private void add(ImageId id) {
      StoppingException.throwIfAsked();
      try {
        analyse(id);
      } catch (DicomWebException e) {
        if (Failures.outage(e) && e.status().orElse(0) != SERVER_ERROR) {
          throw e; // says nothing about the image
        }
        switch (e.kind()) {
          case NOT_FOUND -> {
            if (!lastAttempt) {
              throw e; // an archive may list what it cannot send yet
            }
            gone.add(id);
          }
          case REJECTED, NOT_ACCEPTABLE ->
              reject(id, "the archive refuses to send it in a form that can be read");
          case TOO_LARGE ->
              reject(id, "it is larger than the configured limit, or than memory has room for");
          case UNAVAILABLE -> failing.put(id, e);
          default -> rejectAtLast(id, "the archive fails to send it", e);
        }
      } catch (GiveUpException | NotThePatientsException e) {
        throw e;
      } catch (RuntimeException e) {
        rejectAtLast(id, RadiographAnalysis.NETWORKS_FAILED, e);
      }
    }

    private void analyse(ImageId id) {
      Preparation received = receive(id, Objects.requireNonNull(copies.get(id.sopInstanceUid())));
      if (received instanceof Preparation.Rejected refused) {
        rejected.add(refused.image());
        meters.imageRejected();
      } else if (received instanceof Preparation.Ready ready) {
        Drawn image = processor.inTurn(() -> drawn(ready));
        analysed.add(image.analysis().findings());
        annotatedPng.put(id.sopInstanceUid(), image.png());
        pixels.put(id.sopInstanceUid(), Provenance.hash(ready.image()));
        meters.imageAnalysed();
      }
    }

    /** From the first archive that sends it whole. */
    private Preparation receive(ImageId id, List<Copy> everywhere) {
      @Nullable Supplier<Preparation> answer = null;
      for (Copy copy : everywhere) {
        try {
          Preparation received = receive(id, copy);
          if (!(received instanceof Preparation.Rejected refused && refused.unreadable())) {
            return received;
          }
          answer = answer == null ? () -> received : answer;
        } catch (DicomWebException e) {
          // Where one archive may still send it, what another has of it decides nothing.
          if (answer == null || Failures.outage(e)) {
            answer =
                () -> {
                  throw e;
                };
          }
        }
      }
      return Objects.requireNonNull(answer).get(); // every image has a copy
    }

    private Preparation receive(ImageId id, Copy copy) {
      try {
        DicomFile file = timed(Stage.FETCH, copy::retrieve);
        sent = true;
        DataSet header = file.dataSet();
        stated.add(StatedIdentity.of(header));
        patientName = patientName.or(() -> header.string(Tag.PatientName));
        offset = offset.or(() -> DicomDates.offset(header));
        return radiographs.prepare(
            new ReceivedImage(id, file, contents.study(), series(id), List.of()),
            () -> exposures.next(Exposure.of(id, header), analysed),
            () -> Optional.of(timed(Stage.FETCH, copy::retrieveTranscoded)));
      } catch (DicomException e) {
        return new Preparation.Rejected(RejectedImage.notAnalysable(id, e.getMessage()));
      }
    }

    private DataSet series(ImageId id) {
      return contents.series().stream()
          .map(StudyContents.Series::attributes)
          .filter(
              one -> one.string(Tag.SeriesInstanceUID).filter(id.seriesUid()::equals).isPresent())
          .findFirst()
          .orElseThrow();
    }

    /** The archive's errors are those of single images only if it sent others. */
    private void settle() {
      failing.forEach(
          (id, failure) -> {
            if (!sent) {
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
        pixels.remove(raw.image().sopInstanceUid());
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
          .forEach(image -> reject(image, "the archive lists it, but does not have it"));
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

  private record Drawn(ImageAnalysis analysis, byte[] png) {}

  private Drawn drawn(Preparation.Ready ready) {
    ImageAnalysis analysis = radiographs.analyse(ready);
    analysis.times().forEach(meters::stage);
    return new Drawn(analysis, timed(Stage.DRAW, () -> drawn(ready.image(), analysis)));
  }

  private byte[] drawn(GrayscaleImage image, ImageAnalysis analysis) {
    return FindingsPicture.png(
        image,
        analysis.findings(),
        models,
        properties.annotatedEdge(),
        properties.annotatedBytes());
  }

  private <T> T timed(Stage stage, Supplier<T> work) {
    long start = System.nanoTime();
    T result = work.get();
    meters.stage(stage, Duration.ofNanos(System.nanoTime() - start));
    return result;
  }

  /** The study for its FHIR resources, without inventing what the archive does not tell. */
  private ImagedStudy describe(ListedStudy listed, Optional<ZoneOffset> headersOffset) {
    StudyContents contents = listed.contents();
    DataSet study = contents.study();
    String description = study.string(Tag.StudyDescription).orElse("");
    StringJoiner region = new StringJoiner(" ").add(description);
    List<ImagedSeries> series = new ArrayList<>();
    for (StudyContents.Series found : contents.series()) {
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
        listed.rejected().keySet(),
        listed.archives());
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
