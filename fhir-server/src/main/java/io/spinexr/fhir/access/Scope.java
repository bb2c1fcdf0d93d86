package io.spinexr.fhir.access;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One scope for FHIR resources, as SMART App Launch 1.0 or 2.2 writes it: {@code
 * patient/Observation.rs?category=imaging}.
 *
 * @param type of resources, or {@value #EVERY_TYPE}
 * @param query search parameters that the resources must meet, by name; empty for no condition
 */
public record Scope(
    Context context, String type, Set<Interaction> interactions, Map<String, String> query) {
  static final String EVERY_TYPE = "*";

  private static final Pattern FORM =
      Pattern.compile(
          "(patient|user|system)/([A-Z][A-Za-z]{1,63}|\\*)\\."
              + "(read|write|\\*|(?=[cruds])c?r?u?d?s?)(?:\\?(.+))?");

  /** No modifiers and no chains: they could be met by more than they seem to say. */
  private static final Pattern CONDITION =
      Pattern.compile("([a-z][a-z-]{0,63})=([^\\s&=?#]{1,500})");

  /** Whose data. */
  public enum Context {
    /** The one patient whom the token names. */
    PATIENT,
    /** What the user may see, which is the issuer's to know: here everything. */
    USER,
    /** Everything. */
    SYSTEM
  }

  public Scope {
    interactions = Set.copyOf(interactions);
    query = Collections.unmodifiableMap(new TreeMap<>(query));
  }

  /** Empty for a text that is no such scope, or that has a part we do not understand. */
  static Optional<Scope> parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    String conditions = form.group(4);
    return query(conditions)
        // Which parameters there are depends on the type.
        .filter(query -> query.isEmpty() || !form.group(2).equals(EVERY_TYPE))
        .map(
            query ->
                new Scope(
                    Context.valueOf(form.group(1).toUpperCase(Locale.ROOT)),
                    form.group(2),
                    Interaction.named(form.group(3)),
                    query));
  }

  private static Optional<Map<String, String>> query(String conditions) {
    Map<String, String> query = new TreeMap<>();
    if (conditions != null) {
      for (String condition : conditions.split("&", -1)) {
        Matcher form = CONDITION.matcher(condition);
        if (!form.matches() || query.put(form.group(1), decoded(form.group(2))) != null) {
          return Optional.empty();
        }
      }
    }
    return Optional.of(query);
  }

  /** Percent-encoded or not: clients do either. */
  private static String decoded(String value) {
    try {
      return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return value;
    }
  }

  boolean names(Interaction interaction, String resourceType) {
    return interactions.contains(interaction)
        && (type.equals(EVERY_TYPE) || type.equals(resourceType));
  }

  /** Whether it is for every resource of its type. */
  boolean unlimited() {
    return context != Context.PATIENT && query.isEmpty();
  }

  /** The condition as a search: {@code Observation?category=imaging}. */
  String search() {
    return query.entrySet().stream()
        .map(
            condition ->
                condition.getKey()
                    + "="
                    + URLEncoder.encode(condition.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&", type + "?", ""));
  }
}
