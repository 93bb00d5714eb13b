// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.util.Iterator;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.mindeye.data.loader.LastBatch;
import org.mindeye.data.loader.LoaderConfig;
import org.mindeye.data.loader.TrialBatch;
import org.mindeye.data.loader.TrialLoader;
import org.mindeye.data.loader.TrialOrder;

/** The training split in a true permutation per epoch, incomplete batches left out. */
final class PaperSamples implements SampleSource<PaperBatch> {
  private final TrainingConfig config;
  private final TrainingSplit split;
  private TrialLoader loader;

  PaperSamples(TrainingConfig config, TrainingSplit split) {
    this.config = config;
    this.split = split;
  }

  /** Made when first needed: the loop looks at the memory before anything else. */
  private TrialLoader loader() {
    if (loader == null) {
      loader =
          new TrialLoader(
              split.trials(),
              new LoaderConfig(
                  config.batches().size(),
                  TrialOrder.PERMUTATION,
                  config.batches().repeats(),
                  LastBatch.DROP,
                  config.seed()));
    }
    return loader;
  }

  @Override
  public int samples() {
    return split.trials().size();
  }

  @Override
  public int batchesPerEpoch() {
    return loader().batchesPerEpoch();
  }

  @Override
  public Optional<UnaryOperator<PaperBatch>> preparation() {
    return Optional.of(PaperBatch::prepared);
  }

  @Override
  public Iterable<PaperBatch> epoch(int epoch) {
    return () -> {
      Iterator<TrialBatch> batches = loader().epoch(epoch).iterator();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return batches.hasNext();
        }

        @Override
        public PaperBatch next() {
          return PaperBatch.of(batches.next(), split.targets());
        }
      };
    };
  }
}
