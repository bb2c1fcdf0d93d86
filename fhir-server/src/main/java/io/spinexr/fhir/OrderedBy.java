package io.spinexr.fhir;

import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Reference;

/** {@code basedOn} of a resource that others may add to: our orders follow the newest analysis. */
final class OrderedBy {
  private OrderedBy() {}

  static List<Reference> merged(List<Reference> current, List<Reference> wanted) {
    List<Reference> merged = new ArrayList<>(wanted);
    current.stream()
        .filter(reference -> !ours(reference, current))
        .filter(reference -> wanted.stream().noneMatch(reference::equalsDeep))
        .forEach(merged::add);
    return merged;
  }

  /** By the identifier of an order that another system holds, or beside one that is. */
  private static boolean ours(Reference reference, List<Reference> all) {
    boolean beside =
        !reference.hasReference()
            || all.stream()
                .filter(OrderedBy::order)
                .anyMatch(order -> reference.getReference().equals(order.getReference()));
    return order(reference) || accession(reference.getIdentifier()) && beside;
  }

  private static boolean order(Reference reference) {
    String system = reference.getIdentifier().getSystem();
    return system != null
        && (system.endsWith("/ServiceRequest") || system.startsWith(Codes.BASE + "/orders/"));
  }

  static boolean accession(Identifier identifier) {
    return identifier.getType().hasCoding(Codes.IDENTIFIER_TYPE, Codes.ACCESSION);
  }

  /** Whether the accession number that we knew is replaced by the one that we know. */
  static boolean replaces(Identifier newer, Identifier known) {
    return accession(newer)
        && accession(known)
        && (!known.hasSystem() || known.getSystem().equals(newer.getSystem()));
  }
}
