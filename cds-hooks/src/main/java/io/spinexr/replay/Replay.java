package io.spinexr.replay;

import io.spinexr.archive.Archives;
import io.spinexr.archive.Archives.Holding;
import io.spinexr.archive.study.SpineRadiographs;
import io.spinexr.archive.study.StudyContents;
import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicomweb.message.DicomWebException;
import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.ImageId;
import io.spinexr.finding.ModelSet;
import io.spinexr.finding.ModelVersion;
import io.spinexr.finding.RejectedImage;
import io.spinexr.finding.RejectedImage.Kind;
import io.spinexr.finding.StudyFindings;
import io.spinexr.radiograph.Analyser;
import io.spinexr.radiograph.Configuration;
import io.spinexr.radiograph.Preparation;
import io.spinexr.radiograph.Provenance;
import io.spinexr.radiograph.RadiographAnalysis;
import io.spinexr.radiograph.ReceivedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Computes results again: from the images that the archives have now, with the model set and the
 * settings of now. It shows nothing of them but whether the result is the same, and therefore does
 * not ask whose they are.
 */
public final class Replay {
  private final Archives archives;
  private final Analyser analyser;
  private final RadiographAnalysis radiographs;
  private final Configuration configuration;

  /**
   * @param maxMegapixels larger images are not analysed, in millions of pixels
   * @param maxMemory nor are those that need more for decoding; in bytes of heap
   */
  public Replay(Archives archives, Analyser analyser, int maxMegapixels, long maxMemory) {
    SpineRadiographs spine = archives.radiographs();
    this.archives = archives;
    this.analyser = analyser;
    this.radiographs = RadiographAnalysis.of(analyser, spine, maxMegapixels, maxMemory);
    this.configuration = Configuration.of(analyser, spine.properties(), maxMegapixels);
  }

  /**
   * Computes the result again that the trace has of the present model set; if it has none of it,
   * says so of the last one. Of a patient for whom nothing may be computed nothing is fetched.
   *
   * @throws DicomWebException if no archive answers as it should
   * @throws IllegalStateException if a part of the trace cannot be read, or is a later version's
   */
  public ReplayReport run(Trace trace) {
    String present = analyser.models().id();
    Optional<Trace.Result> result =
        trace.results().stream()
            .filter(one -> one.findings() != null && one.modelSet().equals(present))
            .findFirst()
            .or(() -> trace.results().stream().filter(one -> one.findings() != null).findFirst());
    return result
        .map(this::run)
        .orElseGet(() -> ReplayReport.impossible("The study has no result."));
  }

  private ReplayReport run(Trace.Result result) {
    if (result.restricted()) {
      return ReplayReport.impossible(
          "The patient's record is confidential, or the patient opted out of AI: nothing may be"
              + " computed.");
    }
    StudyFindings then = result.found().orElseThrow();
    Optional<Provenance> provenance = result.cameFrom();
    if (!sameSet(then.models(), provenance)) {
      return ReplayReport.impossible(
          "Model set %s computed it, whose content is %s; spinexr.models.folder has %s with %s."
              .formatted(
                  then.models().id(),
                  provenance.map(known -> known.configuration().modelSet()).orElse("not recorded"),
                  analyser.models().id(),
                  configuration.modelSet()));
    }
    List<Holding> holdings = archives.holdings(then.studyUid());
    return holdings.isEmpty()
        ? ReplayReport.impossible("The archive does not list the study any more.")
        : new Run(then, provenance, holdings).report();
  }

  private boolean sameSet(ModelSet then, Optional<Provenance> provenance) {
    return provenance
        .map(known -> known.configuration().modelSet().equals(configuration.modelSet()))
        .orElseGet(() -> members(then).equals(members(analyser.models())));
  }

  private static List<String> members(ModelSet set) {
    return set.models().stream().map(ModelVersion::toString).sorted().toList();
  }

  /** One study. */
  private final class Run {
    private final StudyFindings then;
    private final Optional<Provenance> provenance;
    private final List<Holding> holdings;
    private final List<String> notes = new ArrayList<>();
    private final List<String> differences = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();
    private final List<ImageFindings> analysed = new ArrayList<>();
    private final List<RejectedImage> rejected = new ArrayList<>();

    private Run(StudyFindings then, Optional<Provenance> provenance, List<Holding> holdings) {
      this.then = then;
      this.provenance = provenance;
      this.holdings = holdings;
    }

