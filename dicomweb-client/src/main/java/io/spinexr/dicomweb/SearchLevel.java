package io.spinexr.dicomweb;

import io.spinexr.dicom.Tag;

/** What a search lists (PS3.18 section 10.6). */
public enum SearchLevel {
  STUDIES(Tag.StudyInstanceUID, "StudyInstanceUID"),
  SERIES(Tag.SeriesInstanceUID, "SeriesInstanceUID"),
  INSTANCES(Tag.SOPInstanceUID, "SOPInstanceUID");

  private final int uid;
  private final String uidKeyword;

  SearchLevel(int uid, String uidKeyword) {
    this.uid = uid;
    this.uidKeyword = uidKeyword;
  }

  /** The attribute that tells one match from another. */
  int uid() {
    return uid;
  }

  String uidKeyword() {
    return uidKeyword;
  }
}
