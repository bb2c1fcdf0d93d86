package io.spinexr.dicomweb;

import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * What became of each instance of a STOW-RS request (PS3.18 section 10.5.3 and annex I). An
 * instance counts as stored only if the archive names it as referenced.
 *
 * @param stored SOP Instance UIDs, in the order sent
 * @param failures of the others, in the order sent
 */
public record StoreResult(List<String> stored, List<Failure> failures) {
  /**
   * @param reason the archive's FailureReason (0008,1197): PS3.18 table I.2-2; empty if it gave
   *     none
   */
  public record Failure(String sopInstanceUid, OptionalInt reason) {
    public Failure {
      Objects.requireNonNull(sopInstanceUid, "sopInstanceUid");
      Objects.requireNonNull(reason, "reason");
    }
  }

  public StoreResult {
    stored = List.copyOf(stored);
    failures = List.copyOf(failures);
  }

  public boolean complete() {
    return failures.isEmpty();
  }
}
