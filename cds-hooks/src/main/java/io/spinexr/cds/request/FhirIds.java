package io.spinexr.cds.request;

import java.util.regex.Pattern;

/**
 * The shapes of FHIR ids and users. FHIR R4 allows an id 64 characters, but EHRs have some of about
 * 200, and some with underscores.
 */
public final class FhirIds {
  public static final String ID_RULE =
      "must be a FHIR id (letters, digits, -, . and _, at most 256)";

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9\\-._]{1,256}");
  private static final Pattern USER =
      Pattern.compile("(Practitioner|PractitionerRole|Patient|RelatedPerson)/" + ID.pattern());

  private FhirIds() {}

  /** Whether this is an id that may also stand in a URL: {@code ..} is none. */
  public static boolean isId(String text) {
    return ID.matcher(text).matches() && !text.equals(".") && !text.equals("..");
  }

  public static boolean isUser(String text) {
    return USER.matcher(text).matches();
  }
}
