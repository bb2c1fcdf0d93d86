package io.spinexr.state;

import java.util.Set;

/**
 * Where a result stands in the world: whose images they are for, and what people made of it.
 *
 * @param orders keys of the orders that the images were made for
 * @param finalised whether a person has taken the report over: it is no longer the AI's word
 * @param readingOpen whether the study is still to be read: its Task has not been completed
 */
public record Standing(Set<String> orders, boolean finalised, boolean readingOpen) {
  public Standing {
    orders = Set.copyOf(orders);
  }

  /** A result that nobody has touched and no order claims. */
  public static final Standing NEW = new Standing(Set.of(), false, true);
}
