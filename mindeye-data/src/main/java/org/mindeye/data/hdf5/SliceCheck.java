// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.hdf5;

import io.jhdf.HdfFile;
import io.jhdf.dataset.DatasetBase;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.mindeye.MindEyeException;

/**
 * Reads slices of a file whose content is known, before any other file is believed: jHDF 0.9.4 gave
 * wrong numbers for slices of chunked, compressed data, and no exception. An application may bring
 * such a version on its class path.
 */
final class SliceCheck {
  /** {@code [5, 6, 7, 8]} int32, 0 to 1679, in chunks of {@code [2, 4, 3, 5]}, gzip. */
  private static final String RESOURCE = "slices.h5";

  private static final int[] SHAPE = {5, 6, 7, 8};

  /** Starts and lengths: inside a chunk, across several, at the far end, everything. */
  private static final int[][][] SLICES = {
    {{0, 0, 0, 0}, {1, 1, 1, 1}},
    {{1, 3, 2, 4}, {2, 2, 2, 2}},
    {{0, 0, 6, 0}, {5, 1, 1, 8}},
    {{4, 5, 6, 7}, {1, 1, 1, 1}},
    {{0, 2, 0, 3}, {5, 3, 7, 4}},
    {{0, 0, 0, 0}, {5, 6, 7, 8}}
  };

  private static boolean passed;

  /** Reads a slice: little-endian, the last axis fastest. */
  @FunctionalInterface
  interface Slices {
    ByteBuffer read(long[] first, int[] lengths);
  }

  private SliceCheck() {}

  /**
   * Runs once, and repairs what can be; a failure is repeated for every caller. One thread at a
   * time, as jHDF's table of filters is not safe for several.
   */
  static synchronized void require() {
    if (!passed) {
      Fletcher32.install();
      byte[] content;
      try (InputStream resource = SliceCheck.class.getResourceAsStream(RESOURCE)) {
        content = resource.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(RESOURCE, e);
      }
      DatasetBase known =
          (DatasetBase) HdfFile.fromBytes(content).getDatasetByPath("numbers/chunked");
      require(known::getSliceDataBuffer);
      passed = true;
    }
  }

  static void require(Slices slices) {
    for (int[][] slice : SLICES) {
      int[] lengths = slice[1];
      long[] first = new long[lengths.length];
      for (int axis = 0; axis < first.length; axis++) {
        first[axis] = slice[0][axis];
      }
      ByteBuffer found = slices.read(first, lengths.clone()).order(ByteOrder.LITTLE_ENDIAN);
      int count = lengths[0] * lengths[1] * lengths[2] * lengths[3];
      for (int i = 0; i < count; i++) {
        int expected = number(slice[0], lengths, i);
        int number = found.getInt(found.position() + i * Integer.BYTES);
        if (number != expected) {
          throw new MindEyeException(
              "the HDF5 parser on the class path reads slices of chunked data wrongly: expected "
                  + expected
                  + " but found "
                  + number
                  + "; use io.jhdf:jhdf 0.13.0 or newer");
        }
      }
    }
  }

  /** The i-th number of a slice, which is its place in the whole. */
  private static int number(int[] first, int[] lengths, int i) {
    int[] at = first.clone();
    int rest = i;
    for (int axis = lengths.length - 1; axis >= 0; axis--) {
      at[axis] += rest % lengths[axis];
      rest /= lengths[axis];
    }
    int number = 0;
    for (int axis = 0; axis < SHAPE.length; axis++) {
      number = number * SHAPE[axis] + at[axis];
    }
    return number;
  }
}
