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
        .filter(reference -> !ours(reference))
        .filter(reference -> wanted.stream().noneMatch(reference::equalsDeep))
        .forEach(merged::add);
    return merged;
  }

  /** By identifier alone, as we name orders that other systems hold. */
  private static boolean ours(Reference reference) {
    String system = reference.getIdentifier().getSystem();
    boolean order =
        system != null
            && (system.endsWith("/ServiceRequest") || system.startsWith(Codes.BASE + "/orders/"));
    return !reference.hasReference() && (order || accession(reference.getIdentifier()));
  }

  static boolean accession(Identifier identifier) {
    return identifier.getType().hasCoding(Codes.IDENTIFIER_TYPE, Codes.ACCESSION);
  }
}
