// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.hdf5;

import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.exceptions.HdfException;
import java.util.Arrays;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * Chunks that were not written. jHDF reads zeros there, whatever should be there; where that is not
 * zero, as netCDF's programs have it, they are looked for before a slice is read.
 */
final class FilledChunks {
  private FilledChunks() {}

  /** Whether numbers that were not written are others than zeros. */
  static boolean mayBe(Hdf5File file, String place, ChunkedDataset dataset) {
    return file.read(place, dataset::getFillValue) instanceof Number fill
        && fill.doubleValue() != 0;
  }

  /** Refuses a slice of such a dataset of which a chunk is missing. */
  static void require(
      Hdf5File file,
      String place,
      ChunkedDataset dataset,
      long[] chunks,
      long[] first,
      long[] lengths) {
    int axes = chunks.length;
    long[] at = new long[axes];
    Arrays.setAll(at, axis -> first[axis] / chunks[axis] * chunks[axis]);
    long[] start = at.clone();
    int axis;
    do {
      if (!isThere(file, place, dataset, at)) {
        throw new MalformedFileException(
            place,
            "missing chunks to be zeros",
            "one at "
                + Arrays.toString(at)
                + " whose fill value is "
                + file.read(place, dataset::getFillValue)
                + "; write all of it");
      }
      axis = axes - 1;
      while (axis >= 0 && (at[axis] += chunks[axis]) >= first[axis] + lengths[axis]) {
        at[axis] = start[axis];
        axis--;
      }
    } while (axis >= 0);
  }

  private static boolean isThere(Hdf5File file, String place, ChunkedDataset dataset, long[] at) {
    int[] offset = Arrays.stream(at).mapToInt(Math::toIntExact).toArray();
    return file.read(
        place,
        () -> {
          try {
            return dataset.getRawChunkBuffer(offset).hasRemaining();
          } catch (HdfException e) {
            if (e.getMessage().startsWith("No chunk with offset")) {
              return false;
            }
            throw e;
          }
        });
  }
}
