package org.mindeye.training;

import ai.djl.ndarray.NDManager;
import org.mindeye.core.kernel.CallScope;
import org.mindeye.core.pipeline.VoxelEncoder;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.evaluation.RetrievalScores;
import org.mindeye.losses.ClipLoss;

/** Scores an encoder on a split, always by the same definition. */
final class Validator {
  private static final ClipLoss LOSS = new ClipLoss(0.006);

  private final TrainingSplit split;

  Validator(TrainingSplit split) {
    this.split = split;
  }

  ValidationScores score(VoxelEncoder encoder) {
    try (CallScope scope = CallScope.open(encoder.device())) {
      NDManager manager = scope.manager();
      ClipVectors brain = BrainEmbeddings.encode(encoder, split.trials(), manager);
      ClipVectors image =
          SplitVectors.of(
              split.trials(),
              encoder.device(),
              manager,
              (batch, owner) -> split.targets().targets(batch, owner).toUnitVectors());
      RetrievalScores retrieval = RetrievalScores.between(brain, image);
      return new ValidationScores(
          LOSS.evaluate(brain, image).getFloat(),
          brain.array().mul(image.array()).sum(new int[] {1}).mean().getFloat(),
          retrieval.brainToImage().top1(),
          retrieval.imageToBrain().top1(),
          split.trials().size());
    }
  }
}
