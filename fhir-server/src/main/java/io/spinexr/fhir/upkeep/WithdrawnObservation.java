package io.spinexr.fhir.upkeep;

import io.spinexr.fhir.code.AiTransparency;
import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.code.FindingKey;
import io.spinexr.fhir.code.Narratives;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;

/**
 * An Observation that we have taken back. It says nothing of what the AI said, for clients that
 * ignore a status; the server's history keeps it.
 */
final class WithdrawnObservation {
  private static final String WORD = "Withdrawn: ";

  private WithdrawnObservation() {}

  /**
   * Takes an Observation back.
   *
   * @return false if there was nothing left of it
   */
  static boolean make(Observation observation, String reason) {
    Observation before = observation.copy();
    observation.setStatus(ObservationStatus.ENTEREDINERROR);
    observation.setValue(null).setDataAbsentReason(null);
    observation.setInterpretation(null).setComponent(null).setNote(null);
    observation.getExtension().removeIf(part -> AiTransparency.CONFIDENCE.equals(part.getUrl()));
    observation.getIdentifier().stream()
        .filter(identifier -> Codes.OBSERVATION_IDENTIFIER.equals(identifier.getSystem()))
        .filter(identifier -> identifier.hasValue())
        .forEach(identifier -> identifier.setValue(FindingKey.withoutType(identifier.getValue())));
    if (observation.equalsDeep(before)) {
      return false;
    }
    observation.setText(Narratives.of(WORD + reason));
    return true;
  }

  /** Whether it was us who took it back. */
  static boolean is(Observation observation) {
    return observation.getStatus() == ObservationStatus.ENTEREDINERROR
        && observation.getText().hasDiv()
        && observation.getText().getDiv().allText().startsWith(WORD);
  }
}
