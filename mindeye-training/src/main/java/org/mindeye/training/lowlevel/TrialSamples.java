// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import java.util.List;
import org.mindeye.data.Trial;
import org.mindeye.data.loader.LastBatch;
import org.mindeye.data.loader.LoaderConfig;
import org.mindeye.data.loader.TrialBatch;
import org.mindeye.data.loader.TrialLoader;
import org.mindeye.data.loader.TrialOrder;
import org.mindeye.training.SampleSource;

/**
 * The training split in a true permutation per epoch, incomplete batches left out.
 *
 * @param loader of the split
 */
record TrialSamples(TrialLoader loader) implements SampleSource<TrialBatch> {
  static TrialSamples of(LowLevelTrainingConfig config, List<Trial> trials) {
    return new TrialSamples(
        new TrialLoader(
            trials,
            new LoaderConfig(
                config.batchSize(),
                TrialOrder.PERMUTATION,
                config.inputs().repeats(),
                LastBatch.DROP,
                config.seed())));
  }

  @Override
  public int samples() {
    return loader.size();
  }

  @Override
  public int batchesPerEpoch() {
    return loader.batchesPerEpoch();
  }

  @Override
  public Iterable<TrialBatch> epoch(int epoch) {
    return loader.epoch(epoch);
  }
}
