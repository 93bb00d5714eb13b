// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Readback;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.pipeline.BrainEmbedding;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.data.Trial;
import org.mindeye.data.loader.TrialBatch;
import org.mindeye.evaluation.PoolConfig;
import org.mindeye.evaluation.RetrievalScores;
import org.mindeye.losses.BiMixCoLoss;
import org.mindeye.losses.LossSchedule;
import org.mindeye.losses.PairedLoss;
import org.mindeye.prior.ConditioningMask;
import org.mindeye.prior.DiffusionDraw;
import org.mindeye.prior.DiffusionPrior;
import org.mindeye.training.ValidationConfig.Protocol;

/** Scores a model on a split, by one of two {@linkplain Protocol protocols}. */
final class Validator implements ModelValidator<MindEyeModel> {
  private static final long NOISE = 0x76616c6964L;
  private static final int POOL = PoolConfig.paper().poolSize();
  private static final PairedLoss FIXED = BiMixCoLoss.paper().withoutMixing();

  private final TrainingConfig config;
  private final TrainingSplit split;
  private final LossSchedule losses;

  Validator(TrainingConfig config, TrainingSplit split) {
    this.config = config;
    this.split = split;
    losses = config.loss().contrastive().schedule(config.epochs());
  }

  private boolean published() {
    return config.validation().protocol() == Protocol.AS_PUBLISHED;
  }

  @Override
  public int samples() {
    return split.trials().size();
  }

  @Override
  public List<Score> scores() {
    return PaperScores.scores();
  }

  /** Deterministic for the same weights and epoch. */
  @Override
  public NamedValues score(MindEyeModel model, int epoch) {
    int samples = split.trials().size();
    int pool = published() ? Math.min(POOL, samples) : samples;
    TokenErrors errors = new TokenErrors(model, epoch, samples / pool * pool);
    try (CallScope scope = CallScope.open(model.device())) {
      NDManager manager = scope.manager();
      NDArray pairs =
          SplitVectors.of(
                  split.trials(), model.device(), manager, published() ? epoch : 0, errors::pairs)
              .array();
      NamedValues sum = NamedValues.NONE;
      for (int from = 0; from + pool <= samples; from += pool) {
        NDArray some = pairs.get(new NDIndex("{}:{}", from, from + pool));
        sum = sum.plus(pool(some, images(from, pool), epoch));
      }
      return finished(sum, samples / pool, pool, errors);
    }
  }

  /** Samples of the same image are answers to each other; the original has no such answers. */
  private long[] images(int from, int count) {
    return published()
        ? LongStream.range(0, count).toArray()
        : split.trials().subList(from, from + count).stream().mapToLong(Trial::cocoId).toArray();
  }

  /** Contrastive loss, cosine and retrieval of one pool of brain and image vectors side by side. */
  private NamedValues pool(NDArray pairs, long[] images, int epoch) {
    long width = pairs.getShape().get(1) / 2;
    ClipVectors brain = ClipVectors.of(pairs.get(new NDIndex(":, :{}", width)));
    ClipVectors image = ClipVectors.of(pairs.get(new NDIndex(":, {}:", width)));
    PairedLoss loss = published() ? losses.unmixed(epoch) : FIXED;
    RetrievalScores retrieval = RetrievalScores.between(brain, image, images);
    return NamedValues.NONE
        .with(PaperScores.CONTRASTIVE, Readback.scalar(loss.evaluate(brain, image)))
        .with(
            PaperScores.COSINE,
            Readback.scalar(brain.array().mul(image.array()).sum(new int[] {1}).mean()))
        .with(PaperScores.BRAIN_TO_IMAGE, retrieval.brainToImage().top1())
        .with(PaperScores.IMAGE_TO_BRAIN, retrieval.imageToBrain().top1());
  }

  private NamedValues finished(NamedValues sum, int pools, int candidates, TokenErrors errors) {
    Objective objective = config.loss().objective();
    NamedValues mean = sum.over(pools);
    double contrastive = mean.value(PaperScores.CONTRASTIVE);
    double total =
        objective.contrastive() * contrastive
            + objective.prior() * errors.prior()
            + objective.meanSquared() * errors.meanSquared();
    return PaperScores.losses(total, contrastive, errors.prior(), errors.meanSquared())
        .with(PaperScores.COSINE, mean.value(PaperScores.COSINE))
        .with(PaperScores.BRAIN_TO_IMAGE, mean.value(PaperScores.BRAIN_TO_IMAGE))
        .with(PaperScores.IMAGE_TO_BRAIN, mean.value(PaperScores.IMAGE_TO_BRAIN))
        .with(PaperScores.CANDIDATES, candidates);
  }

  /** Walks through the split once: vectors for the pools, and errors of tokens on the way. */
  private final class TokenErrors {
    private final MindEyeModel model;
    private final int epoch;
    private final int counted;
    private double priorSum;
    private double squaredSum;

    /**
     * Starts.
     *
     * @param counted how many samples, from the first, are scored
     */
    TokenErrors(MindEyeModel model, int epoch, int counted) {
      this.model = model;
      this.epoch = epoch;
      this.counted = counted;
    }

    /** {@code [batch, 2 * width]}: brain and image vectors side by side. */
    ClipVectors pairs(TrialBatch batch, NDManager owner) {
      VoxelBatch voxels = batch.voxels(owner);
      BrainEmbedding brain = model.backbone().forward(voxels, Mode.eval());
      ClipTokens image = split.targets().targets(batch, owner);
      NDArray vectors =
          brain.projected().toUnitVectors().array().concat(image.toUnitVectors().array(), 1);
      Suspects suspects =
          new Suspects()
              .data("voxels", voxels.array())
              .data("targets", image.array())
              .prediction("the backbone's tokens", brain.tokens().array())
              .prediction("the projected tokens", brain.projected().array());
      NotFinite.requireFinite(epoch, vectors, suspects, batch.keys());
      int[] indices = batch.indices();
      int kept = (int) Arrays.stream(indices).filter(i -> i < counted).count();
      if (kept > 0) {
        NDIndex rows = new NDIndex(":{}", kept);
        note(
            batch.step(),
            BrainTokens.of(brain.tokens().array().get(rows)),
            ClipTokens.of(image.array().get(rows)),
            kept);
      }
      return ClipVectors.of(vectors);
    }

    private void note(int batch, BrainTokens brain, ClipTokens image, int count) {
      if (config.loss().objective().meanSquared() > 0) {
        squaredSum += count * Readback.scalar(BatchLoss.meanSquared(brain, image));
      }
      if (config.loss().objective().prior() > 0) {
        DiffusionPrior prior = model.prior().orElseThrow();
        DiffusionDraw draw = draw(prior, batch, image);
        priorSum +=
            count * Readback.scalar(prior.trainingLoss(brain, image, draw, Mode.eval()).loss());
      }
    }

    private DiffusionDraw draw(DiffusionPrior prior, int batch, ClipTokens image) {
      // Published: fresh noise and hiding in every epoch. Else always the same, nothing hidden.
      NoiseSource noise =
          published()
              ? NoiseSource.seeded(config.seed(), NOISE, batch, epoch)
              : NoiseSource.seeded(config.seed(), NOISE, batch);
      DiffusionDraw draw =
          DiffusionDraw.of(
              image.batch(), prior.space(), prior.config(), noise, image.array().getManager());
      return published()
          ? draw
          : new DiffusionDraw(
              draw.timesteps(), draw.noise(), ConditioningMask.showAll(image.batch()));
    }

    double prior() {
      return priorSum / counted;
    }

    double meanSquared() {
      return squaredSum / counted;
    }
  }
}
