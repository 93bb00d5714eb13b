// SPDX-License-Identifier: Apache-2.0
package org.mindeye;

/** Numbers of things in messages: {@code 1 tensor}, {@code 2 tensors}, {@code 0 entries}. */
public final class Plural {
  private Plural() {}

  /**
   * A count and its noun.
   *
   * @param count how many
   * @param noun one of them, in English; the last word of it changes
   * @return for example {@code 3 other values}
   */
  public static String of(long count, String noun) {
    return count + " " + noun(count, noun);
  }

  /**
   * The noun alone, where the number is written in another way.
   *
   * @param count how many
   * @param noun one of them, in English; the last word of it changes
   * @return the noun, or its plural unless there is one
   */
  public static String noun(long count, String noun) {
    if (count == 1) {
      return noun;
    }
    if (noun.endsWith("axis")) {
      return noun.substring(0, noun.length() - 2) + "es";
    }
    if (noun.matches(".*[^aeiou]y")) {
      return noun.substring(0, noun.length() - 1) + "ies";
    }
    boolean hissing = noun.matches(".*(s|x|z|ch|sh)") && !noun.endsWith("epoch");
    return noun + (hissing ? "es" : "s");
  }
}
