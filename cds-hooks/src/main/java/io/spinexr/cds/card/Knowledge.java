package io.spinexr.cds.card;

import io.spinexr.cds.order.SpineOrder;
import io.spinexr.state.OrderAnswer;
import io.spinexr.state.OrderAnswer.Notice;
import io.spinexr.state.StudyResult;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is known by the deadline about all orders of a request together.
 *
 * @param orders those that were answered, each once
 * @param finished one result per study, newest study first
 * @param running how many studies are being analysed
 * @param incomplete whether an order's answer failed or did not come in time
 */
public record Knowledge(
    List<Order> orders,
    List<StudyResult> finished,
    int running,
    Set<Notice> notices,
    boolean incomplete) {
  /** An order and the key under which it is remembered. */
  record Order(String key, SpineOrder order) {}

  /** An order and what is known about it. */
  public record Answered(SpineOrder order, OrderAnswer answer) {}

  public Knowledge {
    orders = List.copyOf(orders);
    finished = List.copyOf(finished);
    notices = Set.copyOf(notices);
  }

  /** The orders are one patient's, so they share their studies. */
  public static Knowledge of(List<Answered> answers, boolean incomplete) {
    Map<String, StudyResult> finished = new LinkedHashMap<>();
    Map<String, Order> orders = new LinkedHashMap<>();
    Set<Notice> notices = EnumSet.noneOf(Notice.class);
    int running = 0;
    for (Answered answered : answers) {
      OrderAnswer answer = answered.answer();
      answer.finished().forEach(r -> finished.putIfAbsent(r.findings().studyUid(), r));
      orders.putIfAbsent(answer.orderKey(), new Order(answer.orderKey(), answered.order()));
      notices.addAll(answer.notices());
      running = Math.max(running, answer.running());
    }
    List<StudyResult> newestFirst =
        finished.values().stream()
            .sorted(Comparator.comparing(Knowledge::date).reversed())
            .toList();
    return new Knowledge(List.copyOf(orders.values()), newestFirst, running, notices, incomplete);
  }

  private static LocalDate date(StudyResult result) {
    return result.studyDate().orElse(LocalDate.MIN);
  }

  /** Whether images may still turn up, or be analysed, that the findings do not tell of. */
  boolean unfinished() {
    return incomplete
        || running > 0
        || notices.contains(Notice.STILL_SEARCHING)
        || notices.contains(Notice.ARCHIVE_UNAVAILABLE);
  }

  /** Whether the images of an order are waited for. */
  boolean placed() {
    return orders.stream().anyMatch(order -> order.order().order().placed());
  }
}
