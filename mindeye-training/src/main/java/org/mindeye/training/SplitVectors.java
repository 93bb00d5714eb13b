// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.function.BiFunction;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.data.Trial;
import org.mindeye.data.loader.LoaderConfig;
import org.mindeye.data.loader.TrialBatch;
import org.mindeye.data.loader.TrialLoader;

/** One vector for each sample of a split, made batch by batch so that little else is in memory. */
final class SplitVectors {
  private static final int BATCH = 32;

  private SplitVectors() {}

  /**
   * Walks through a split.
   *
   * @param trials the split
   * @param device where batches are worked on
   * @param owner the manager that owns the result
   * @param epoch of the batches, which augmented targets depend on
   * @param vectors a batch's vectors, made in a manager that is freed after the batch
   * @return one row per sample, in the order of the split
   */
  static ClipVectors of(
      List<Trial> trials,
      Device device,
      NDManager owner,
      int epoch,
      BiFunction<TrialBatch, NDManager, ClipVectors> vectors) {
    try (CallScope scope = CallScope.open(device)) {
      NDList parts = new NDList();
      for (TrialBatch batch :
          new TrialLoader(trials, LoaderConfig.evaluation(BATCH)).epoch(epoch)) {
        try (CallScope step = CallScope.open(device)) {
          NDArray part = vectors.apply(batch, step.manager()).array();
          parts.add(step.keep(part, scope.manager()));
        }
      }
      NDArray all = parts.size() == 1 ? parts.head() : NDArrays.concat(parts, 0);
      return ClipVectors.of(scope.keep(all, owner));
    }
  }
}
