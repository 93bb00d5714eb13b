// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.util.Locale;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.formats.io.HeapBudget;

/**
 * What a run keeps in the Java heap besides the networks, which are elsewhere: responses, targets
 * that were encoded once, and the pictures that are being encoded.
 *
 * @param samples whose responses stay, all splits together
 * @param targets how many samples' targets stay: see {@link CachedTargets}
 * @param pixels of a picture
 * @param voxels of a response
 * @param target numbers of a target
 */
public record HeapContents(long samples, long targets, int pixels, int voxels, long target) {
  private static final double GIB = 1L << 30;

  /** The heap is more than what stays in it. */
  private static final double ROOM = 1.3;

  /** Responses to a picture, at most. */
  private static final long REPEATS = 3;

  private static final int CHANNELS = 3;

  /**
   * Refuses a heap that would be full after minutes.
   *
   * @param heap what there is
   * @throws MindEyeException if it is too small; says what takes how much, and what would do
   */
  public void requireFits(HeapBudget heap) {
    int batch = CachedTargets.BATCH;
    long kept = Float.BYTES * (samples * REPEATS * voxels + targets * target);
    // Decoded one by one, and joined.
    long encoding = 2L * batch * Float.BYTES * (CHANNELS * (long) pixels + target);
    double advised = ROOM * (kept + encoding);
    if (advised > heap.most()) {
      throw new MindEyeException(
          String.format(
              Locale.ROOT,
              "heap: responses of %s and targets of %d take %.1f GiB, encoding %s"
                  + " at a time %.1f, and work some more; this JVM may use %.1f; start it with a"
                  + " larger one, for example -Xmx%dg",
              Plural.of(samples, "picture"),
              targets,
              kept / GIB,
              Plural.of(batch, "picture"),
              encoding / GIB,
              heap.most() / GIB,
              (long) Math.ceil(advised / GIB)));
    }
  }
}
