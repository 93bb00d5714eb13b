// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Optional;
import org.mindeye.core.engine.Torch;
import org.mindeye.data.Trial;
import org.mindeye.evaluation.NoiseCeiling;
import org.mindeye.evaluation.RetrievalScores;
import org.mindeye.evaluation.SimilarityMatrix;

/** What repeated presentations of a picture show about the measurement, whatever the model. */
final class Repeats {
  private Repeats() {}

  /** Whether all stored responses are different presentations: copies would look noise-free. */
  private static boolean isRepeated(Trial trial, int repeats) {
    return trial.repeats() == repeats && trial.distinctRepeats() >= repeats;
  }

  private static int most(List<Trial> trials) {
    return trials.stream().mapToInt(Trial::repeats).max().orElse(0);
  }

  /** Signal and noise of every voxel, from the pictures that were shown most often. */
  static Optional<VoxelCeiling> ceiling(List<Trial> trials) {
    int repeats = most(trials);
    float[][][] responses =
        trials.stream()
            .filter(trial -> isRepeated(trial, repeats))
            .map(Repeats::responses)
            .toArray(float[][][]::new);
    if (repeats < 2 || responses.length < 2) {
      return Optional.empty();
    }
    return Optional.of(
        new VoxelCeiling(NoiseCeiling.estimate(responses), repeats, responses.length));
  }

  private static float[][] responses(Trial trial) {
    float[][] responses = new float[trial.repeats()][];
    for (int r = 0; r < responses.length; r++) {
      responses[r] = trial.voxels(r);
    }
    return responses;
  }

  /**
   * The first response to each picture looks for the mean of the others among those to all
   * pictures, by correlation over all voxels; and the other way round.
   *
   * @return empty if a picture was shown only once
   */
  static Optional<RetrievalScores> retrieval(EncodedSplit test) {
    int repeats = most(test.trials());
    if (repeats < 2 || !test.trials().stream().allMatch(trial -> isRepeated(trial, repeats))) {
      return Optional.empty();
    }
    try (NDManager manager = Torch.newManager(Device.cpu())) {
      NDArray first = Torch.copy(manager, flat(test.trials(), 0, 1), shape(test));
      NDArray others = Torch.copy(manager, flat(test.trials(), 1, repeats), shape(test));
      return Optional.of(
          RetrievalScores.of(
              SimilarityMatrix.pearson("brain", first, "image", others), test.imageIds()));
    }
  }

  private static Shape shape(EncodedSplit test) {
    return new Shape(test.size(), test.trials().get(0).voxelCount());
  }

  /** Means over some of the repeats. */
  private static float[] flat(List<Trial> trials, int from, int to) {
    int voxels = trials.get(0).voxelCount();
    float[] flat = new float[Math.multiplyExact(trials.size(), voxels)];
    for (int i = 0; i < trials.size(); i++) {
      for (int r = from; r < to; r++) {
        float[] response = trials.get(i).voxels(r);
        for (int v = 0; v < voxels; v++) {
          flat[i * voxels + v] += response[v] / (to - from);
        }
      }
    }
    return flat;
  }
}
