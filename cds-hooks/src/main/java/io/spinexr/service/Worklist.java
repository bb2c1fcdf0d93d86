package io.spinexr.service;

import io.spinexr.finding.ImageId;
import io.spinexr.state.OrderAnswer;
import io.spinexr.state.OrderStatus;
import io.spinexr.state.StudyAnalysis;
import io.spinexr.state.StudyState;
import io.spinexr.state.WorklistEntry;
import io.spinexr.store.OrderStore;
import io.spinexr.store.StudyStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What pages show of orders and studies, by the active model set. */
public final class Worklist {
  private final OrderStore orders;
  private final StudyStore studies;
  private final String modelSet;

  Worklist(OrderStore orders, StudyStore studies, String modelSet) {
    this.orders = orders;
    this.studies = studies;
    this.modelSet = modelSet;
  }

  /**
   * Studies in reading order: priority, then verdict, then probability, then age. Queued and failed
   * ones are among them, as if they were not analysable.
   *
   * @param limit how many at most
   */
  public List<WorklistEntry> inReadingOrder(int limit) {
    return studies.worklist(modelSet, limit);
  }

  /**
   * Studies without a result because something has failed, the last first.
   *
   * @param limit how many at most
   */
  public List<WorklistEntry> failures(int limit) {
    return studies.failures(modelSet, limit);
  }

  /**
   * @throws IllegalArgumentException if {@code studyUid} is no DICOM UID
   */
  public Optional<StudyAnalysis> study(String studyUid) {
    return studies.analysis(ImageId.requireUid("StudyInstanceUID", studyUid), modelSet);
  }

  /**
   * @param orderKey see {@link OrderAnswer#orderKey}
   */
  public Optional<OrderStatus> order(String orderKey) {
    return studies.status(orderKey, modelSet);
  }

  /**
   * The orders of a patient, the last first.
   *
   * @param chart see {@link io.spinexr.order.ImagingOrder#chart()}
   * @param limit how many at most
   */
  public List<OrderStatus> patient(String chart, int limit) {
    return orders.keysOfChart(chart, limit).stream().flatMap(key -> order(key).stream()).toList();
  }

  /** How many studies are in each state; a state without studies is absent. */
  public Map<StudyState, Long> counts() {
    return studies.studiesByState(modelSet);
  }
}
