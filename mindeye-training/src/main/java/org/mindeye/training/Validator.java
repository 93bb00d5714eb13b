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
import org.mindeye.evaluation.RetrievalScores;
import org.mindeye.losses.ClipLoss;

/** Scores an encoder on a split, always by the same definition. */
final class Validator {
  private static final int BATCH = 32;
  private static final ClipLoss LOSS = new ClipLoss(0.006);

  private final TrainingSplit split;

  Validator(TrainingSplit split) {
    this.split = split;
  }

  ValidationScores score(VoxelEncoder encoder) {
    try (CallScope scope = CallScope.open(encoder.device())) {
      NDManager manager = scope.manager();
      ClipVectors brain = BrainEmbeddings.encode(encoder, split.trials(), manager);
      ClipVectors image = targets(split.trials(), manager);
      RetrievalScores retrieval = RetrievalScores.between(brain, image);
      return new ValidationScores(
          LOSS.evaluate(brain, image).getFloat(),
          brain.array().mul(image.array()).sum(new int[] {1}).mean().getFloat(),
          retrieval.brainToImage().top1(),
          retrieval.imageToBrain().top1(),
          split.trials().size());
    }
  }

  private ClipVectors targets(List<Trial> trials, NDManager manager) {
    NDList parts = new NDList();
    for (TrialBatch batch : new TrialLoader(trials, LoaderConfig.evaluation(BATCH)).epoch(0)) {
      parts.add(split.targets().targets(batch, manager).toUnitVectors().array());
    }
    NDArray all = parts.size() == 1 ? parts.head() : NDArrays.concat(parts, 0);
    return ClipVectors.of(all);
  }
}
