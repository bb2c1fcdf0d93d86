package io.spinexr.phantom.archive;

import io.spinexr.finding.ImageId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the path of a request names (PS3.18 section 10.3): {@code
 * /studies/{uid}/series/{uid}/instances/{uid}}, cut off anywhere, and what to do with it.
 *
 * @param scope the UIDs in the path
 * @param action what follows: nothing (retrieve), {@code metadata}, or a level to search
 */
record Resource(Map<Level, String> scope, String action) {
  static final String METADATA = "metadata";

  /**
   * @throws Refusal 404 if the path is none of DICOMweb, 400 if it holds no UID where one must be
   */
  static Resource of(String path) {
    if (!path.startsWith("/")) {
      throw unknown();
    }
    Deque<String> segments = new ArrayDeque<>(List.of(path.substring(1).split("/", -1)));
    Map<Level, String> scope = new EnumMap<>(Level.class);
    for (Level level : Level.values()) {
      if (segments.size() >= 2 && segments.peek().equals(level.path())) {
        segments.pop();
        scope.put(level, uid(segments.pop()));
      }
    }
    String action = String.join("/", segments);
    boolean search = List.of(Level.values()).stream().anyMatch(l -> l.path().equals(action));
    if (!search && (scope.isEmpty() || !action.isEmpty() && !action.equals(METADATA))) {
      throw unknown();
    }
    return new Resource(scope, action);
  }

  private static String uid(String segment) {
    try {
      return ImageId.requireUid("the path", segment);
    } catch (IllegalArgumentException e) {
      throw new Refusal(400, String.valueOf(e.getMessage()));
    }
  }

  private static Refusal unknown() {
    return new Refusal(404, "there is no such resource");
  }

  Level searched() {
    return Level.valueOf(action.toUpperCase(Locale.ROOT));
  }

  boolean contains(StoredInstance instance) {
    return scope.entrySet().stream()
        .allMatch(entry -> entry.getKey().uid(instance.id()).equals(entry.getValue()));
  }
}
