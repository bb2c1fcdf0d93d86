package io.spinexr.inference.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * How a family of checkpoints names the weights of a network: rules that turn its keys into those
 * of our graph builders.
 *
 * @param name of the family, e.g. {@code torchvision}
 * @param rules applied in order, each to the result of the one before
 * @param ignored keys that hold no weight, such as counters of training steps
 */
public record KeyLayout(String name, List<Rule> rules, Predicate<String> ignored) {
  /** Replaces every match of a regular expression. */
  record Rule(Pattern pattern, String replacement) {}

  private static final Predicate<String> BOOKKEEPING =
      Pattern.compile(
              "(.*\\.)?num_batches_tracked|pixel_mean|pixel_std|.*anchor_generator\\.cell_anchors.*")
          .asMatchPredicate();

  public KeyLayout {
    rules = List.copyOf(rules);
  }

  /** A layout without rules: keys are ours already. */
  static KeyLayout named(String name) {
    return new KeyLayout(name, List.of(), BOOKKEEPING);
  }

  /** This layout with one more rule. */
  KeyLayout replacing(String regex, String replacement) {
    List<Rule> more = new ArrayList<>(rules);
    more.add(new Rule(Pattern.compile(regex), replacement));
    return new KeyLayout(name, more, ignored);
  }

  /** Our key for a checkpoint's; empty if the checkpoint's holds no weight. */
  Optional<String> translate(String key) {
    if (ignored.test(key)) {
      return Optional.empty();
    }
    String translated = key;
    for (Rule rule : rules) {
      translated = rule.pattern().matcher(translated).replaceAll(rule.replacement());
    }
    return Optional.of(translated);
  }
}
