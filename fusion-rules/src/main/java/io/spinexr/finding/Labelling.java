package io.spinexr.finding;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * What a model set may be used for, as whoever answers for it declares.
 *
 * @param udi device identifier of its Unique Device Identification (UDI-DI); a cleared set has one,
 *     and one for research has none
 * @param intendedUse for whom and for what, in sentences
 */
public record Labelling(Status status, Optional<String> udi, Optional<String> intendedUse) {
  /** What a set may be used for by law. */
  public enum Status {
    /** Research only: of no consequence for any patient. */
    RESEARCH("for research only, not for clinical use"),
    /** Care, as a medical device. */
    CLEARED("cleared as a medical device");

    private final String display;

    Status(String display) {
      this.display = display;
    }

    /** For people, the same words everywhere. */
    public String display() {
      return display;
    }

    /** In lower case, e.g. {@code research}. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Of a set that declares nothing: nobody vouches for it. */
  public static final Labelling NONE =
      new Labelling(Status.RESEARCH, Optional.empty(), Optional.empty());

  public Labelling {
    Objects.requireNonNull(status, "status");
    udi = udi.map(String::strip).filter(text -> !text.isEmpty());
    intendedUse = intendedUse.map(String::strip).filter(text -> !text.isEmpty());
    if (udi.isPresent() != (status == Status.CLEARED)) {
      throw new IllegalArgumentException(
          "a UDI must be given for the status cleared, and for no other");
    }
  }

  public boolean research() {
    return status == Status.RESEARCH;
  }

  /** In words: {@code cleared as a medical device, UDI 04012345678901}. */
  public String display() {
    return status.display() + udi.map(text -> ", UDI " + text).orElse("");
  }
}
