package io.spinexr.result;

import io.spinexr.study.PatientIdentifier;
import java.time.Instant;

/** What people are asked about a study. */
public interface StudyDoubt {
  String studyUid();

  PatientIdentifier patient();

  String reason();

  String who();

  Instant at();
}
