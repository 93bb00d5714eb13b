// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.checkpoint;

import java.io.IOException;

/**
 * A checkpoint that the disk cannot hold. Nothing of it is left, and the checkpoints before it are
 * as they were.
 */
public final class DiskSpaceException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What the checkpoint takes. */
  private final long needed;

  /** What was left. */
  private final long usable;

  /**
   * Creates an exception.
   *
   * @param message which folder, what is needed, what there is, and what to do
   * @param needed what the checkpoint takes, in bytes
   * @param usable what the disk had left, in bytes
   * @param cause what the disk said; null if it was not tried
   */
  DiskSpaceException(String message, long needed, long usable, IOException cause) {
    super(message, cause);
    this.needed = needed;
    this.usable = usable;
  }

  /**
   * What the checkpoint takes.
   *
   * @return bytes, an estimate from above
   */
  public long needed() {
    return needed;
  }

  /**
   * What the disk had left.
   *
   * @return bytes
   */
  public long usable() {
    return usable;
  }
}
