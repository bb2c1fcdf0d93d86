package io.spinexr.search;

import io.spinexr.archive.Archives;
import io.spinexr.archive.FoundStudies;
import io.spinexr.archive.FoundStudy;
import io.spinexr.archive.LinkedStudy;
import io.spinexr.archive.StudyNumbers;
import io.spinexr.dicomweb.message.DicomWebException;
import io.spinexr.job.AnalysisRequests;
import io.spinexr.state.RememberedOrder;
import io.spinexr.state.StudyAnalysis;
import io.spinexr.store.OrderStore;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The studies that belong to an order's patient: which they are, and what follows from them. */
public final class OrderStudies {
  private final OrderStore orders;
  private final Archives archives;
  private final AnalysisRequests requests;
  private final StudyWatch watch;
  private final SearchPlan plan;

  public OrderStudies(
      OrderStore orders,
      Archives archives,
      AnalysisRequests requests,
      StudyWatch watch,
      SearchPlan plan) {
    this.orders = orders;
    this.archives = archives;
    this.requests = requests;
    this.watch = watch;
    this.plan = plan;
  }

  /** The studies by which an order was found before, by study UID. */
  Map<String, LinkedStudy> known(String orderKey) {
    return orders.links(orderKey).stream()
        .collect(Collectors.toMap(LinkedStudy::studyUid, Function.identity()));
  }

  List<LinkedStudy> links(
      RememberedOrder order,
      FoundStudies found,
      Map<String, LinkedStudy> absent,
      Map<String, LinkedStudy> known) {
    Map<String, LinkedStudy> links = new TreeMap<>(absent);
    for (FoundStudy study : found.studies()) {
      String uid = study.studyUid();
      boolean own = study.radiographs() > 0 && isOwn(order, study, known.get(uid));
      links.put(uid, new LinkedStudy(uid, study.instances(), study.radiographs(), own));
    }
    return List.copyOf(links.values());
  }

  /**
   * Studies with a result that no archive lists at all: their cards stay. One that an archive lists
   * as another patient's is not among them. What an archive that does not answer had stays, too.
   */
  Map<String, LinkedStudy> absent(FoundStudies found, Map<String, LinkedStudy> known) {
    Map<String, LinkedStudy> absent = new HashMap<>(known);
    found.studies().forEach(study -> absent.remove(study.studyUid()));
    boolean all = found.failure().isEmpty();
    absent.keySet().removeIf(uid -> all && !hasResult(uid) || lists(uid, all));
    return absent;
  }

  private boolean lists(String studyUid, boolean all) {
    try {
      return archives.lists(studyUid);
    } catch (DicomWebException e) {
      if (all) {
        throw e;
      }
      return false;
    }
  }

  private boolean hasResult(String studyUid) {
    return requests.known(studyUid).flatMap(StudyAnalysis::findings).isPresent();
  }

  private boolean isOwn(RememberedOrder order, FoundStudy study, @Nullable LinkedStudy before) {
    if (before != null
        && before.own()
        && study.numbers().relationTo(order.order().numbers()) != StudyNumbers.Relation.OTHER) {
      return true; // unless a number that came later tells otherwise
    }
    boolean knownBefore =
        requests
            .known(study.studyUid())
            .filter(analysis -> analysis.requestedAt().isBefore(order.createdAt()))
            .isPresent();
    return plan.isOwn(order, study, knownBefore);
  }

  /** Whether a study is taken for another order's too. */
  boolean shared(String orderKey, List<LinkedStudy> links) {
    return links.stream()
        .filter(LinkedStudy::own)
        .flatMap(link -> orders.ordersOf(link.studyUid()).stream())
        .anyMatch(order -> !order.key().equals(orderKey));
  }

  /** To be called inside the transaction that keeps the search. */
  void keep(RememberedOrder order, List<LinkedStudy> links, FoundStudies found, Instant now) {
    String orderKey = order.order().key();
    Map<String, LinkedStudy> before = known(orderKey);
    orders.replaceLinks(orderKey, links);
    Map<String, FoundStudy> studies =
        found.studies().stream()
            .collect(Collectors.toMap(FoundStudy::studyUid, Function.identity()));
    for (LinkedStudy link : links) {
      Optional<LinkedStudy> last = Optional.ofNullable(before.get(link.studyUid()));
      boolean newlyOwn = link.own() && last.filter(LinkedStudy::own).isEmpty();
      if (link.radiographs() > 0 && studies.containsKey(link.studyUid())) {
        requests.requestIfNeeded(order, studies.get(link.studyUid()), link.own(), newlyOwn, now);
      }
      if (last.filter(known -> known.instances() != link.instances()).isPresent()) {
        watch.lookSoon(link.studyUid(), now); // a rejection note is an instance, too
      }
    }
  }
}
