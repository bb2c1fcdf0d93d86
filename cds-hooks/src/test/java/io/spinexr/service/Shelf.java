package io.spinexr.service;

import io.spinexr.output.ResultOutput;
import io.spinexr.result.AnalysedStudy;
import io.spinexr.result.Withdrawal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** An output of a test's own, which keeps results in memory. */
public final class Shelf implements ResultOutput {
  public final Map<String, AnalysedStudy> results = new ConcurrentHashMap<>();
  public final List<Withdrawal> withdrawals = new CopyOnWriteArrayList<>();

  /** What happens before a result is written. */
  public volatile Consumer<AnalysedStudy> before = result -> {};

  /** What happens before one is taken back. */
  public volatile Consumer<Withdrawal> beforeWithdrawal = withdrawal -> {};

  @Override
  public String name() {
    return "shelf";
  }

  @Override
  public String title() {
    return "the shelf";
  }

  @Override
  public Purpose purpose() {
    return Purpose.DELIVERY;
  }

  @Override
  public Optional<String> write(AnalysedStudy result) {
    before.accept(result);
    results.put(result.study().studyUid(), result);
    return Optional.empty();
  }

  @Override
  public void withdraw(Withdrawal withdrawal) {
    beforeWithdrawal.accept(withdrawal);
    results.remove(withdrawal.studyUid());
    withdrawals.add(withdrawal);
  }
}
