// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.hdf5;

import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.exceptions.HdfException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * Chunks of a dataset, which may not have been written. jHDF 0.13.0 reads zeros there, whatever
 * should be there, or fails where they are listed without an address, as in fixed arrays of HDF5
 * 1.10. Where missing numbers are not zeros, as netCDF's programs have it, chunks are looked for
 * before a slice is read.
 *
 * <p>In a dataset with one axis without limit jHDF counts the chunks it finds: behind one that is
 * missing the others get the places of those before them. Its list is shorter then, so that the
 * last chunk is not in it.
 */
final class FilledChunks {
  private final Hdf5File file;
  private final String place;
  private final ChunkedDataset dataset;
  private final long[] chunks;
  private final boolean needed;

  /** Where chunks were found: looking for one reads it. Guarded by the file. */
  private final Set<List<Integer>> found = new HashSet<>();

  FilledChunks(Hdf5File file, String place, ChunkedDataset dataset, long[] chunks) {
    this.file = file;
    this.place = place;
    this.dataset = dataset;
    this.chunks = chunks;
    needed =
        file.read(place, dataset::getFillValue) instanceof Number fill && fill.doubleValue() != 0;
  }

  /** Refuses a dataset with one axis without limit, more than one chunk, and not all of them. */
  void requireLast(long[] shape) {
    long[] last = new long[shape.length];
    Arrays.setAll(last, axis -> (shape[axis] - 1) / chunks[axis] * chunks[axis]);
    boolean several = Arrays.stream(last).anyMatch(start -> start > 0);
    if (several && Arrays.stream(shape).allMatch(length -> length > 0) && !isThere(last)) {
      throw new MalformedFileException(
          place,
          "all chunks of a dataset that may grow,",
          "fewer, none at "
              + Arrays.toString(last)
              + ": where the others belong is not known; write all of it, or save it again with"
              + " libver=('earliest', 'v108')");
    }
  }

  /** Refuses a slice of which a chunk is missing, if that should not be read as zeros. */
  void require(long[] first, long[] lengths) {
    if (!needed) {
      return;
    }
    int axes = chunks.length;
    long[] at = new long[axes];
    Arrays.setAll(at, axis -> first[axis] / chunks[axis] * chunks[axis]);
    long[] start = at.clone();
    int axis;
    do {
      if (!isThere(at)) {
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

  private boolean isThere(long[] at) {
    if (Arrays.stream(at).anyMatch(start -> start > Integer.MAX_VALUE)) {
      throw new MalformedFileException(
          place,
          "chunks that must be looked for to start at most " + Integer.MAX_VALUE + " from 0",
          "one at " + Arrays.toString(at) + "; save it again without maxshape and fillvalue");
    }
    int[] offset = Arrays.stream(at).mapToInt(Math::toIntExact).toArray();
    return file.read(
        place,
        () -> {
          List<Integer> key = Arrays.stream(offset).boxed().toList();
          if (found.contains(key)) {
            return true;
          }
          try {
            return dataset.getRawChunkBuffer(offset).hasRemaining() && found.add(key);
          } catch (HdfException e) {
            String said = e.getMessage();
            if (said.startsWith("No chunk with offset") || Parser.isUnwritten(said)) {
              return false;
            }
            throw e;
          }
        });
  }
}
