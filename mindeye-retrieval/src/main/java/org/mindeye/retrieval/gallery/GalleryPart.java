// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.gallery;

import java.util.Objects;
import org.mindeye.core.document.MayBeAbsent;

/**
 * A part of a gallery: what was added at once.
 *
 * @param name of its folder in the gallery's
 * @param kind how it is searched
 * @param count how many vectors it has
 * @param source what they were made of, in words
 * @param pictures the folder that the pictures in its metadata lay in, absolute, or from the
 *     gallery's folder if it is in there; null if there are none
 */
public record GalleryPart(
    String name, PartKind kind, long count, String source, @MayBeAbsent String pictures) {
  /** Checks that all is there. */
  public GalleryPart {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(source, "source");
    if (count < 1) {
      throw new IllegalArgumentException("count: expected at least 1 but was " + count);
    }
  }
}
