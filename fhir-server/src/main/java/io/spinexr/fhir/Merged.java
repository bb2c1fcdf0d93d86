package io.spinexr.fhir;

/** What a {@link PatientMerge} found; the same again finds the same. */
public enum Merged {
  /** Nobody here has either identifier, so there was nothing to do. */
  NOBODY_THERE,
  /** There is one Patient only, and it has both identifiers now. */
  ONE_PATIENT,
  /** There are two Patients; one stands for the other and has all that was recorded of it. */
  TWO_PATIENTS
}
