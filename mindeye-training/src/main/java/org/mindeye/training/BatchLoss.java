package org.mindeye.training;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mindeye.core.MindEyeException;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.pipeline.BrainEmbedding;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.losses.LossSchedule;
import org.mindeye.losses.MixCo;
import org.mindeye.losses.MixCoPlan;
import org.mindeye.prior.DiffusionPrior;

/** The loss of one batch: the one place where the objective is written down. */
final class BatchLoss {
  private static final long MIXING = 1;
  private static final long DROPOUT = 2;
  private static final long DIFFUSION = 3;

  private final TrainingConfig config;
  private final MindEyeModel model;
  private final LossSchedule losses;

  BatchLoss(TrainingConfig config, MindEyeModel model) {
    this.config = config;
    this.model = model;
    losses = config.contrastive().schedule(config.epochs());
  }

  /** Which contrastive loss an epoch trains. */
  String name(int epoch) {
    if (config.objective().contrastive() == 0) {
      return "none";
    }
    return losses.mixes(epoch) ? "BiMixCo" : "SoftCLIP";
  }

  /**
   * What happens in which order is the original's: mix, backbone, prior.
   *
   * @throws MindEyeException if the loss is no number: names step, tensor and samples
   */
  WeightedLoss evaluate(Position at, VoxelBatch voxels, ClipTokens image, List<String> keys) {
    MixCoPlan mix =
        losses.mixes(at.epoch())
            ? MixCo.draw(voxels.batch(), config.contrastive().mixCo(), noise(MIXING, at))
            : null;
    VoxelBatch shown = mix == null ? voxels : mix.apply(voxels);
    BrainEmbedding brain = model.backbone().forward(shown, Mode.train(noise(DROPOUT, at)));
    try {
      return sum(at, brain, image, mix);
    } catch (NotFiniteException e) {
      throw NotFinite.loss(at, e, voxels, image, brain, keys);
    }
  }

  private WeightedLoss sum(Position at, BrainEmbedding brain, ClipTokens image, MixCoPlan mix) {
    Objective objective = config.objective();
    Map<String, NDArray> terms = new LinkedHashMap<>();
    if (objective.contrastive() > 0) {
      terms.put(PaperScores.CONTRASTIVE, contrastive(at.epoch(), brain, image, mix));
    }
    if (objective.prior() > 0) {
      DiffusionPrior diffusion = model.prior().orElseThrow();
      terms.put(
          PaperScores.PRIOR,
          diffusion.trainingLoss(brain.tokens(), image, noise(DIFFUSION, at)).loss());
    }
    if (objective.meanSquared() > 0) {
      terms.put(PaperScores.MEAN_SQUARED, meanSquared(brain.tokens(), image));
    }
    return WeightedLoss.of(PaperScores.terms(objective), terms);
  }

  private NDArray contrastive(int epoch, BrainEmbedding brain, ClipTokens image, MixCoPlan mix) {
    ClipVectors predicted = brain.projected().toUnitVectors();
    ClipVectors target = image.toUnitVectors();
    return mix == null
        ? losses.unmixed(epoch).evaluate(predicted, target)
        : losses.biMixCo().evaluate(predicted, target, mix);
  }

  static NDArray meanSquared(BrainTokens tokens, ClipTokens image) {
    return tokens.array().sub(image.array()).square().mean();
  }

  /** Each purpose, step and batch of a step has its own stream, whatever else was drawn. */
  private NoiseSource noise(long purpose, Position at) {
    return at.part() == 0
        ? NoiseSource.seeded(config.seed(), purpose, at.step())
        : NoiseSource.seeded(config.seed(), purpose, at.step(), at.part());
  }

  /**
   * Where a run is.
   *
   * @param epoch 0 for the first
   * @param step over the whole run
   * @param part which of the step's batches
   */
  record Position(int epoch, long step, int part) {}
}
