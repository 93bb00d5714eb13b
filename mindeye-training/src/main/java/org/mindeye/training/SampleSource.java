// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What is trained on, in batches.
 *
 * @param <B> a batch
 */
public interface SampleSource<B> {
  /**
   * How many samples there are.
   *
   * @return at least 1
   */
  int samples();

  /**
   * How many batches an epoch has.
   *
   * @return the same for every epoch
   */
  int batchesPerEpoch();

  /**
   * The batches of an epoch: the same ones in the same order whenever it is called for the same
   * epoch, in this process or another, so that a run can be resumed inside an epoch.
   *
   * @param epoch 0 for the first
   * @return the batches
   */
  Iterable<B> epoch(int epoch);

  /**
   * What of a batch's work needs no tensors: reading, decoding and changing pictures for example.
   * The loop has it done in threads of its own, for some batches ahead of their steps. It may be
   * called for several batches at once, and its result depends on the batch alone.
   *
   * @return makes of a batch one that is prepared; empty, as it is by default, if there is nothing
   *     to prepare
   */
  default Optional<UnaryOperator<B>> preparation() {
    return Optional.empty();
  }
}
