package io.spinexr.state;

/**
 * A model set of which nothing is shown.
 *
 * @param recalled for good: its results are withdrawn, and it analyses nothing any more
 */
public record HiddenSet(String reason, boolean recalled) {
  /** Of a set whose results nobody has chosen to show. */
  public static final HiddenSet FOR_RESEARCH =
      new HiddenSet(
          "it is for research only, and spinexr.models.show-research-results is not set", false);
}
