// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.pipeline.BrainEmbedding;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.losses.LossSchedule;
import org.mindeye.losses.MixCo;
import org.mindeye.losses.MixCoPlan;
import org.mindeye.prior.DiffusionPrior;

/** The published objective. */
final class BatchLoss implements StepLoss<PaperBatch> {
  private static final long MIXING = 1;
  private static final long DROPOUT = 2;
  private static final long DIFFUSION = 3;

  private final TrainingConfig config;
  private final MindEyeModel model;
  private final LossSchedule losses;

  /** Null without a prior. */
  private final DiffusionPrior prior;

  BatchLoss(TrainingConfig config, MindEyeModel model) {
    this.config = config;
    this.model = model;
    losses = config.loss().contrastive().schedule(config.epochs());
    prior = model.prior().map(DiffusionPrior::withUncheckedLoss).orElse(null);
  }

  /** Which contrastive loss an epoch trains. */
  @Override
  public String name(int epoch) {
    if (config.loss().objective().contrastive() == 0) {
      return "none";
    }
    return losses.mixes(epoch) ? "BiMixCo" : "SoftCLIP";
  }

  @Override
  public List<LossTerm> terms() {
    return PaperScores.terms(config.loss().objective());
  }

  @Override
  public List<String> keys(PaperBatch batch) {
    return batch.keys();
  }

  @Override
  public String remedy(String term) {
    return switch (term) {
      case PaperScores.CONTRASTIVE -> "lower the learning rate or raise the temperature";
      case PaperScores.PRIOR -> "lower the learning rate or clip gradients";
      default -> StepLoss.super.remedy(term);
    };
  }

  /** What happens in which order is the original's: mix, backbone, prior. */
  @Override
  public Map<String, NDArray> evaluate(PaperBatch batch, StepContext step) {
    VoxelBatch voxels = batch.voxels().apply(step.manager());
    ClipTokens image = batch.image().get().apply(step.manager());
    MixCoPlan mix =
        losses.mixes(step.epoch())
            ? MixCo.draw(voxels.batch(), config.loss().contrastive().mixCo(), step.noise(MIXING))
            : null;
    VoxelBatch shown = mix == null ? voxels : mix.apply(voxels);
    BrainEmbedding brain = model.backbone().forward(shown, Mode.train(step.noise(DROPOUT)));
    step.data("voxels", voxels.array());
    step.data("targets", image.array());
    step.prediction("the backbone's tokens", brain.tokens().array());
    step.prediction("the projected tokens", brain.projected().array());
    return terms(step, brain, image, mix);
  }

  private Map<String, NDArray> terms(
      StepContext step, BrainEmbedding brain, ClipTokens image, MixCoPlan mix) {
    Objective objective = config.loss().objective();
    Map<String, NDArray> terms = new LinkedHashMap<>();
    if (objective.contrastive() > 0) {
      terms.put(PaperScores.CONTRASTIVE, contrastive(step.epoch(), brain, image, mix));
    }
    if (objective.prior() > 0) {
      terms.put(
          PaperScores.PRIOR,
          prior.trainingLoss(brain.tokens(), image, step.noise(DIFFUSION)).loss());
    }
    if (objective.meanSquared() > 0) {
      terms.put(PaperScores.MEAN_SQUARED, meanSquared(brain.tokens(), image));
    }
    return terms;
  }

  private NDArray contrastive(int epoch, BrainEmbedding brain, ClipTokens image, MixCoPlan mix) {
    ClipVectors predicted = brain.projected().toUnitVectors();
    ClipVectors target = image.toUnitVectors();
    return mix == null
        ? losses.unmixed(epoch).evaluateUnchecked(predicted, target)
        : losses.biMixCo().evaluateUnchecked(predicted, target, mix);
  }

  static NDArray meanSquared(BrainTokens tokens, ClipTokens image) {
    return tokens.array().sub(image.array()).square().mean();
  }
}
