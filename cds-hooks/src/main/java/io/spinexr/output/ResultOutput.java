package io.spinexr.output;

import io.spinexr.result.AnalysedStudy;
import io.spinexr.result.Withdrawal;
import java.util.Optional;

/**
 * A place that results are brought to. Each has its own durable job for each study and model set,
 * so that one that fails holds up no other.
 *
 * <p>Anything but {@link RefusedException} is tried again, with growing pauses and without end; so
 * both calls may be repeated, also after they succeeded, and have to leave the same.
 */
public interface ResultOutput {
  /** What a result is brought for. */
  enum Purpose {
    /**
     * Our own record: it has every result, shown or not, and a result that it refuses has failed.
     */
    RECORD,
    /**
     * For others to read: it has no results that are for research only, and gets none of a patient
     * who opted out or of images whose patient is disputed. What is hidden for a while from cards
     * and pages, as a whole model set may be, it gets.
     */
    DELIVERY
  }

  /** In jobs, metrics and the database, for good: lower-case letters and digits, at most 32. */
  String name();

  /** For people: {@code the EHR's FHIR server}. */
  String title();

  Purpose purpose();

  /**
   * Brings a result, in the place of what was there of the same study and model set.
   *
   * @return where it is, for links to it; empty if nobody can link there
   * @throws RefusedException if the same again would be refused again
   */
  Optional<String> write(AnalysedStudy result);

  /**
   * Takes back what may have been written; perhaps nothing was.
   *
   * @throws RefusedException if the same again would be refused again
   */
  void withdraw(Withdrawal withdrawal);
}
