// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.torch;

import java.util.Locale;
import org.mindeye.Plural;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * How much the tensors of a checkpoint may take together. Torch stores what {@code expand} made, or
 * overlapping views, as the few elements they repeat, and any number of tensors on the same ones: a
 * file of some kilobytes can demand any amount of memory and disk. The tensors of a file, each
 * counted wherever it stands, may take {@code bytes}, or {@code times} what the file stores,
 * whichever is larger.
 *
 * @param bytes what any file may ask for, 0 or more
 * @param times as a multiple of the stored bytes, 1 or more
 */
public record ExpansionLimit(long bytes, long times) {
  /** 1 GiB, or 10 times the stored bytes. */
  public static final ExpansionLimit DEFAULT = new ExpansionLimit(1L << 30, 10);

  /** No limit, for code that reads no elements or trusts the file. */
  public static final ExpansionLimit NONE = new ExpansionLimit(Long.MAX_VALUE, 1);

  /**
   * Checks the limit.
   *
   * @throws IllegalArgumentException if one of them is out of range
   */
  public ExpansionLimit {
    if (bytes < 0 || times < 1) {
      throw new IllegalArgumentException(
          "a limit is 0 or more bytes and 1 or more times but was " + bytes + " and " + times);
    }
  }

  /**
   * Another multiple.
   *
   * @param more of the stored bytes, 1 or more
   * @return the changed limit
   */
  public ExpansionLimit withTimes(long more) {
    return new ExpansionLimit(bytes, more);
  }

  /** Refuses a file that asks for more. */
  void check(String source, long tensors, long declared, long stored) {
    boolean within = declared <= bytes || stored > 0 && ratio(declared, stored) <= times;
    if (!within) {
      throw new MalformedFileException(
          source,
          String.format(
              Locale.ROOT,
              "tensors of at most %,d bytes, or %d times the %,d bytes that the file stores",
              bytes,
              times,
              stored),
          String.format(
              Locale.ROOT,
              "%,d %s of %,d bytes%s, which repeat what is stored; if you trust the file,"
                  + " raise the limit (ExpansionLimit.withTimes)",
              tensors,
              Plural.noun(tensors, "tensor"),
              declared,
              stored > 0 ? ", " + ratio(declared, stored) + " times as many" : ""));
    }
  }

  /** Rounded up. */
  private static long ratio(long declared, long stored) {
    return (declared - 1) / stored + 1;
  }
}
