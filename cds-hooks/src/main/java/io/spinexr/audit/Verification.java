package io.spinexr.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Holds exports against what their chains say, and against one another: an entry of an earlier
 * export must be in a later one, unchanged.
 */
public final class Verification {
  private final Map<String, TreeMap<Long, AuditEntry>> newest = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();
  private final List<JsonNode> heads = new ArrayList<>();
  private long erased;

  /**
   * @param exports each with its lines; the newest last
   */
  public Verification(List<List<String>> exports) {
    Map<String, TreeMap<Long, AuditEntry>> earlier = new TreeMap<>();
    for (List<String> export : exports) {
      newest.forEach(
          (chain, entries) ->
              earlier.computeIfAbsent(chain, one -> new TreeMap<>()).putAll(entries));
      newest.clear();
      Map<String, Long> before = new HashMap<>();
      Map<String, Boolean> ended = new HashMap<>();
      for (int i = 0; i < export.size(); i++) {
        read(export.get(i), i + 1, before, ended);
      }
      newest.keySet().stream()
          .filter(chain -> !ended.containsKey(chain))
          .forEach(chain -> problems.add("chain " + chain + ": its head is missing"));
    }
    check();
    earlier.forEach(this::compare);
  }

  private void read(String line, int place, Map<String, Long> before, Map<String, Boolean> ended) {
    try {
      JsonNode json = AuditTrail.JSON.readTree(line);
      if (json.has("head")) {
        heads.add(json);
        ended.put(json.get("head").asText(), true);
        return;
      }
      AuditEntry entry = AuditTrail.JSON.treeToValue(json, AuditEntry.class);
      if (entry.number() <= before.getOrDefault(entry.chain(), 0L)) {
        problems.add(name(entry) + ": out of order");
      }
      before.put(entry.chain(), entry.number());
      newest.computeIfAbsent(entry.chain(), one -> new TreeMap<>()).put(entry.number(), entry);
    } catch (JsonProcessingException | NullPointerException | IllegalArgumentException e) {
      problems.add("line " + place + ": cannot be read");
    }
  }

  private void check() {
    Set<String> links = new HashSet<>(Set.of(AuditEntry.NOTHING));
    newest.values().forEach(chain -> chain.values().forEach(entry -> links.add(entry.link())));
    for (TreeMap<Long, AuditEntry> chain : newest.values()) {
      long number = 0;
      String previous = "";
      for (AuditEntry entry : chain.values()) {
        number++;
        if (entry.number() != number) {
          problems.add(name(entry) + ": what was before it is missing, from " + number);
          number = entry.number();
        } else if (number == 1
            ? !links.contains(entry.previous())
            : !entry.previous().equals(previous)) {
          problems.add(name(entry) + ": does not follow the entry before it");
        }
        if (!entry.isWhole()) {
          problems.add(name(entry) + ": changed");
        }
        erased += entry.event() == null ? 1 : 0;
        previous = entry.link();
      }
    }
    heads.forEach(
        head -> {
          String chain = head.path("head").asText();
          AuditEntry end =
              newest.getOrDefault(chain, new TreeMap<>()).get(head.path("number").asLong());
          if (end == null) {
            problems.add("chain " + chain + ": its end is cut off");
          } else if (!end.link().equals(head.path("link").asText())) {
            problems.add(name(end) + ": is not the head that was exported");
          }
        });
  }

  private void compare(String chain, TreeMap<Long, AuditEntry> entries) {
    TreeMap<Long, AuditEntry> now = newest.getOrDefault(chain, new TreeMap<>());
    for (AuditEntry entry : entries.values()) {
      AuditEntry same = now.get(entry.number());
      if (same != null && !same.link().equals(entry.link())) {
        problems.add(name(entry) + ": is another one than in an earlier export");
      }
    }
  }

  private static String name(AuditEntry entry) {
    return "chain %s, entry %d".formatted(entry.chain(), entry.number());
  }

  /** A sentence each; none if all is well. */
  public List<String> problems() {
    return problems.stream().distinct().toList();
  }

  public long entries() {
    return newest.values().stream().mapToLong(Map::size).sum();
  }

  /** Of how many the digest is left and no more. */
  public long erased() {
    return erased;
  }
}
