// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.mindeye.core.random.NoiseSource;

/** One batch of a step, for a {@link StepLoss}. */
public final class StepContext {
  private final NDManager manager;
  private final Position at;
  private final long seed;
  private final Suspects suspects = new Suspects();

  StepContext(NDManager manager, Position at, long seed) {
    this.manager = manager;
    this.at = at;
    this.seed = seed;
  }

  /**
   * Where a run is.
   *
   * @param epoch 0 for the first
   * @param step over the whole run
   * @param part which of the step's batches
   */
  record Position(int epoch, long step, int part) {
    /** Another batch of the same step. */
    Position of(int otherPart) {
      return new Position(epoch, step, otherPart);
    }
  }

  /**
   * The owner of whatever the batch needs.
   *
   * @return freed with the step
   */
  public NDManager manager() {
    return manager;
  }

  /**
   * The epoch.
   *
   * @return 0 for the first
   */
  public int epoch() {
    return at.epoch();
  }

  /**
   * A stream of random numbers. Each purpose, step and batch of a step has its own, whatever else
   * was drawn, so that a resumed run draws the same.
   *
   * @param purpose any number, another one for each purpose
   * @return the stream, from its beginning
   */
  public NoiseSource noise(long purpose) {
    return at.part() == 0
        ? NoiseSource.seeded(seed, purpose, at.step())
        : NoiseSource.seeded(seed, purpose, at.step(), at.part());
  }

  /**
   * Notes what came in. If the loss becomes NaN or infinite, the first noted tensor that explains
   * it is named with its samples.
   *
   * @param name in the plural, for messages: {@code voxels}
   * @param rows {@code [batch, ...]}
   */
  public void data(String name, NDArray rows) {
    suspects.data(name, rows);
  }

  /**
   * Notes what a network made of it.
   *
   * @param name in the plural, for messages: {@code the backbone's tokens}
   * @param rows {@code [batch, ...]}
   */
  public void prediction(String name, NDArray rows) {
    suspects.prediction(name, rows);
  }

  Position at() {
    return at;
  }

  Suspects suspects() {
    return suspects;
  }
}
