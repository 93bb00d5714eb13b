// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.clip;

import java.util.Comparator;
import java.util.List;

/**
 * Words that belong together: what is said about one thing of a picture. Their order says nothing.
 *
 * @param words numbers of words from 0 on, at least one; kept sorted, each once
 */
public record Phrase(List<Integer> words) {
  /** Sorts the words. */
  public Phrase {
    words = words.stream().distinct().sorted(Comparator.naturalOrder()).toList();
    if (words.isEmpty()) {
      throw new IllegalArgumentException("words: a phrase needs at least one");
    }
    if (words.get(0) < 0) {
      throw new IllegalArgumentException(
          "words: expected numbers from 0 on but found " + words.get(0));
    }
  }

  /**
   * A phrase.
   *
   * @param words at least one
   * @return the phrase
   */
  public static Phrase of(Integer... words) {
    return new Phrase(List.of(words));
  }

  /** Whether all that another phrase says is said here too. */
  boolean says(Phrase other) {
    return words.containsAll(other.words); // a handful: no set is faster
  }
}
