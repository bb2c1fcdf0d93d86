package io.spinexr.access;

import io.spinexr.order.ImagingOrder;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page about one patient.
 *
 * @param id StudyInstanceUID of a study, key of an order, or chart of a patient
 */
public record Page(Kind kind, String id) {
  /** What a page is about. */
  public enum Kind {
    STUDY("study"),
    ORDER("order"),
    PATIENT("patient");

    private final String code;

    Kind(String code) {
      this.code = code;
    }

    public String code() {
      return code;
    }
  }

  private static final Pattern PATH =
      Pattern.compile(
          "/(?:studies/(?<study>[0-9.]{1,64})|orders/(?<order>[0-9a-f]{32})"
              + "|patients/(?<patient>[0-9a-f]{64}))(?:/.*)?");

  /**
   * The page at a path, or that an image or a form belongs to.
   *
   * @param path decoded, without the server's address and without query
   */
  public static Optional<Page> at(String path) {
    Matcher matcher = PATH.matcher(path);
    return matcher.matches()
        ? Stream.of(Kind.values())
            .filter(kind -> matcher.group(kind.code) != null)
            .map(kind -> new Page(kind, matcher.group(kind.code)))
            .findFirst()
        : Optional.empty();
  }

  /** All that is known of one chart of the EHR. */
  public static Page ofPatient(String reference) {
    return new Page(Kind.PATIENT, ImagingOrder.chart(reference));
  }

  public String path() {
    return switch (kind) {
          case STUDY -> "/studies/";
          case ORDER -> "/orders/";
          case PATIENT -> "/patients/";
        }
        + id;
  }
}
