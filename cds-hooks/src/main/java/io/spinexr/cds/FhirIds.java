package io.spinexr.cds;

import java.util.regex.Pattern;

/** The shapes of FHIR ids and references (http://hl7.org/fhir/R4/datatypes.html#id). */
final class FhirIds {
  static final String ID_RULE = "must be a FHIR id (letters, digits, - and ., at most 64)";
  static final String REFERENCE_RULE = "must be a reference like ServiceRequest/123";

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9\\-.]{1,64}");
  private static final Pattern REFERENCE =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.\\-]*://\\S+/)?[A-Z][A-Za-z]+/[A-Za-z0-9\\-.]{1,64}");
  private static final Pattern USER =
      Pattern.compile(
          "(Practitioner|PractitionerRole|Patient|RelatedPerson)/[A-Za-z0-9\\-.]{1,64}");

  private FhirIds() {}

  /** Whether this is an id that may also stand in a URL: {@code ..} is none. */
  static boolean isId(String text) {
    return ID.matcher(text).matches() && !text.equals(".") && !text.equals("..");
  }

  /** Whether this is a literal reference, relative or absolute. */
  static boolean isReference(String text) {
    return text.length() <= 2048
        && REFERENCE.matcher(text).matches()
        && isId(text.substring(text.lastIndexOf('/') + 1));
  }

  static boolean isUser(String text) {
    return USER.matcher(text).matches();
  }

  /** The last two steps of a reference: {@code ServiceRequest/123}. */
  static String relative(String reference) {
    int type = reference.lastIndexOf('/', reference.lastIndexOf('/') - 1);
    return reference.substring(type + 1);
  }
}
