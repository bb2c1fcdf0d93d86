package io.spinexr.cds;

import io.spinexr.order.ImagingOrder;
import io.spinexr.order.OrderEnd;
import io.spinexr.order.PatientIdentity;
import io.spinexr.order.PrivacyStatement;
import io.spinexr.order.Restriction;
import io.spinexr.service.OrderAnalyses;
import io.spinexr.state.OrderAnswer;
import io.spinexr.state.StudyResult;
import io.spinexr.study.PatientStatement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** Answers as a test says, and keeps what it was asked. */
public final class RecordingAnalyses implements OrderAnalyses {
  public final List<ImagingOrder> orders = new CopyOnWriteArrayList<>();
  public final List<PatientIdentity> viewed = new CopyOnWriteArrayList<>();
  public final List<Duration> budgets = new CopyOnWriteArrayList<>();
  public final List<OrderEnd> ends = new CopyOnWriteArrayList<>();
  public final List<PatientStatement> statements = new CopyOnWriteArrayList<>();
  public volatile Runnable onEnd = () -> {};
  public volatile Runnable onStatement = () -> {};
  public final List<String> disputes = new CopyOnWriteArrayList<>();
  public volatile Supplier<OrderAnswer> answer = () -> answer(List.of(), 0);
  public final List<PrivacyStatement> privacy = new CopyOnWriteArrayList<>();
  public volatile Optional<Restriction> known = Optional.empty();
  public volatile boolean broken;
  public volatile String unhideable = "";

  public static OrderAnswer answer(
      List<StudyResult> finished, int running, OrderAnswer.Notice... notices) {
    return new OrderAnswer("key/1", finished, running, Set.of(notices));
  }

  /** Keys tell orders apart: {@code key/1} for {@code order-1}. */
  static String key(String orderId) {
    return "key/" + orderId.substring(orderId.indexOf('-') + 1);
  }

  @Override
  public Optional<Restriction> restriction(
      PatientIdentity patient, List<PrivacyStatement> statements) {
    privacy.addAll(statements);
    return statements.stream()
        .flatMap(statement -> statement.restriction().stream())
        .findFirst()
        .or(() -> known);
  }

  @Override
  public OrderAnswer answer(ImagingOrder order, Duration budget) {
    orders.add(order);
    budgets.add(budget);
    OrderAnswer known = answer.get();
    return new OrderAnswer(key(order.id()), known.finished(), known.running(), known.notices());
  }

  @Override
  public List<StudyResult> known(PatientIdentity patient) {
    viewed.add(patient);
    return answer.get().finished();
  }

  @Override
  public void end(OrderEnd end) {
    ends.add(end);
    onEnd.run();
  }

  @Override
  public void stated(PatientStatement statement) {
    statements.add(statement);
    onStatement.run();
  }

  @Override
  public void dispute(String studyUid, String reportedBy) {
    if (broken || studyUid.equals(unhideable)) {
      throw new IllegalStateException("the database is away");
    }
    disputes.add(studyUid + " by " + reportedBy);
  }

  public void forget() {
    disputes.clear();
    broken = false;
    unhideable = "";
    privacy.clear();
    known = Optional.empty();
    ends.clear();
    statements.clear();
    orders.clear();
    viewed.clear();
    budgets.clear();
    answer = () -> answer(List.of(), 0);
  }
}
