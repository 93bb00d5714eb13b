package org.mindeye.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.mindeye.core.kernel.CallScope;
import org.mindeye.core.pipeline.VoxelEncoder;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.data.Trial;
import org.mindeye.data.loader.LoaderConfig;
import org.mindeye.data.loader.TrialBatch;
import org.mindeye.data.loader.TrialLoader;

/** What an encoder says about every image of a split. */
public final class BrainEmbeddings {
  private static final int BATCH = 32;

  private BrainEmbeddings() {}

  /**
   * Encodes the mean response to each image, batch by batch.
   *
   * @param encoder voxels to CLIP space
   * @param trials the split
   * @param owner the manager that owns the result
   * @return projected tokens as {@code [samples, tokens * width]} rows of length 1, in the order of
   *     the split
   */
  public static ClipVectors encode(VoxelEncoder encoder, List<Trial> trials, NDManager owner) {
    try (CallScope scope = CallScope.open(encoder.device())) {
      NDList parts = new NDList();
      TrialLoader loader = new TrialLoader(trials, LoaderConfig.evaluation(BATCH));
      for (TrialBatch batch : loader.epoch(0)) {
        parts.add(vectors(encoder, batch, scope.manager()));
      }
      NDArray all = parts.size() == 1 ? parts.head() : NDArrays.concat(parts, 0);
      return ClipVectors.of(scope.keep(all, owner));
    }
  }

  private static NDArray vectors(VoxelEncoder encoder, TrialBatch batch, NDManager owner) {
    try (CallScope scope = CallScope.open(encoder.device())) {
      NDManager manager = scope.manager();
      NDArray vectors =
          encoder.encode(batch.voxels(manager), manager).projected().toUnitVectors().array();
      return scope.keep(vectors, owner);
    }
  }
}
