package io.spinexr.order;

/** Why nothing may be searched, computed, written or shown for a patient; the graver one first. */
public enum Restriction {
  CONFIDENTIAL("confidential", "the patient's record is confidential"),
  OPTED_OUT("opted-out", "the patient has opted out of AI");

  private final String code;
  private final String sentence;

  Restriction(String code, String sentence) {
    this.code = code;
    this.sentence = sentence;
  }

  /** As it is stored and counted: {@code opted-out}. */
  public String code() {
    return code;
  }

  /** For people, without personal data. */
  public String sentence() {
    return sentence;
  }
}
