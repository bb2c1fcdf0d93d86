package io.spinexr.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Holds exports against what their chains say, and against one another: an entry of an earlier
 * export must be in a later one, unchanged.
 */
public final class Verification {
  private final Map<String, TreeMap<Long, AuditEntry>> newest = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();
  private final List<AuditHead> heads = new ArrayList<>();
  private final Map<String, Checkpoint> checkpoints = new TreeMap<>();
  private final Optional<PublicKey> key;
  private long erased;

  /**
   * @param exports each with its lines; the newest last
   * @param key of who signs where chains begin whose older entries have ended
   */
  public Verification(List<List<String>> exports, Optional<PublicKey> key) {
    this.key = key;
    Map<String, TreeMap<Long, AuditEntry>> earlier = new TreeMap<>();
    for (List<String> export : exports) {
      newest.forEach(
          (chain, entries) ->
              earlier.computeIfAbsent(chain, one -> new TreeMap<>()).putAll(entries));
      newest.clear();
      checkpoints.clear();
      Map<String, Long> before = new HashMap<>();
      Set<String> ended = new HashSet<>();
      for (int i = 0; i < export.size(); i++) {
        read(export.get(i), i + 1, before, ended);
      }
      newest.keySet().stream()
          .filter(chain -> !ended.contains(chain))
          .forEach(chain -> problems.add("chain " + chain + ": its head is missing"));
    }
    check();
    earlier.forEach(this::compare);
  }

  private void read(String line, int place, Map<String, Long> before, Set<String> ended) {
    try {
      JsonNode json = AuditTrail.JSON.readTree(line);
      if (json.has("head")) {
        AuditHead head = AuditTrail.JSON.treeToValue(json, AuditHead.class);
        heads.add(head);
        ended.add(head.head());
        return;
      }
      if (json.has("checkpoint")) {
        read(AuditTrail.JSON.treeToValue(json, Checkpoint.class));
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

  private void read(Checkpoint checkpoint) {
    String chain = "chain " + checkpoint.checkpoint();
    if (key.isEmpty()) {
      problems.add(chain + ": is cut at a checkpoint; give the public key that it is signed for");
    } else if (!checkpoint.isSignedBy(key.get())) {
      problems.add(chain + ": its checkpoint is not signed for this key");
    }
    checkpoints.put(checkpoint.checkpoint(), checkpoint);
  }

  private void check() {
    Set<String> links = new HashSet<>(Set.of(AuditEntry.NOTHING));
    checkpoints.values().forEach(checkpoint -> links.add(checkpoint.link()));
    newest.values().forEach(chain -> chain.values().forEach(entry -> links.add(entry.link())));
    for (TreeMap<Long, AuditEntry> chain : newest.values()) {
      AuditEntry first = chain.firstEntry().getValue();
      Optional<Checkpoint> cut =
          Optional.ofNullable(checkpoints.get(first.chain()))
              .filter(at -> first.number() > 1 && first.number() <= at.number() + 1);
      long number = cut.isPresent() ? first.number() - 1 : 0;
      // What ended while it was exported has no checkpoint of its own any more.
      String previous =
          cut.filter(at -> at.number() == first.number() - 1)
              .map(Checkpoint::link)
              .orElse(first.previous());
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
    heads.forEach(this::check);
  }

  private void check(AuditHead head) {
    AuditEntry end = newest.getOrDefault(head.head(), new TreeMap<>()).get(head.number());
    Checkpoint cut = checkpoints.get(head.head());
    if (end == null) {
      if (cut == null || cut.number() < head.number()) {
        problems.add("chain " + head.head() + ": its end is cut off");
      } else if (cut.number() == head.number() && !cut.link().equals(head.link())) {
        problems.add("chain " + head.head() + ": its checkpoint is not the head that was exported");
      }
    } else if (!end.link().equals(head.link())) {
      problems.add(name(end) + ": is not the head that was exported");
    }
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
