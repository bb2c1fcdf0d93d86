package io.spinexr.access;

import java.util.Optional;

/**
 * What became of somebody who asked, or signed in or out.
 *
 * @param person who; empty if nobody had signed in
 * @param what a request, as method and path, or the path of a page that was opened
 * @param why the reason that was given, or why it was refused; may be empty
 */
public record AccessEvent(
    Kind kind, Optional<Person> person, String what, String why, boolean allowed) {
  /** What can happen. */
  public enum Kind {
    SIGN_IN,
    SIGN_OUT,
    /** Something was asked for. */
    REQUEST,
    /** A card's link opened a page to a clinician. */
    CARD,
    /** The EHR launched us for a clinician in the context of a patient, who is the reason. */
    LAUNCH,
    /** A clinician opened a study in an emergency. */
    EMERGENCY
  }
}
