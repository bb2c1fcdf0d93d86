package io.spinexr.fhir.code;

import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.StringType;

/**
 * Tells an identifier that we wrote from others', where others may add theirs or correct ours: it
 * carries the value that it had then.
 */
public final class OwnMark {
  private OwnMark() {}

  public static Identifier on(Identifier identifier) {
    identifier.addExtension(Codes.WRITTEN_VALUE, new StringType(identifier.getValue()));
    return identifier;
  }

  /** Whether it still is what we wrote. */
  public static boolean is(Identifier identifier) {
    return identifier.hasValue()
        && identifier.getExtensionsByUrl(Codes.WRITTEN_VALUE).stream()
            .anyMatch(written -> identifier.getValue().equals(written.getValue().primitiveValue()));
  }
}
