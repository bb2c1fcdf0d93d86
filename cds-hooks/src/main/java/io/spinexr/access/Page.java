package io.spinexr.access;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page about one patient.
 *
 * @param id StudyInstanceUID of a study, or key of an order
 */
public record Page(Kind kind, String id) {
  /** What a page is about. */
  public enum Kind {
    STUDY("study"),
    ORDER("order");

    private final String code;

    Kind(String code) {
      this.code = code;
    }

    public String code() {
      return code;
    }
  }

  private static final Pattern PATH =
      Pattern.compile("/(?:studies/(?<study>[0-9.]{1,64})|orders/(?<order>[0-9a-f]{32}))(?:/.*)?");

  /**
   * The page at a path, or that an image or a form belongs to.
   *
   * @param path decoded, without the server's address and without query
   */
  public static Optional<Page> at(String path) {
    Matcher matcher = PATH.matcher(path);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String study = matcher.group("study");
    return Optional.of(
        study != null ? new Page(Kind.STUDY, study) : new Page(Kind.ORDER, matcher.group("order")));
  }

  public String path() {
    return (kind == Kind.STUDY ? "/studies/" : "/orders/") + id;
  }
}
