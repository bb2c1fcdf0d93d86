package io.spinexr.finding;

import java.util.regex.Pattern;

/** The DICOM unique identifiers of one image: study, series and SOP instance (PS3.5 section 9). */
public record ImageId(String studyUid, String seriesUid, String sopInstanceUid) {
  private static final Pattern UID = Pattern.compile("[0-9]+(\\.[0-9]+)*");

  public ImageId {
    requireUid("StudyInstanceUID", studyUid);
    requireUid("SeriesInstanceUID", seriesUid);
    requireUid("SOPInstanceUID", sopInstanceUid);
  }

  /** Whether a text is a DICOM UID: digits and dots, at most 64. */
  public static boolean isUid(String text) {
    return text.length() <= 64 && UID.matcher(text).matches();
  }

  /**
   * @return {@code uid}
   * @throws IllegalArgumentException naming {@code attribute} if it is no DICOM UID: digits and
   *     dots, at most 64
   */
  public static String requireUid(String attribute, String uid) {
    if (uid == null || !isUid(uid)) {
      throw new IllegalArgumentException(
          attribute + " must be a DICOM UID (digits and dots, at most 64 characters)");
    }
    return uid;
  }
}
