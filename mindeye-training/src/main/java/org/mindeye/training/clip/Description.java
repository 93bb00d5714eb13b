// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.clip;

import java.util.List;

/**
 * What is said about a picture: a phrase for each thing that is mentioned. Their order says
 * nothing.
 *
 * @param phrases may be none, which says nothing
 */
public record Description(List<Phrase> phrases) {
  /** Copies the list. */
  public Description {
    phrases = List.copyOf(phrases);
  }

  /**
   * A description.
   *
   * @param phrases may be none
   * @return the description
   */
  public static Description of(Phrase... phrases) {
    return new Description(List.of(phrases));
  }

  /**
   * Whether this is true of a picture.
   *
   * @param whole all that can be said about the picture
   * @return whether each phrase is a part of one of its phrases
   */
  public boolean fits(Description whole) {
    return phrases.stream().allMatch(p -> whole.phrases.stream().anyMatch(w -> w.says(p)));
  }
}
