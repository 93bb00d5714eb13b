// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.util.Locale;
import java.util.Objects;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.data.loader.AheadConfig;
import org.mindeye.formats.io.HeapBudget;

/**
 * What a run keeps in the Java heap besides the networks, which are elsewhere: responses, targets
 * that were encoded once, the pictures that are being encoded, and later the batches that are
 * prepared for steps.
 *
 * @param samples whose responses stay, all splits together
 * @param targets how many samples' targets stay: see {@link CachedTargets}
 * @param pixels of a picture
 * @param voxels of a response
 * @param target numbers of a target
 * @param steps what the steps need
 */
public record HeapContents(
    long samples, long targets, int pixels, int voxels, long target, Steps steps) {
  private static final double GIB = 1L << 30;

  /** The heap is more than what stays in it. */
  private static final double ROOM = 1.3;

  /** Responses to a picture, at most. */
  private static final long REPEATS = 3;

  private static final int CHANNELS = 3;

  /** Checks that it is said what the steps need. */
  public HeapContents {
    Objects.requireNonNull(steps, "steps");
  }

  /**
   * The batches that are there during a step: its own, those that are prepared ahead of it, and the
   * one that is being made a tensor.
   *
   * @param batch samples of a batch
   * @param accumulation batches of a step
   * @param ahead how far ahead batches are prepared
   * @param prepared bytes of a sample that is prepared, 0 if nothing of it is
   * @param joined bytes of a sample in the batch that is being made a tensor
   */
  public record Steps(int batch, int accumulation, AheadConfig ahead, long prepared, long joined) {
    /** Checks that there is something to do. */
    public Steps {
      Objects.requireNonNull(ahead, "ahead");
      if (batch < 1 || accumulation < 1 || prepared < 0 || joined < 0) {
        throw new IllegalArgumentException(
            "steps: expected batches of at least 1 sample, at least 1 for a step, and no negative"
                + " sizes, but was "
                + (batch + ", " + accumulation + ", " + prepared + " and " + joined));
      }
    }

    /**
     * Of samples of which nothing is prepared.
     *
     * @param batch samples of a batch
     * @param joined bytes of a sample in the batch that is being made a tensor
     * @return what such steps need
     */
    public static Steps unprepared(int batch, long joined) {
      return new Steps(batch, 1, AheadConfig.none(), 0, joined);
    }

    long bytes() {
      return batch * ((long) (ahead.batches() + accumulation) * prepared + joined);
    }
  }

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
    double advised = ROOM * (kept + Math.max(encoding, steps.bytes()));
    if (advised > heap.most()) {
      throw new MindEyeException(
          String.format(
              Locale.ROOT,
              "heap: responses of %s and targets of %d take %.1f GiB, encoding %s"
                  + " at a time %.1f, batches of %d that are prepared for steps later %.1f, and work"
                  + " some more; this JVM may use %.1f; start it with a larger one, for example"
                  + " -Xmx%dg",
              Plural.of(samples, "picture"),
              targets,
              kept / GIB,
              Plural.of(batch, "picture"),
              encoding / GIB,
              steps.batch(),
              steps.bytes() / GIB,
              heap.most() / GIB,
              (long) Math.ceil(advised / GIB)));
    }
  }
}
