package io.spinexr.fhir;

import java.time.Instant;

/** What a {@link StudyTask} asks people about. */
interface StudyDoubt {
  String studyUid();

  SubjectIdentifier patient();

  String reason();

  String who();

  Instant at();
}
