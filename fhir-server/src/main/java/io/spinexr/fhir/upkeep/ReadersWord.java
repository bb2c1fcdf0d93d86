package io.spinexr.fhir.upkeep;

import java.util.EnumSet;
import java.util.Set;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;

/** What a person has made of an Observation of ours. */
final class ReadersWord {
  private static final Set<ObservationStatus> OURS =
      EnumSet.of(
          ObservationStatus.PRELIMINARY,
          ObservationStatus.CANCELLED,
          ObservationStatus.ENTEREDINERROR);

  private ReadersWord() {}

  /** Whether it is a person's statement by now. */
  static boolean confirms(Observation observation) {
    return !OURS.contains(observation.getStatus());
  }

  /**
   * Whether a person said that it is wrong. We ourselves cancel only what says why the AI has no
   * result of an image.
   */
  static boolean strikesOut(Observation observation) {
    return observation.getStatus() == ObservationStatus.CANCELLED
            && !observation.hasDataAbsentReason()
        || observation.getStatus() == ObservationStatus.ENTEREDINERROR
            && !WithdrawnObservation.is(observation);
  }
}
