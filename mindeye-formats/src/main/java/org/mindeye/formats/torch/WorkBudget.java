// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.torch;

import org.mindeye.formats.internal.pickle.PickleLimits;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * Bounds the work a pickle can cause by using a large part of itself many times. An honest pickle
 * uses each part once, so its own greatest length is enough.
 */
final class WorkBudget {
  private final String source;
  private long bytes;
  private long items;

  WorkBudget(String source, PickleLimits limits) {
    this.source = source;
    this.bytes = limits.bytes();
    this.items = limits.values();
  }

  /** Takes note of bytes that are about to be copied. */
  void spendBytes(long count) {
    bytes -= count;
    check(bytes);
  }

  /** Takes note of items that are about to be copied. */
  void spendItems(long count) {
    items -= count;
    check(items);
  }

  private void check(long left) {
    if (left < 0) {
      throw malformed("parts that are used once", "large ones that are used again and again");
    }
  }

  MalformedFileException malformed(String expected, String found) {
    return new MalformedFileException(source, expected, found);
  }
}
