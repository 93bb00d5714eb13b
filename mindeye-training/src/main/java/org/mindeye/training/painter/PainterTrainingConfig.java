// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.painter;

import java.util.Objects;
import org.mindeye.prior.diffusion.PredictionType;
import org.mindeye.training.DecayRule;
import org.mindeye.training.Freezing;
import org.mindeye.training.LoopConfig;
import org.mindeye.training.OptimizerConfig;
import org.mindeye.training.SelectionRule;
import org.mindeye.training.TrainerRecipe;

/**
 * The recipe of a {@link PainterTrainer}'s run.
 *
 * @param epochs passes over the training pictures
 * @param batchSize pictures per batch
 * @param denoising what is learned
 * @param optimizer how gradients become weights
 * @param gallery which pictures are painted after every epoch
 * @param seed of everything random in the run: order, timesteps, noise, dropped tokens
 */
public record PainterTrainingConfig(
    int epochs,
    int batchSize,
    DenoisingConfig denoising,
    OptimizerConfig optimizer,
    Gallery gallery,
    long seed)
    implements TrainerRecipe<PainterTrainingConfig> {

  /**
   * What is painted after every epoch, to look at and to compare with what was seen.
   *
   * @param pictures how many, of the first validation pictures; 0 for none
   * @param steps of sampling
   * @param guidance scale of classifier-free guidance; 1 for none
   */
  public record Gallery(int pictures, int steps, double guidance) {
    /** Nothing is painted. */
    public static final Gallery NONE = new Gallery(0, 20, 1);

    /** Checks the numbers. */
    public Gallery {
      if (pictures < 0) {
        throw new IllegalArgumentException("pictures: expected at least 0 but was " + pictures);
      }
      if (steps < 1) {
        throw new IllegalArgumentException("steps: expected at least 1 but was " + steps);
      }
      if (!Double.isFinite(guidance)) {
        throw new IllegalArgumentException(
            "guidance: expected a finite number but was " + guidance);
      }
    }
  }

  /** Checks the numbers, and that every choice is made. */
  public PainterTrainingConfig {
    Objects.requireNonNull(denoising, "denoising");
    Objects.requireNonNull(gallery, "gallery");
    if (batchSize < 1) {
      throw new IllegalArgumentException("batchSize: expected at least 1 but was " + batchSize);
    }
    loop(epochs, optimizer, seed);
  }

  /**
   * A recipe for small networks: no part of it is published.
   *
   * @param epochs passes over the training pictures
   * @return 64 pictures a batch, Stable Diffusion's process with the velocity predicted and
   *     signal-to-noise ratios counted up to 5, a one-cycle schedule up to 1e-3 that rises for a
   *     twentieth of the epochs, an average over some thousand steps, 32 pictures painted with
   *     guidance 2, seed 42
   */
  public static PainterTrainingConfig standard(int epochs) {
    return new PainterTrainingConfig(
        epochs,
        64,
        DenoisingConfig.stableDiffusion().withPrediction(PredictionType.V_PREDICTION).withMinSnr(5),
        OptimizerConfig.paper()
            .withLearningRate(1e-3)
            .withWarmupEpochs(0.05 * Math.max(1, epochs))
            .withWeightDecay(1e-2, DecayRule.CONVENTIONAL)
            .withClipNorm(1)
            .withAverage(0.999),
        new Gallery(32, 20, 2),
        42);
  }

  /** What the loop needs of it. */
  LoopConfig loop() {
    return loop(epochs, optimizer, seed);
  }

  private static LoopConfig loop(int epochs, OptimizerConfig optimizer, long seed) {
    return new LoopConfig(
        epochs, optimizer, Freezing.NONE, SelectionRule.by(PainterScores.QUALITY), 0, seed);
  }

  @Override
  public PainterTrainingConfig withEpochs(int newEpochs) {
    return new PainterTrainingConfig(newEpochs, batchSize, denoising, optimizer, gallery, seed);
  }

  @Override
  public PainterTrainingConfig withBatchSize(int newBatchSize) {
    return new PainterTrainingConfig(epochs, newBatchSize, denoising, optimizer, gallery, seed);
  }

  /**
   * Another aim.
   *
   * @param newDenoising what is learned
   * @return a changed copy
   */
  public PainterTrainingConfig withDenoising(DenoisingConfig newDenoising) {
    return new PainterTrainingConfig(epochs, batchSize, newDenoising, optimizer, gallery, seed);
  }

  @Override
  public PainterTrainingConfig withOptimizer(OptimizerConfig newOptimizer) {
    return new PainterTrainingConfig(epochs, batchSize, denoising, newOptimizer, gallery, seed);
  }

  /**
   * Other pictures to look at.
   *
   * @param newGallery which are painted after every epoch
   * @return a changed copy
   */
  public PainterTrainingConfig withGallery(Gallery newGallery) {
    return new PainterTrainingConfig(epochs, batchSize, denoising, optimizer, newGallery, seed);
  }

  @Override
  public PainterTrainingConfig withSeed(long newSeed) {
    return new PainterTrainingConfig(epochs, batchSize, denoising, optimizer, gallery, newSeed);
  }
}
