// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.mindeye.MindEyeException;

/** The ids of a gallery by row: the caller's, or the numbers of the rows themselves. */
final class GalleryIds {
  private final int count;

  /** Null where an id is the number of its row. */
  private final long[] ids;

  private GalleryIds(int count, long[] ids) {
    this.count = count;
    this.ids = ids;
  }

  /** The numbers of rows, from 0. */
  static GalleryIds ofRows(int count) {
    return new GalleryIds(count, null);
  }

  /**
   * Ids of the caller's.
   *
   * @param ids one per row; not copied
   * @throws MindEyeException if one occurs twice
   */
  static GalleryIds of(long[] ids) {
    long[] sorted = ids.clone();
    Arrays.sort(sorted);
    for (int i = 1; i < sorted.length; i++) {
      if (sorted[i] == sorted[i - 1]) {
        throw new MindEyeException(
            "gallery: expected every id once but id " + sorted[i] + " occurs more than once");
      }
    }
    return new GalleryIds(ids.length, ids);
  }

  int count() {
    return count;
  }

  long get(int row) {
    return ids == null ? row : ids[row];
  }

  LongStream stream() {
    return ids == null ? LongStream.range(0, count) : Arrays.stream(ids);
  }
}
