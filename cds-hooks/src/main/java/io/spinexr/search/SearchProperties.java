package io.spinexr.search;

import io.spinexr.job.Limits;
import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How an order's images are looked for in the archive: {@code spinexr.search}.
 *
 * @param firstInterval until the archive is asked again when the order's own images are not there
 *     yet; grows by {@code growth} with every search
 * @param maxInterval the longest time between two searches
 * @param growth factor from one interval to the next
 * @param giveUpAfter since the order was last signed: then it is given up visibly
 * @param settleFor how long the number of the order's own images must stay the same until no more
 *     are expected
 * @param freshFor an order that was searched for this long ago at most is answered without asking
 *     the archive again
 * @param retryInterval until the archive is asked again when it did not answer; doubles up to
 *     {@code maxInterval}
 * @param threads searches, results and withdrawals at a time on this node; each output gets an even
 *     share, and one more is left for the searches
 * @param sameDraftWithin orders without an id for the same examination of the same patient within
 *     this time are one order
 * @param unconfirmedShare the server's health is down when at least this share of the orders of a
 *     week (1 to 8 days ago) is confirmed by nothing but the signature, or when the share has risen
 *     by more than a third of this over the four weeks before: what a wrong mapping of patient
 *     identifiers looks like
 * @param unconfirmedOrders how many orders of a week it takes to judge
 * @param watchInterval until the archive is asked again about a study with a result: for late,
 *     rejected and missing images; grows by {@code growth} with every look
 * @param watchMaxInterval the longest time between two such looks
 * @param watchFor how long a study is watched after its images were last found to be other ones
 */
public record SearchProperties(
    @DefaultValue("30s") Duration firstInterval,
    @DefaultValue("15m") Duration maxInterval,
    @DefaultValue("1.5") double growth,
    @DefaultValue("14d") Duration giveUpAfter,
    @DefaultValue("10m") Duration settleFor,
    @DefaultValue("10s") Duration freshFor,
    @DefaultValue("2s") Duration retryInterval,
    @DefaultValue("4") int threads,
    @DefaultValue("24h") Duration sameDraftWithin,
    @DefaultValue("0.8") double unconfirmedShare,
    @DefaultValue("20") int unconfirmedOrders,
    @DefaultValue("1h") Duration watchInterval,
    @DefaultValue("6h") Duration watchMaxInterval,
    @DefaultValue("7d") Duration watchFor) {
  public SearchProperties {
    if (!(growth >= 1 && growth <= 10)) {
      throw new IllegalArgumentException("spinexr.search.growth must be 1 to 10, but is " + growth);
    }
    Limits.require("spinexr.search.threads", threads, 1, 64);
    if (!(unconfirmedShare > 0 && unconfirmedShare <= 1)) {
      throw new IllegalArgumentException(
          "spinexr.search.unconfirmed-share must be above 0 and at most 1, but is "
              + unconfirmedShare);
    }
    Limits.require("spinexr.search.unconfirmed-orders", unconfirmedOrders, 1, 1_000_000);
    Limits.requirePositive("spinexr.search.same-draft-within", sameDraftWithin);
    Limits.requirePositive("spinexr.search.first-interval", firstInterval);
    Limits.requirePositive("spinexr.search.max-interval", maxInterval);
    Limits.requirePositive("spinexr.search.give-up-after", giveUpAfter);
    Limits.requirePositive("spinexr.search.settle-for", settleFor);
    Limits.requirePositive("spinexr.search.fresh-for", freshFor);
    Limits.requirePositive("spinexr.search.retry-interval", retryInterval);
    Limits.requirePositive("spinexr.search.watch-interval", watchInterval);
    Limits.requirePositive("spinexr.search.watch-for", watchFor);
    if (watchMaxInterval.compareTo(watchInterval) < 0) {
      throw new IllegalArgumentException(
          "spinexr.search.watch-max-interval must be at least spinexr.search.watch-interval, but is"
              + " "
              + watchMaxInterval);
    }
  }

  /** Until the search after the {@code searches}-th that found the archive in order. */
  Duration interval(int searches) {
    return Limits.grown(firstInterval, growth, searches, maxInterval);
  }

  /** Until the look at a study's images after {@code looks} looks. */
  Duration watchInterval(int looks) {
    return Limits.grown(watchInterval, growth, looks, watchMaxInterval);
  }

  /** Until the next attempt after {@code failures} searches that the archive did not answer. */
  Duration retry(int failures) {
    return Limits.grown(retryInterval, 2, failures, maxInterval);
  }
}
