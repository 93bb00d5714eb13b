package org.mindeye.training;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.mindeye.core.MindEyeException;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.optim.LossSum;
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
   * A loss with its graph.
   *
   * @param total what to differentiate
   * @param terms its value and parts
   */
  record Value(NDArray total, LossTerms terms) {}

  /**
   * What happens in which order is the original's: mix, backbone, prior.
   *
   * @throws MindEyeException if the loss is no number: names step, tensor and samples
   */
  Value evaluate(Position at, VoxelBatch voxels, ClipTokens image, List<String> keys) {
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

  private Value sum(Position at, BrainEmbedding brain, ClipTokens image, MixCoPlan mix) {
    Objective objective = config.objective();
    // What a schedule freezes makes constants of terms that depend on nothing else.
    LossSum sum = LossSum.withConstants();
    double contrastive = 0;
    double prior = 0;
    double meanSquared = 0;
    if (objective.contrastive() > 0) {
      NDArray loss = contrastive(at.epoch(), brain, image, mix);
      contrastive = loss.getFloat();
      sum.add(objective.contrastive(), loss);
    }
    if (objective.prior() > 0) {
      DiffusionPrior diffusion = model.prior().orElseThrow();
      NDArray loss = diffusion.trainingLoss(brain.tokens(), image, noise(DIFFUSION, at)).loss();
      prior = loss.getFloat();
      sum.add(objective.prior(), loss);
    }
    if (objective.meanSquared() > 0) {
      NDArray loss = meanSquared(brain.tokens(), image);
      meanSquared = loss.getFloat();
      sum.add(objective.meanSquared(), loss);
    }
    NDArray total = sum.total();
    LossTerms terms = new LossTerms(total.getFloat(), contrastive, prior, meanSquared);
    if (!Double.isFinite(terms.total())) {
      throw new NotFiniteException("the loss became " + terms);
    }
    return new Value(total, terms);
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