    private ReplayReport report() {
      provenance.map(Provenance::configuration).ifPresentOrElse(this::noteChanges, this::noteOld);
      then.images().forEach(this::analysedThen);
      then.rejected().forEach(this::rejectedThen);
      if (missing.isEmpty()) {
        StudyFindings now = new StudyFindings(then.studyUid(), then.models(), analysed, rejected);
        if (now.verdict() != then.verdict()) {
          differences.add(
              0,
              "The study's verdict was %s and is %s."
                  .formatted(then.verdict().code(), now.verdict().code()));
        }
      }
      return new ReplayReport(then.images().size(), notes, missing, differences);
    }

    private void noteOld() {
      notes.add("Pixels and settings are not recorded: the version before computed the result.");
    }

    private void noteChanges(Configuration before) {
      if (!before.program().equals(configuration.program())) {
        notes.add(
            "SpineXR was version %s and is %s."
                .formatted(before.program(), configuration.program()));
      }
      TreeSet<String> keys = new TreeSet<>(before.settings().keySet());
      keys.addAll(configuration.settings().keySet());
      for (String key : keys) {
        @Nullable String was = before.settings().get(key);
        @Nullable String is = configuration.settings().get(key);
        if (!Objects.equals(was, is)) {
          notes.add("%s was %s and is %s.".formatted(key, was, is));
        }
      }
    }

    private void analysedThen(ImageFindings image) {
      ImageId id = image.image();
      Optional<Preparation> prepared = prepare(id);
      if (prepared.isEmpty()) {
        missing.add("Image %s is not in the archive any more.".formatted(id.sopInstanceUid()));
      } else if (prepared.get() instanceof Preparation.Rejected refused) {
        rejected.add(refused.image());
        differ(id, "it was analysed, and is not now: " + refused.image().reason());
      } else if (prepared.get() instanceof Preparation.Ready ready) {
        String now = Provenance.hash(ready.image());
        provenance
            .map(known -> known.pixels().get(id.sopInstanceUid()))
            .filter(hash -> !hash.equals(now))
            .ifPresent(hash -> differ(id, "its pixels are others than then"));
        ImageFindings again = radiographs.analyse(ready).findings();
        analysed.add(again);
        Comparison.differences(image, again).forEach(difference -> differ(id, difference));
      }
    }

    private void rejectedThen(RejectedImage image) {
      Optional<Preparation> prepared =
          image.kind() == Kind.SUPERSEDED ? Optional.empty() : prepare(image.image());
      if (prepared.isPresent() && prepared.get() instanceof Preparation.Ready ready) {
        analysed.add(radiographs.analyse(ready).findings());
        differ(image.image(), "it was not analysed, and can be now");
      } else {
        rejected.add(
            prepared
                .filter(Preparation.Rejected.class::isInstance)
                .map(now -> ((Preparation.Rejected) now).image())
                .orElse(image));
      }
    }

    private void differ(ImageId image, String clause) {
      differences.add("Image %s: %s.".formatted(image.sopInstanceUid(), clause));
    }

    /** Empty if no archive has it; from the first that sends it whole. */
    private Optional<Preparation> prepare(ImageId id) {
      Optional<Preparation> unreadable = Optional.empty();
      for (Holding holding : holdings) {
        if (holding.contents().radiographs().anyMatch(id::equals)) {
          try {
            Preparation prepared = prepare(id, holding);
            if (!(prepared instanceof Preparation.Rejected refused && refused.unreadable())) {
              return Optional.of(prepared);
            }
            unreadable = Optional.of(prepared);
          } catch (DicomWebException e) {
            if (e.kind() != DicomWebException.Kind.NOT_FOUND) {
              throw e;
            }
          }
        }
      }
      return unreadable;
    }

    private Preparation prepare(ImageId id, Holding holding) {
      try {
        DicomFile file = holding.archive().ask(client -> client.retrieveInstance(id));
        return radiographs.prepare(
            new ReceivedImage(id, file, study(), series(id), List.of()),
            Optional::empty,
            () ->
                Optional.of(
                    holding.archive().ask(client -> client.retrieveInstanceTranscoded(id))));
      } catch (DicomException e) {
        return new Preparation.Rejected(RejectedImage.notAnalysable(id, e.getMessage()));
      }
    }

    private DataSet study() {
      return holdings.get(0).contents().study();
    }

    private DataSet series(ImageId id) {
      return holdings.stream()
          .flatMap(holding -> holding.contents().series().stream())
          .map(StudyContents.Series::attributes)
          .filter(
              one -> one.string(Tag.SeriesInstanceUID).filter(id.seriesUid()::equals).isPresent())
          .findFirst()
          .orElseThrow();
    }
  }
}
