package io.spinexr.fhir.upkeep;

import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.code.OwnMark;
import io.spinexr.fhir.store.OwnStore;
import io.spinexr.fhir.store.Transaction;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestStatus;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;

/** Our server's copies of the orders that a bundle names, or does not name any more. */
record OrderCopies(OwnStore store, WantedBundle bundle) {
  /** What others added stays. */
  void merge() {
    for (BundleEntryComponent entry : bundle.entries(ServiceRequest.class)) {
      ServiceRequest wanted = (ServiceRequest) entry.getResource();
      String key = wanted.getIdentifierFirstRep().getValue();
      only(store.search(Transaction.byIdentifier("ServiceRequest", Codes.ORDER_IDENTIFIER, key)))
          .findFirst()
          .ifPresent(current -> replace(entry, wanted, current));
    }
  }

  private void replace(BundleEntryComponent entry, ServiceRequest wanted, ServiceRequest current) {
    ServiceRequest merged = merged(wanted, current);
    bundle.keep(entry, current);
    if (!merged.equalsDeep(current)) {
      bundle.change(merged);
    }
  }

  private static ServiceRequest merged(ServiceRequest wanted, ServiceRequest current) {
    ServiceRequest merged = current.copy();
    if (current.getStatus() == ServiceRequestStatus.REVOKED) {
      merged.setStatus(wanted.getStatus());
    }
    merged.setPriority(wanted.getPriority()).setCode(wanted.getCode()).setText(wanted.getText());
    for (Identifier identifier : wanted.getIdentifier()) {
      if (current.getIdentifier().stream().noneMatch(identifier::equalsDeep)) {
        merged.addIdentifier(identifier);
      }
    }
    return merged;
  }

  /**
   * Revokes those that report and Task named and name no more, unless another study's Task does.
   *
   * @param analysis key of report and Task
   */
  void revoke(CurrentRecord current, String analysis) {
    Set<String> gone = new TreeSet<>();
    current.report().stream().flatMap(OrderCopies::orders).forEach(gone::add);
    current.task().stream().flatMap(OrderCopies::orders).forEach(gone::add);
    Stream.of(DiagnosticReport.class, Task.class)
        .flatMap(type -> bundle.entries(type).stream())
        .flatMap(entry -> orders(entry.getResource()))
        .forEach(gone::remove);
    gone.forEach(order -> revoke(order, analysis));
  }

  private static Stream<String> orders(Resource resource) {
    return resource.getNamedProperty("basedOn").getValues().stream()
        .map(Reference.class::cast)
        .filter(reference -> OwnMark.is(reference.getIdentifier()))
        .map(reference -> reference.getReferenceElement().toUnqualifiedVersionless())
        .filter(order -> "ServiceRequest".equals(order.getResourceType()))
        .map(IIdType::getValue);
  }

  private void revoke(String address, String analysis) {
    String id = new IdType(address).getIdPart();
    List<Resource> found = store.search("ServiceRequest?_id=" + id + "&_revinclude=Task:based-on");
    boolean needed =
        found.stream()
            .filter(Task.class::isInstance)
            .map(Task.class::cast)
            .filter(task -> task.getStatus() != TaskStatus.CANCELLED)
            .anyMatch(task -> !of(task, analysis));
    if (!needed) {
      only(found)
          .filter(order -> order.getStatus() == ServiceRequestStatus.ACTIVE)
          .forEach(order -> bundle.change(order.setStatus(ServiceRequestStatus.REVOKED)));
    }
  }

  private static boolean of(Task task, String analysis) {
    return task.getIdentifier().stream()
        .filter(identifier -> Codes.TASK_IDENTIFIER.equals(identifier.getSystem()))
        .anyMatch(identifier -> identifier.getValue().startsWith(analysis));
  }

  private static Stream<ServiceRequest> only(List<Resource> found) {
    return found.stream().filter(ServiceRequest.class::isInstance).map(ServiceRequest.class::cast);
  }
}
