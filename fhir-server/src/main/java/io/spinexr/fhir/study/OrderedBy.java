package io.spinexr.fhir.study;

import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.code.OwnMark;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Reference;

/** {@code basedOn} of a resource that others may add to: our orders follow the newest analysis. */
public final class OrderedBy {
  private OrderedBy() {}

  public static List<Reference> merged(List<Reference> current, List<Reference> wanted) {
    List<Reference> merged = new ArrayList<>(wanted);
    current.stream()
        .filter(reference -> !OwnMark.is(reference.getIdentifier()))
        .filter(reference -> wanted.stream().noneMatch(newest -> restates(newest, reference)))
        .forEach(merged::add);
    return merged;
  }

  /** Versions before 0.3 did not mark what they wrote; a client may have lost the mark. */
  private static boolean restates(Reference wanted, Reference known) {
    return wanted.equalsDeep(known)
        || restates(wanted.getIdentifier(), known.getIdentifier())
            && (!known.hasReference() || known.getReference().equals(wanted.getReference()));
  }

  public static boolean restates(Identifier wanted, Identifier known) {
    return known.hasValue()
        && known.getValue().equals(wanted.getValue())
        && Objects.equals(known.getSystem(), wanted.getSystem());
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
