// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.hdf5;

import io.jhdf.filter.Filter;
import io.jhdf.filter.FilterManager;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;

/**
 * HDF5's check of chunks: four bytes behind the numbers. jHDF 0.13.0 neither compares them nor
 * takes them away, so that what was shuffled is put together wrongly, without an exception.
 */
final class Fletcher32 implements Filter {
  private static final int ID = 3;

  /** So many words are added before a sum could overflow 32 bits. */
  private static final int WORDS = 360;

  private static final int LOW = 0xffff;
  private static final int BITS = 16;

  Fletcher32() {}

  /** Takes the place of jHDF's. */
  static void install() {
    FilterManager.addFilter(new Fletcher32());
  }

  @Override
  public int getId() {
    return ID;
  }

  @Override
  public String getName() {
    return "fletcher32";
  }

  @Override
  public byte[] decode(byte[] encoded, int[] data) {
    int length = encoded.length - Integer.BYTES;
    if (length < 0) {
      throw new MindEyeException(
          "a chunk of " + Plural.of(encoded.length, "byte") + " with a checksum");
    }
    int stored = ByteBuffer.wrap(encoded).order(ByteOrder.LITTLE_ENDIAN).getInt(length);
    int sum = sum(encoded, length);
    if (stored != sum && stored != swapped(sum)) {
      throw new MindEyeException("a chunk whose checksum is wrong: damaged, get the file again");
    }
    return Arrays.copyOf(encoded, length);
  }

  /** As the library before version 1.6.3 wrote it: the bytes of each half the other way round. */
  private static int swapped(int sum) {
    return Integer.rotateRight(Integer.reverseBytes(sum), BITS);
  }

  /** Two sums of big-endian words, each modulo 65535; the second one is of the first ones. */
  private static int sum(byte[] bytes, int length) {
    int first = 0;
    int second = 0;
    int at = 0;
    while (at < length) {
      int end = (int) Math.min(length, at + 2L * WORDS);
      for (; at < end; at += 2) {
        int low = at + 1 < length ? bytes[at + 1] & 0xff : 0; // an odd byte is the high one
        first += (bytes[at] & 0xff) << Byte.SIZE | low;
        second += first;
      }
      first = folded(first);
      second = folded(second);
    }
    return folded(second) << BITS | folded(first);
  }

  private static int folded(int sum) {
    return (sum & LOW) + (sum >>> BITS);
  }
}
