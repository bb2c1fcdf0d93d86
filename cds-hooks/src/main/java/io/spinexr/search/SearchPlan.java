package io.spinexr.search;

import io.spinexr.archive.FoundStudies;
import io.spinexr.archive.FoundStudy;
import io.spinexr.archive.LinkedStudy;
import io.spinexr.archive.StudyNumbers;
import io.spinexr.dicomweb.message.DicomWebException;
import io.spinexr.job.Failures;
import io.spinexr.state.OrderAnswer.Notice;
import io.spinexr.state.OrderState;
import io.spinexr.state.RememberedOrder;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a search leaves an order in, and how long the order is waited for. */
public final class SearchPlan {
  private final SearchProperties properties;
  private final ZoneId zone;

  /**
   * @param zone of the archive's study dates that come without an offset
   */
  public SearchPlan(SearchProperties properties, ZoneId zone) {
    this.properties = properties;
    this.zone = zone;
  }

  /**
   * Whether a study was made for the order. The numbers tell, when both have them. Otherwise it is
   * a study of the day of the order or later, as the day was where the study was made; one that was
   * known before the order was made for an earlier one.
   */
  boolean isOwn(RememberedOrder order, FoundStudy study, boolean knownBefore) {
    if (!order.order().placed()) {
      return false;
    }
    return switch (study.numbers().relationTo(order.order().numbers())) {
      case SAME -> true;
      case OTHER -> false;
      case UNKNOWN -> !knownBefore && isOfTheOrdersDay(order, study);
    };
  }

  private boolean isOfTheOrdersDay(RememberedOrder order, FoundStudy study) {
    ZoneId there = study.offset().isPresent() ? study.offset().get() : zone;
    LocalDate ordered = LocalDate.ofInstant(order.createdAt(), there);
    return study.date().filter(date -> !date.isBefore(ordered)).isPresent();
  }

  /** When an order that waits is searched for again. */
  Instant again(RememberedOrder order, Instant now) {
    return now.plus(properties.interval(order.polls()));
  }

  /** Until the next attempt after some that failed. */
  Duration retry(int failures) {
    return properties.retry(failures);
  }

  /** Whether the order has been waited for long enough. */
  boolean overdue(RememberedOrder order, Instant now) {
    return !now.isBefore(order.requestedAt().plus(properties.giveUpAfter()));
  }

  /**
   * The order after a search that at least one archive answered. While another does not, the order
   * stays open.
   *
   * @param links what was found
   * @param known what the search before had found, by study UID
   * @param shared whether another order claims one of the order's own studies too: as long as
   *     nothing tells them apart, its images may still come, and it is waited for to the end
   */
  RememberedOrder next(
      RememberedOrder order,
      FoundStudies found,
      List<LinkedStudy> links,
      Map<String, LinkedStudy> known,
      boolean shared,
      Instant now) {
    Set<Notice> notices = notices(order, found, links);
    Optional<String> unanswered = found.failure().map(SearchPlan::unanswered);
    int own = ownRadiographs(links);
    if (!order.order().placed() && (unanswered.isEmpty() || overdue(order, now))) {
      return after(order, OrderState.COMPLETE, Optional.empty(), notices, now, Optional.empty(), 0);
    }
    if (own == 0) {
      return overdue(order, now)
          ? after(
              order,
              givenUp(order),
              Optional.of(unanswered.orElseGet(() -> reason(order, notices))),
              notices,
              now,
              Optional.empty(),
              order.polls())
          : after(
              order,
              OrderState.WAITING,
              unanswered,
              notices,
              now,
              Optional.empty(),
              order.polls() + 1);
    }
    boolean changed = order.changedAt().isEmpty() || own != ownRadiographs(known.values());
    Instant changedAt = changed ? now : order.changedAt().get();
    boolean ambiguous =
        shared
            && order.order().accessionNumber().isEmpty()
            && found.studies().stream()
                .map(study -> study.numbers().relationTo(order.order().numbers()))
                .noneMatch(StudyNumbers.Relation.SAME::equals);
    boolean settled =
        !now.isBefore(changedAt.plus(properties.settleFor()))
            && (!ambiguous && unanswered.isEmpty() || overdue(order, now));
    return after(
        order,
        settled ? OrderState.COMPLETE : OrderState.WAITING,
        unanswered,
        notices,
        now,
        Optional.of(changedAt),
        changed ? 0 : order.polls() + 1);
  }

  /** Why an archive could not be searched, as a clause. */
  static String unanswered(DicomWebException failure) {
    return Failures.words(failure);
  }

  /** What an order becomes for which nothing came. */
  static OrderState givenUp(RememberedOrder order) {
    return order.endsQuietly() ? OrderState.EXPIRED : OrderState.GIVEN_UP;
  }

  private static int ownRadiographs(Collection<LinkedStudy> studies) {
    return studies.stream().filter(LinkedStudy::own).mapToInt(LinkedStudy::radiographs).sum();
  }

  private static Set<Notice> notices(
      RememberedOrder order, FoundStudies found, List<LinkedStudy> links) {
    Set<Notice> notices = EnumSet.noneOf(Notice.class);
    if (found.failure().isPresent()) {
      notices.add(Notice.ARCHIVE_UNAVAILABLE);
    }
    if (found.notMatched()) {
      notices.add(Notice.IMAGES_NOT_MATCHED);
    } else if (links.stream().noneMatch(link -> link.radiographs() > 0)) {
      notices.add(Notice.NO_IMAGES_YET);
      boolean before =
          found.failure().isPresent() && order.notices().contains(Notice.IMAGES_NOT_DESCRIBED);
      if (found.undescribed() || before) {
        notices.add(Notice.IMAGES_NOT_DESCRIBED);
      }
    }
    return notices;
  }

  private String reason(RememberedOrder order, Set<Notice> notices) {
    if (notices.contains(Notice.IMAGES_NOT_MATCHED)) {
      return "images that may be the order's state another patient, birth date, sex or issuer";
    }
    if (notices.contains(Notice.IMAGES_NOT_DESCRIBED)) {
      return "the patient's radiographs state neither body part nor description, so that nothing"
          + " tells whether they show the spine (spinexr.radiographs)";
    }
    return order.order().accessionNumber().isPresent()
        ? "no spine radiographs with the order's accession number came within %s"
            .formatted(patience())
        : "no spine radiographs came within %s after the order".formatted(patience());
  }

  private String patience() {
    long days = properties.giveUpAfter().toDays();
    return days > 0 ? days + " d" : properties.giveUpAfter().toSeconds() + " s";
  }

  private static RememberedOrder after(
      RememberedOrder order,
      OrderState state,
      Optional<String> reason,
      Set<Notice> notices,
      Instant searchedAt,
      Optional<Instant> changedAt,
      int polls) {
    return new RememberedOrder(
        order.order(),
        state,
        reason,
        notices,
        order.createdAt(),
        order.requestedAt(),
        Optional.of(searchedAt),
        changedAt,
        polls,
        order.confirmed() || changedAt.isPresent());
  }
}
