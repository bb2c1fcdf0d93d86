package io.spinexr.fhir.content;

import java.util.regex.Pattern;

/**
 * The part of FHIRPath and of XPath that names elements, which is all that a patch needs. Their
 * evaluators are not safe for more: a regular expression in {@code matches()} can keep a thread for
 * good (CVE-2026-45367, CVE-2026-49485), and so can predicates inside predicates.
 */
final class SimplePath {
  private static final int LONGEST = 1000;

  /**
   * Elements, indices, and conditions on a field's value; as FHIR R4's FHIRPath Patch shows them.
   */
  private static final Pattern FHIRPATH = Pattern.compile(fhirPath());

  /** RFC 5261, 4.1 to 4.3: names, positions and conditions on an attribute or a child. */
  private static final Pattern XPATH = Pattern.compile(xPath());

  private SimplePath() {}

  private static String fhirPath() {
    String name = "[A-Za-z][A-Za-z0-9]{0,63}";
    String literal = "(?:'[^'\\\\]{0,250}'|true|false|[0-9]{1,9})";
    String equal = "\\s{0,3}%1$s(?:\\.%1$s){0,3}\\s{0,3}=\\s{0,3}%2$s\\s{0,3}";
    String where = "where\\(" + equal + "(?:and" + equal + "){0,3}\\)";
    String step =
        "(?:"
            + where
            + "|extension\\(%2$s\\)|(?:ofType|as)\\(%1$s\\)|(?:first|last)\\(\\)|%1$s)"
            + "(?:\\[[0-9]{1,4}\\])?";
    return (step + "(?:\\." + step + "){0,11}").formatted(name, literal);
  }

  private static String xPath() {
    String name = "[A-Za-z_][A-Za-z0-9_.-]{0,63}(?::[A-Za-z_][A-Za-z0-9_.-]{0,63})?";
    String literal = "(?:'[^']{0,250}'|\"[^\"]{0,250}\")";
    String condition =
        "\\[(?:[0-9]{1,4}|@%1$s\\s{0,3}=\\s{0,3}%2$s" + "|%1$s(?:/@%1$s)?\\s{0,3}=\\s{0,3}%2$s)\\]";
    String step = "(?:(?:\\*|%1$s)(?:" + condition + "){0,3}|@%1$s|text\\(\\))";
    return ("/?" + step + "(?:/" + step + "){0,11}").formatted(name, literal);
  }

  static boolean isFhirPath(String path) {
    return path.length() <= LONGEST && FHIRPATH.matcher(path).matches();
  }

  static boolean isXPath(String path) {
    return path.length() <= LONGEST && XPATH.matcher(path).matches();
  }
}
