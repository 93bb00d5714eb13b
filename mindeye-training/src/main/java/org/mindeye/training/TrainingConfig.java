package org.mindeye.training;

import java.util.Objects;
import java.util.function.Consumer;
import org.mindeye.data.loader.RepeatPolicy;
import org.mindeye.losses.BiMixCoLoss;
import org.mindeye.losses.LossSchedule;
import org.mindeye.losses.MixCoConfig;
import org.mindeye.losses.MixCoTargets;
import org.mindeye.losses.TemperatureSchedule;

/**
 * The recipe of a training run ({@code Train_MindEye.py}).
 *
 * @param epochs passes over the training split (published: 240)
 * @param batchSize samples per step (published: 32)
 * @param maxLearningRate peak of the one-cycle schedule (published: 3e-4)
 * @param weightDecay AdamW's decoupled decay (published: 1e-2)
 * @param decayRule which parameters it applies to
 * @param mixedShare share of the epochs trained with BiMixCo before SoftCLIP takes over, truncated
 *     to whole epochs (published: 0.33)
 * @param mixCo how voxels are mixed
 * @param mixCoTargets the target matrix of BiMixCo
 * @param temperatureScale factor on all temperatures of both losses (published: 1). The published
 *     temperatures, 0.004 to 0.0075, suit the hidden layer of ViT-L/14; targets whose cosines
 *     spread wider need higher ones
 * @param repeats which response to an image a step sees
 * @param seed of everything random in the run: order, mixing, dropout
 */
public record TrainingConfig(
    int epochs,
    int batchSize,
    double maxLearningRate,
    double weightDecay,
    DecayRule decayRule,
    double mixedShare,
    MixCoConfig mixCo,
    MixCoTargets mixCoTargets,
    double temperatureScale,
    RepeatPolicy repeats,
    long seed) {

  /** Checks the numbers, and that every choice is made. */
  public TrainingConfig {
    Objects.requireNonNull(decayRule, "decayRule");
    Objects.requireNonNull(mixCo, "mixCo");
    Objects.requireNonNull(mixCoTargets, "mixCoTargets");
    Objects.requireNonNull(repeats, "repeats");
    if (epochs < 3) {
      throw new IllegalArgumentException(
          "epochs: expected at least 3 (the learning rate rises for 2) but was " + epochs);
    }
    if (batchSize < 2) {
      throw new IllegalArgumentException(
          "batchSize: a contrastive loss needs at least 2 samples but was " + batchSize);
    }
    requirePositive("maxLearningRate", maxLearningRate);
    requirePositive("temperatureScale", temperatureScale);
    if (!(weightDecay >= 0) || Double.isInfinite(weightDecay)) {
      throw new IllegalArgumentException(
          "weightDecay: expected a finite number, 0 or more, but was " + weightDecay);
    }
    if (!(mixedShare >= 0 && mixedShare <= 1)) {
      throw new IllegalArgumentException(
          "mixedShare: expected a share in [0, 1] but was " + mixedShare);
    }
  }

  /**
   * The published recipe with seed 42.
   *
   * @return the configuration
   */
  public static TrainingConfig paper() {
    return new TrainingConfig(
        240,
        32,
        3e-4,
        1e-2,
        DecayRule.AS_PUBLISHED,
        0.33,
        MixCoConfig.PAPER,
        MixCoTargets.AS_PUBLISHED,
        1,
        RepeatPolicy.AS_PUBLISHED,
        42);
  }

  /**
   * Another length.
   *
   * @param newEpochs passes over the training split
   * @return a changed copy
   */
  public TrainingConfig withEpochs(int newEpochs) {
    return changed(draft -> draft.epochs = newEpochs);
  }

  /**
   * Another batch size.
   *
   * @param newBatchSize samples per step
   * @return a changed copy
   */
  public TrainingConfig withBatchSize(int newBatchSize) {
    return changed(draft -> draft.batchSize = newBatchSize);
  }

  /**
   * Another peak of the learning rate.
   *
   * @param newRate the peak
   * @return a changed copy
   */
  public TrainingConfig withMaxLearningRate(double newRate) {
    return changed(draft -> draft.maxLearningRate = newRate);
  }

  /**
   * Another weight decay.
   *
   * @param newDecay AdamW's decoupled decay
   * @param newRule which parameters it applies to
   * @return a changed copy
   */
  public TrainingConfig withWeightDecay(double newDecay, DecayRule newRule) {
    return changed(
        draft -> {
          draft.weightDecay = newDecay;
          draft.decayRule = newRule;
        });
  }

  /**
   * Another use of MixCo.
   *
   * @param newShare share of the epochs with BiMixCo
   * @param newTargets the target matrix of BiMixCo
   * @return a changed copy
   */
  public TrainingConfig withMixing(double newShare, MixCoTargets newTargets) {
    return changed(
        draft -> {
          draft.mixedShare = newShare;
          draft.mixCoTargets = newTargets;
        });
  }

  /**
   * Other temperatures.
   *
   * @param newScale factor on all published temperatures
   * @return a changed copy
   */
  public TrainingConfig withTemperatureScale(double newScale) {
    return changed(draft -> draft.temperatureScale = newScale);
  }

  /**
   * Another choice of responses.
   *
   * @param newRepeats which response to an image a step sees
   * @return a changed copy
   */
  public TrainingConfig withRepeats(RepeatPolicy newRepeats) {
    return changed(draft -> draft.repeats = newRepeats);
  }

  /**
   * Another seed.
   *
   * @param newSeed the seed
   * @return a changed copy
   */
  public TrainingConfig withSeed(long newSeed) {
    return changed(draft -> draft.seed = newSeed);
  }

  /** Which loss is trained in which epoch. */
  LossSchedule losses() {
    LossSchedule published = LossSchedule.paper(epochs, mixedShare);
    TemperatureSchedule soft = published.softClip();
    return new LossSchedule(
        published.mixedEpochs(),
        new BiMixCoLoss(temperatureScale * published.biMixCo().temperature(), mixCoTargets),
        new TemperatureSchedule(
            temperatureScale * soft.first(), temperatureScale * soft.last(), soft.epochs()));
  }

  private TrainingConfig changed(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.finished();
  }

  /** The components one by one, so that a change names only what it changes. */
  private static final class Draft {
    private int epochs;
    private int batchSize;
    private double maxLearningRate;
    private double weightDecay;
    private DecayRule decayRule;
    private double mixedShare;
    private MixCoConfig mixCo;
    private MixCoTargets mixCoTargets;
    private double temperatureScale;
    private RepeatPolicy repeats;
    private long seed;

    Draft(TrainingConfig config) {
      epochs = config.epochs;
      batchSize = config.batchSize;
      maxLearningRate = config.maxLearningRate;
      weightDecay = config.weightDecay;
      decayRule = config.decayRule;
      mixedShare = config.mixedShare;
      mixCo = config.mixCo;
      mixCoTargets = config.mixCoTargets;
      temperatureScale = config.temperatureScale;
      repeats = config.repeats;
      seed = config.seed;
    }

    TrainingConfig finished() {
      return new TrainingConfig(
          epochs,
          batchSize,
          maxLearningRate,
          weightDecay,
          decayRule,
          mixedShare,
          mixCo,
          mixCoTargets,
          temperatureScale,
          repeats,
          seed);
    }
  }

  private static void requirePositive(String name, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(name + ": expected a positive number but was " + value);
    }
  }
}
