package io.spinexr.fhir.access;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What scopes tell apart, in the order of their letters (SMART App Launch 2.2, section 2.2.2). */
public enum Interaction {
  CREATE,
  /** Reads of a version and the history of one resource, too. */
  READ,
  /** Patches, too. */
  UPDATE,
  DELETE,
  SEARCH;

  private char letter() {
    return verb().charAt(0);
  }

  String verb() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Those that the permission part of a scope names, in either version's spelling. */
  static Set<Interaction> named(String permission) {
    return switch (permission) {
      case "read" -> EnumSet.of(READ, SEARCH);
      case "write" -> EnumSet.of(CREATE, UPDATE, DELETE);
      case "*" -> EnumSet.allOf(Interaction.class);
      default ->
          EnumSet.allOf(Interaction.class).stream()
              .filter(interaction -> permission.indexOf(interaction.letter()) >= 0)
              .collect(Collectors.toCollection(() -> EnumSet.noneOf(Interaction.class)));
    };
  }
}
