package io.spinexr.cds;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestStatus;

/**
 * Which orders are for spine radiography: those with one of these codes, else those whose text or
 * code display names both a radiograph and the spine, and no other modality.
 */
final class SpineRadiography {
  /** Texts are cut here before they meet a pattern. */
  private static final int TEXT_LIMIT = 500;

  private static final Set<ServiceRequestStatus> DEAD =
      EnumSet.of(ServiceRequestStatus.REVOKED, ServiceRequestStatus.ENTEREDINERROR);

  private final Set<String> codes;
  private final Pattern radiograph;
  private final Pattern spine;
  private final Pattern otherModality;

  SpineRadiography(CdsProperties.SpineOrders orders) {
    codes = Set.copyOf(orders.codes());
    radiograph = orders.radiograph();
    spine = orders.spine();
    otherModality = orders.otherModality();
  }

  /** Whether this is a living order for spine radiography. */
  boolean isOrderedBy(ServiceRequest order) {
    return !order.getDoNotPerform()
        && !DEAD.contains(order.getStatus())
        && isNamedBy(order.getCode());
  }

  private boolean isNamedBy(CodeableConcept code) {
    List<Coding> codings = code.getCoding();
    return codings.stream().anyMatch(c -> codes.contains(c.getSystem() + "|" + c.getCode()))
        || Stream.concat(
                Stream.ofNullable(code.getText()), codings.stream().map(Coding::getDisplay))
            .anyMatch(text -> text != null && isNamedBy(text));
  }

  private boolean isNamedBy(String text) {
    Predicate<Pattern> found =
        pattern -> pattern.matcher(text.substring(0, Math.min(text.length(), TEXT_LIMIT))).find();
    return found.test(radiograph) && found.test(spine) && !found.test(otherModality);
  }
}
