package io.spinexr.fhir.upkeep;

import io.spinexr.fhir.code.FindingKey;
import io.spinexr.fhir.store.Transaction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Reference;

/** The Observations of one model set that are there, against those that a newer analysis wants. */
final class ObservationMerge {
  private final CurrentRecord current;
  private final WantedBundle bundle;
  private final Map<String, Observation> known = new HashMap<>();
  private final List<Observation> rest = new ArrayList<>();
  private final List<Observation> foreign = new ArrayList<>();

  ObservationMerge(CurrentRecord current, WantedBundle bundle, String modelSet) {
    this.current = current;
    this.bundle = bundle;
    FindingKey keys = new FindingKey(modelSet);
    current.allObservations().stream()
        .sorted(Comparator.comparing(ObservationMerge::gone))
        .forEach(
            observation ->
                keys.stored(observation)
                    .ifPresentOrElse(
                        key -> know(key, observation), () -> foreign.add(observation)));
  }

  private void know(String key, Observation observation) {
    if (known.putIfAbsent(key, observation) != null) {
      rest.add(observation);
    }
  }

  /** A reader's word stays where it is; ours is replaced, or withdrawn if it is not confirmed. */
  void merge(DiagnosticReport report) {
    Set<String> found = new HashSet<>();
    Set<String> struckOut = new HashSet<>();
    for (BundleEntryComponent entry : bundle.entries(Observation.class)) {
      boolean wrong =
          Optional.ofNullable(known.get(key(entry))).filter(ReadersWord::strikesOut).isPresent();
      FindingKey.type((Observation) entry.getResource())
          .ifPresent((wrong ? struckOut : found)::add);
      meet(entry);
    }
    struckOut.removeAll(found);
    report
        .getConclusionCode()
        .removeIf(code -> FindingKey.type(code).filter(struckOut::contains).isPresent());
    rest.addAll(known.values());
    foreign.stream().filter(current::listed).forEach(other -> refer(report, other));
    for (Observation observation : rest) {
      if (!taken(observation)) {
        withdraw(observation, "a later analysis by the same models does not confirm it");
      } else if (ReadersWord.confirms(observation) && current.listed(observation)) {
        refer(report, observation);
      }
    }
  }

  /**
   * Holds a wanted Observation against the one that is there.
   *
   * @return whether it is written; if not, a person's word stands in its place or against it
   */
  boolean meet(BundleEntryComponent wanted) {
    Optional<Observation> there = Optional.ofNullable(known.remove(key(wanted)));
    there.ifPresent(
        observation -> {
          if (ReadersWord.strikesOut(observation)) {
            bundle.drop(wanted);
          } else if (ReadersWord.confirms(observation)) {
            bundle.keep(wanted, observation);
          } else {
            Transaction.replace(wanted, observation);
          }
        });
    return there.filter(ObservationMerge::taken).isEmpty();
  }

  /** Nothing of the AI's stays on images that the archive has rejected. */
  void reject(Set<String> images) {
    known.forEach(
        (key, observation) -> {
          if (images.contains(FindingKey.sopInstanceUid(key)) && !taken(observation)) {
            withdraw(observation, "the archive has rejected the image");
          }
        });
  }

  static String key(BundleEntryComponent entry) {
    return ((Observation) entry.getResource()).getIdentifierFirstRep().getValue();
  }

  private void withdraw(Observation observation, String reason) {
    if (WithdrawnObservation.make(observation, reason + ".")) {
      bundle.change(observation);
    }
  }

  private static boolean gone(Observation observation) {
    return observation.getStatus() == ObservationStatus.ENTEREDINERROR;
  }

  private static boolean taken(Observation observation) {
    return ReadersWord.confirms(observation) || ReadersWord.strikesOut(observation);
  }

  private static void refer(DiagnosticReport report, Observation observation) {
    report.addResult(new Reference(Transaction.address(observation)));
  }
}
