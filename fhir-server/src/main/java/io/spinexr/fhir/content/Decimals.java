package io.spinexr.fhir.content;

import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import io.spinexr.text.PlainDecimal;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Resource;

/** The decimals of a resource, which XML and lenient JSON write as text. */
public final class Decimals {
  private Decimals() {}

  /**
   * @throws InvalidRequestException if one of them, or of a resource inside, is no plain number
   */
  public static void require(Resource resource) {
    if (!isPlain(resource)) {
      throw new InvalidRequestException(
          "%s: each decimal %s".formatted(resource.fhirType(), PlainDecimal.RULE));
    }
  }

  private static boolean isPlain(Base element) {
    if (element instanceof DecimalType decimal
        && decimal.hasValue()
        && !PlainDecimal.isPlain(decimal.getValue())) {
      return false;
    }
    for (Property property : element.children()) {
      for (Base value : property.getValues()) {
        if (value != null && !isPlain(value)) {
          return false;
        }
      }
    }
    return true;
  }
}
