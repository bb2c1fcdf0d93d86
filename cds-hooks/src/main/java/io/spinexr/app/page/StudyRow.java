package io.spinexr.app.page;

import io.spinexr.state.StudyAnalysis;
import java.time.LocalDate;

/** A study in a table: what it is, and where its analysis stands. */
record StudyRow(
    String uid, String title, String date, String state, String verdict, String reason) {
  static StudyRow of(StudyAnalysis study) {
    return new StudyRow(
        study.studyUid(),
        Wording.title(study.description()),
        study.studyDate().map(LocalDate::toString).orElse(""),
        Wording.state(study.state(), study.reception()),
        study.shown().map(findings -> findings.verdict().display()).orElse(""),
        study.reason().orElse(""));
  }
}
