package io.spinexr.cds;

import io.spinexr.analysis.OrderAnswer;
import io.spinexr.analysis.OrderAnswer.Notice;
import io.spinexr.analysis.StudyResult;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is known by the deadline about all orders of a request together.
 *
 * @param finished one result per study, newest study first
 * @param running how many studies are being analysed
 * @param incomplete whether an order's answer failed or did not come in time
 */
record Knowledge(
    List<String> orderKeys,
    List<StudyResult> finished,
    int running,
    Set<Notice> notices,
    boolean incomplete) {
  Knowledge {
    orderKeys = List.copyOf(orderKeys);
    finished = List.copyOf(finished);
    notices = Set.copyOf(notices);
  }

  /** The orders are one patient's, so they share their studies. */
  static Knowledge of(List<OrderAnswer> answers, boolean incomplete) {
    Map<String, StudyResult> finished = new LinkedHashMap<>();
    List<String> keys = new ArrayList<>();
    Set<Notice> notices = EnumSet.noneOf(Notice.class);
    int running = 0;
    for (OrderAnswer answer : answers) {
      answer.finished().forEach(r -> finished.putIfAbsent(r.findings().studyUid(), r));
      keys.add(answer.orderKey());
      notices.addAll(answer.notices());
      running = Math.max(running, answer.running());
    }
    return new Knowledge(keys, List.copyOf(finished.values()), running, notices, incomplete);
  }

  static Knowledge of(List<StudyResult> finished) {
    return new Knowledge(List.of(), finished, 0, Set.of(), false);
  }
}
