// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.internal.pickle;

/**
 * How much a pickle may ask for. Real checkpoints stay far below: a network of a thousand tensors
 * takes about 25 000 values, and every number logged in training one.
 *
 * @param bytes length of the pickle
 * @param values values made or repeated
 * @param memo values remembered for later use
 * @param stack values waiting to be put into a container
 * @param depth containers begun and not yet ended
 * @param integerBytes length of one integer
 * @param lineBytes length of one line of the text opcodes
 */
public record PickleLimits(
    long bytes, int values, int memo, int stack, int depth, int integerBytes, int lineBytes) {
  /** What the readers of this library allow. */
  public static final PickleLimits DEFAULT =
      new PickleLimits(64L << 20, 4_000_000, 1_000_000, 1_000_000, 10_000, 1024, 4096);

  /**
   * The same for a longer or shorter pickle.
   *
   * @param length of the pickle
   * @return a copy
   */
  public PickleLimits withBytes(long length) {
    return new PickleLimits(length, values, memo, stack, depth, integerBytes, lineBytes);
  }

  /** Checks the limits. */
  public PickleLimits {
    if (bytes < 1 || values < 1 || memo < 1 || stack < 1 || depth < 1) {
      throw new IllegalArgumentException("limits must be positive");
    }
    if (integerBytes < 1 || lineBytes < 1) {
      throw new IllegalArgumentException("limits must be positive");
    }
  }
}
