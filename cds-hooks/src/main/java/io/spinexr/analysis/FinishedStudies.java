package io.spinexr.analysis;

import io.spinexr.archive.patient.ArchivePatient;
import io.spinexr.archive.study.ListedStudy;
import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.StudyFindings;
import io.spinexr.fusion.DecisionRule;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.PatientIdentity;
import io.spinexr.outcome.Ending;
import io.spinexr.outcome.Outputs;
import io.spinexr.outcome.Subjects;
import io.spinexr.radiograph.Provenance;
import io.spinexr.result.AnalysedStudy;
import io.spinexr.result.Urgency;
import io.spinexr.search.StudyWatch;
import io.spinexr.state.StudyAnalysis;
import io.spinexr.state.StudyState;
import io.spinexr.store.OrderStore;
import io.spinexr.store.StudyStore;
import io.spinexr.triage.ReadingPriority;
import io.spinexr.triage.TriagePolicy;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Keeps results, for cards and pages at once and for every output soon. */
public final class FinishedStudies {
  private final OrderStore orders;
  private final StudyStore studies;
  private final TriagePolicy triage;
  private final DecisionRule rule;
  private final StudyWatch watch;
  private final Outputs outputs;
  private final Clock clock;

  /**
   * @param rule of the active model set
   */
  public FinishedStudies(
      OrderStore orders,
      StudyStore studies,
      TriagePolicy triage,
      DecisionRule rule,
      StudyWatch watch,
      Outputs outputs,
      Clock clock) {
    this.orders = orders;
    this.studies = studies;
    this.triage = triage;
    this.rule = rule;
    this.watch = watch;
    this.outputs = outputs;
    this.clock = clock;
  }

  /**
   * @param patient by whom images and order were matched
   * @param listed as the archive has the study; empty if it is missing there
   */
  Ending keep(
      StudyAnalysis started,
      PatientIdentity whose,
      ArchivePatient patient,
      Optional<ListedStudy> listed,
      StudyAnalyser.Analysed analysed) {
    List<ImagingOrder> own = orders.ordersOf(started.studyUid());
    ReadingPriority triaged = triage.priority(analysed.findings());
    Urgency urgency = Subjects.urgency(Optional.of(triaged), own);
    Optional<Provenance> provenance =
        analysed
            .provenance()
            .map(
                how ->
                    started
                        .provenance()
                        .map(earlier -> how.carrying(earlier, images(analysed.findings())))
                        .orElse(how));
    Instant now = clock.instant();
    AnalysedStudy result =
        new AnalysedStudy(
            Subjects.of(whose, patient, analysed.patientName()),
            Subjects.references(own),
            analysed.study(),
            analysed.findings(),
            rule,
            urgency,
            analysed.annotatedPng(),
            now);
    return new Ending(
        StudyState.DONE,
        () -> {
          boolean kept =
              studies.done(
                  started,
                  analysed.findings(),
                  triaged,
                  urgency.priority(),
                  analysed.study().region(),
                  analysed.stated(),
                  now);
          if (kept) {
            provenance.ifPresent(how -> studies.cameFrom(started, how, now));
            outputs.write(started, result, now);
            listed.ifPresent(
                study ->
                    watch.follow(started.studyUid(), study.followed(analysed.findings()), now));
          }
          return kept;
        });
  }

  private static Set<String> images(StudyFindings findings) {
    return ListedStudy.uids(findings.images().stream().map(ImageFindings::image));
  }
}
