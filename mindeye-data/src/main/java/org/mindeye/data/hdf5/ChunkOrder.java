// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.hdf5;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * In which order chunks are listed in datasets of HDF5 1.10 and later. Those that may grow are
 * listed as if they had grown, an axis without limit before all others. jHDF 0.13.0 takes the order
 * of the axes as they are, and puts chunks in the wrong places where that is another one, without
 * an exception. Where two axes have no limit, chunks are listed with their places.
 */
final class ChunkOrder {
  private ChunkOrder() {}

  /**
   * Refuses a dataset whose chunks would be put in the wrong places.
   *
   * @param place names file and dataset
   * @param shape of the dataset
   * @param chunks lengths of a chunk
   * @param most how long each axis may become, negative without limit
   */
  static void require(String place, long[] shape, long[] chunks, long[] most) {
    if (unlimited(most) > 1 || isOrdered(shape, chunks, most)) {
      return;
    }
    throw new MalformedFileException(
        place,
        "chunks listed in the order of the axes",
        "chunks in another order, as axes may grow to "
            + Arrays.stream(most)
                .mapToObj(length -> length < 0 ? "no limit" : String.valueOf(length))
                .collect(Collectors.joining(", ", "[", "]"))
            + "; save it again without maxshape, or with libver=('earliest', 'v108')");
  }

  /** How many axes may grow without limit. */
  static long unlimited(long[] most) {
    return Arrays.stream(most).filter(length -> length < 0).count();
  }

  /** Whether all axes but the slowest one have as many chunks as they ever will. */
  private static boolean isOrdered(long[] shape, long[] chunks, long[] most) {
    if (IntStream.range(0, shape.length).allMatch(a -> count(shape[a], chunks[a]) <= 1)) {
      return true; // there is only one
    }
    int slowest = IntStream.range(0, most.length).filter(a -> most[a] < 0).findFirst().orElse(0);
    for (int axis = 0; axis < shape.length; axis++) {
      long now = count(shape[axis], chunks[axis]);
      boolean full = axis == slowest || now == count(most[axis], chunks[axis]);
      if (!full || axis < slowest && now > 1) {
        return false;
      }
    }
    return true;
  }

  private static long count(long length, long chunk) {
    return length / chunk + (length % chunk == 0 ? 0 : 1);
  }
}
