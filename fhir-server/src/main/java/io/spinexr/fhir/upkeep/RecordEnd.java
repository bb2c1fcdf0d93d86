package io.spinexr.fhir.upkeep;

import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.result.PictureResource;
import io.spinexr.fhir.result.ReportResource;
import io.spinexr.fhir.store.FhirStore;
import io.spinexr.fhir.store.Transaction;
import io.spinexr.fhir.study.ImagingStudyResource;
import io.spinexr.fhir.worklist.TaskEnd;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;

/**
 * What our own FHIR server has of a result or an order, in the order in which it can be deleted:
 * what refers to others first. What a person has taken over is not ours to end.
 *
 * @param store our own
 */
public record RecordEnd(FhirStore store) {
  /** Each is referred to by those before it only. */
  private static final List<String> TYPES =
      List.of(
          "Provenance",
          "Task",
          "DiagnosticReport",
          "Observation",
          "Binary",
          "ImagingStudy",
          "ServiceRequest",
          "Patient");

  private static final String SAYS_WHY = "&_revinclude=Provenance:target";

  /**
   * The addresses of a result's resources, and last of those that it may share with others: study,
   * orders, patient. Nothing if a person has taken over its report, or is at a Task of it.
   *
   * @param modelSetId {@link io.spinexr.finding.ModelSet#id}
   */
  public List<String> ofResult(String studyUid, String modelSetId) {
    String key = studyUid + "/" + modelSetId;
    Map<String, Resource> found = new LinkedHashMap<>();
    Stream.of(
            Transaction.byIdentifier("DiagnosticReport", Codes.REPORT_IDENTIFIER, key)
                + ReportResource.WITH_RESULTS
                + SAYS_WHY,
            Transaction.byIdentifier("Task", Codes.TASK_IDENTIFIER, key) + SAYS_WHY,
            ImagingStudyResource.withObservations(ImagingStudyResource.urn(studyUid))
                + "&_revinclude=Task:focus"
                + SAYS_WHY,
            "Provenance?_tag=" + Transaction.token(Codes.ANALYSIS_TAG, key))
        .flatMap(url -> store.search(url).stream())
        .filter(resource -> isOf(resource, studyUid, modelSetId))
        .forEach(resource -> found.putIfAbsent(Transaction.address(resource), resource));
    boolean taken = found.values().stream().anyMatch(RecordEnd::isAPersons);
    return taken ? List.of() : inOrder(found.values().stream().toList());
  }

  /** The same of an order without a result: its failed Task, our copy of it, its patient. */
  public List<String> ofOrder(String orderKey) {
    List<Resource> found =
        Stream.of(
                Transaction.byIdentifier("Task", Codes.TASK_IDENTIFIER, orderKey) + SAYS_WHY,
                Transaction.byIdentifier("ServiceRequest", Codes.ORDER_IDENTIFIER, orderKey)
                    + SAYS_WHY)
            .flatMap(url -> store.search(url).stream())
            .toList();
    return found.stream().anyMatch(RecordEnd::isAPersons) ? List.of() : inOrder(found);
  }

  /** Of the same study there may be results of other model sets, and what others say of it. */
  private static boolean isOf(Resource resource, String studyUid, String modelSetId) {
    String key = studyUid + "/" + modelSetId;
    if (resource instanceof Observation observation) {
      return values(observation.getIdentifier(), Codes.OBSERVATION_IDENTIFIER)
          .anyMatch(value -> value.endsWith("/" + modelSetId));
    }
    if (resource instanceof Task task) {
      return values(task.getIdentifier(), Codes.TASK_IDENTIFIER)
          .anyMatch(
              value ->
                  value.equals(key)
                      || value.startsWith(key + Codes.LATE_IMAGES)
                      || TaskEnd.reached(task)
                          && List.of(studyUid + Codes.DISPUTE, studyUid + Codes.MISSING)
                              .contains(value));
    }
    return true;
  }

  private static Stream<String> values(List<Identifier> identifiers, String system) {
    return identifiers.stream()
        .filter(identifier -> system.equals(identifier.getSystem()) && identifier.hasValue())
        .map(Identifier::getValue);
  }

  private static boolean isAPersons(Resource resource) {
    return resource instanceof DiagnosticReport report
            && Reconciliation.taken(report)
            && !WithdrawalAttempt.withdrawn(report)
        || resource instanceof Observation observation && ReadersWord.confirms(observation)
        || resource instanceof Task task && task.getStatus() == TaskStatus.INPROGRESS;
  }

  private List<String> inOrder(List<Resource> found) {
    Set<String> addresses = new HashSet<>();
    Stream.concat(found.stream(), pictures(found))
        .map(Transaction::address)
        .forEach(addresses::add);
    for (Resource resource : found) {
      if (resource instanceof Task task) {
        task.getBasedOn().forEach(order -> add(order, addresses));
        add(task.getFor(), addresses);
      } else if (resource instanceof DiagnosticReport report) {
        report.getBasedOn().forEach(order -> add(order, addresses));
        add(report.getSubject(), addresses);
      } else if (resource instanceof ServiceRequest order) {
        add(order.getSubject(), addresses);
      }
    }
    return addresses.stream()
        .sorted(Comparator.comparing(RecordEnd::place).thenComparing(Comparator.naturalOrder()))
        .toList();
  }

  /**
   * Where in the order of deletion a resource stands, 0 to 8, however many results end together.
   *
   * @param address {@code Task/17}
   */
  public static int place(String address) {
    int place = TYPES.indexOf(address.substring(0, address.indexOf('/')));
    return place < 0 ? TYPES.size() : place;
  }

  private static void add(Reference reference, Collection<String> addresses) {
    if (reference.hasReference() && !reference.getReferenceElement().isAbsolute()) {
      addresses.add(reference.getReferenceElement().toVersionless().getValue());
    }
  }

  /** What is observed on an image tells the id of its picture. */
  private Stream<Resource> pictures(List<Resource> found) {
    Set<String> ids = new LinkedHashSet<>();
    for (Resource resource : found) {
      if (resource instanceof Observation observation) {
        values(observation.getIdentifier(), Codes.OBSERVATION_IDENTIFIER)
            .map(PictureResource::idOf)
            .forEach(ids::add);
      } else if (resource instanceof DiagnosticReport report) {
        ids.addAll(PictureResource.linked(report));
      }
    }
    return ids.isEmpty()
        ? Stream.empty()
        : store.search("Binary?_id=" + String.join(",", ids)).stream()
            .filter(Binary.class::isInstance);
  }
}
