// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import java.util.Locale;
import org.mindeye.core.pipeline.Neighbor;

/**
 * Something that was found.
 *
 * @param neighbor what it is
 * @param compared with the picture that was seen
 */
record GalleryHit(Neighbor neighbor, Seen compared) {
  /** Whether something is the picture that was seen. */
  enum Seen {
    /** It is. */
    YES,
    /** It is another one. */
    NO,
    /** One of the two is not there. */
    UNKNOWN
  }

  boolean seen() {
    return compared == Seen.YES;
  }

  /** What it is called. */
  String name() {
    return Described.name(neighbor.id(), neighbor.metadata());
  }

  String cosine() {
    return String.format(Locale.ROOT, "%.3f", neighbor.score());
  }
}
