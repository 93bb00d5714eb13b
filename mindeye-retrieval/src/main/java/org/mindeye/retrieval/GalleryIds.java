// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

import java.util.Arrays;
import java.util.stream.LongStream;

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
   * @throws org.mindeye.MindEyeException if one occurs twice
   */
  static GalleryIds of(long[] ids) {
    SearchInput.requireDistinct(ids);
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
