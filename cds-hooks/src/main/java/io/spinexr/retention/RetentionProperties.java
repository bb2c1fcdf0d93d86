package io.spinexr.retention;

import io.spinexr.job.Limits;
import java.time.Duration;
import java.util.Optional;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long what the server keeps is kept: {@code spinexr.retention}.
 *
 * @param hour of the day, 0 to 23, in {@code spinexr.time-zone}, at which what has ended is removed
 * @param orders since an order was last asked for or searched. One that is under work, that a card
 *     of the last day links to, or that has a result stays
 * @param cards which findings a card showed to whom, since it was issued. One with feedback stays
 *     as long as that: what a user has set aside stays away
 * @param feedback since it came
 * @param emergencies who opened which page in an emergency and why, since then; empty: without end
 * @param results what the AI said of a study, with its report, Task, pictures and their history on
 *     our own FHIR server, since it was last analysed; empty: without end
 * @param pictures versions of annotated images that a later analysis replaced or that a withdrawal
 *     emptied, since then
 */
public record RetentionProperties(
    @DefaultValue("2") int hour,
    @DefaultValue("730d") Duration orders,
    @DefaultValue("730d") Duration cards,
    @DefaultValue("3650d") Duration feedback,
    @DefaultValue Optional<Duration> emergencies,
    @DefaultValue Optional<Duration> results,
    @DefaultValue("365d") Duration pictures) {
  /** How long after its issue a card's link opens its page. */
  public static final Duration LINK = Duration.ofHours(24);

  private static final Duration LEAST = Duration.ofDays(1);

  public RetentionProperties {
    Limits.require("spinexr.retention.hour", hour, 0, 23);
    require("orders", orders);
    require("cards", cards);
    require("feedback", feedback);
    emergencies.ifPresent(life -> require("emergencies", life));
    results.ifPresent(life -> require("results", life));
    require("pictures", pictures);
  }

  private static void require(String what, Duration life) {
    if (life.compareTo(LEAST) < 0) {
      throw new IllegalArgumentException(
          "spinexr.retention.%s must be at least a day, but is %s".formatted(what, life));
    }
  }
}
