// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.data.Split;
import org.mindeye.data.Splits;
import org.mindeye.data.Trial;
import org.mindeye.training.checkpoint.Checkpoint;

/**
 * Trains backbone and prior by the published recipe (paper section 4, {@code Train_MindEye.py}):
 * BiMixCo for the first third of the epochs, SoftCLIP with a rising temperature for the rest, the
 * diffusion prior beside it, AdamW under a one-cycle schedule, incomplete batches left out.
 *
 * <p>Deviations from the original, all on purpose: order is a true permutation per epoch;
 * validation is a validation split, never the test split and never trained on (the original adds it
 * to the training data: 276 steps an epoch for subject 1 instead of 267), scored the same way over
 * the whole run; a resumed run continues where it stopped. The original augments its images: that
 * belongs to the targets, see {@link AugmentedTargets}.
 *
 * <p>The same seed, data, machine and thread count give the same weights, however often the run was
 * stopped and resumed on the way.
 *
 * <pre>{@code
 * TrainingResult result =
 *     new MindEyeTrainer(TrainingConfig.paper(), ProgressListener.bar(System.err))
 *         .withCheckpoints(CheckpointPolicy.in(folder))
 *         .train(model, training, validation);
 * }</pre>
 */
public final class MindEyeTrainer {
  private final TrainingConfig config;
  private final RunControl control;

  /**
   * Creates a trainer.
   *
   * @param config the recipe
   * @param listeners notified of every step and epoch, in this order
   */
  public MindEyeTrainer(TrainingConfig config, TrainingListener... listeners) {
    this(config, RunControl.of(listeners));
  }

  /**
   * Creates a trainer.
   *
   * @param config the recipe
   * @param control listeners, checkpoints and what stops the run
   */
  public MindEyeTrainer(TrainingConfig config, RunControl control) {
    this.config = Objects.requireNonNull(config, "config");
    this.control = Objects.requireNonNull(control, "control");
  }

  /**
   * The same trainer, which saves the run.
   *
   * @param policy where and how often
   * @return a changed copy
   */
  public MindEyeTrainer withCheckpoints(CheckpointPolicy policy) {
    return new MindEyeTrainer(config, control.withCheckpoints(policy));
  }

  /**
   * The same trainer, which stops on request: it finishes the step, and the validation if the step
   * was the last of its epoch, saves if it has a policy, and returns.
   *
   * @param requested queried after every step and every validation
   * @return a changed copy
   */
  public MindEyeTrainer stoppingWhen(BooleanSupplier requested) {
    return new MindEyeTrainer(config, control.stoppingWhen(requested));
  }

  /**
   * Trains in place, from the first step.
   *
   * @param model initialised; holds the weights of the last step afterwards, or, where the recipe
   *     averages, their moving average unless the run was stopped
   * @param training the training split
   * @param validation scored after every epoch; must not be the test split
   * @return the outcome
   * @throws IllegalArgumentException if a split is used for what it is not for, or targets, model
   *     and recipe do not fit together
   * @throws ShapeMismatchException if a sample has other voxels than the backbone reads
   * @throws MindEyeException if a picture is in both splits, or voxels, targets, loss or gradients
   *     hold NaN or infinity: names tensor, step and samples, and no parameter was updated in the
   *     step (running statistics of batch norm may have moved). Also, before the first step, if the
   *     run is known not to fit into memory: says what would fit. Also, if there are checkpoints of
   *     another run where this one would write
   * @throws java.io.UncheckedIOException if a checkpoint cannot be written, a full disk included
   * @throws java.util.concurrent.CancellationException if the thread is interrupted while it waits
   *     for a batch that is being prepared; the run can be resumed where it was last saved
   */
  public TrainingResult train(
      MindEyeModel model, TrainingSplit training, TrainingSplit validation) {
    return loop(model, training, validation).train();
  }

  /**
   * Continues where the newest intact checkpoint of the policy's folder ends, as if the run had
   * never stopped.
   *
   * @param model of the shape that was trained; its weights are replaced
   * @param training the same split that was trained on
   * @param validation the same split that was validated on
   * @return the outcome of the whole run
   * @throws MindEyeException if there is no checkpoint, or it is of another recipe, model or data
   *     (the number of epochs may be another one if the run would have been the same so far): names
   *     what differs. All that {@link #train} throws, too
   * @throws IllegalStateException without {@link #withCheckpoints}
   */
  public TrainingResult resume(
      MindEyeModel model, TrainingSplit training, TrainingSplit validation) {
    return loop(model, training, validation).resume();
  }

  /**
   * Refuses a training split too small for one step: before its pictures are encoded.
   *
   * @param config the recipe
   * @param samples of the training split
   * @throws MindEyeException if there are too few; says how many a step needs
   */
  public static void requireAStep(TrainingConfig config, int samples) {
    config.optimizer().requireAStep(config.batches().size(), samples);
  }

  /**
   * Refuses a length that a run cannot be given any more, as {@link #resume} would, but from its
   * checkpoints alone: before data are read.
   *
   * @param run of this recipe
   * @param epochs of the whole run
   * @throws IOException if the run cannot be read
   * @throws MindEyeException if a run of that length would have been another one so far; says why
   */
  public static void requireExtendable(TrainedRun run, int epochs) throws IOException {
    Optional<Checkpoint> newest = run.newestReadable();
    if (newest.isPresent()) {
      RunDescription.requireExtendable(newest.get(), epochs);
    }
  }

  private TrainingLoop<MindEyeModel, PaperBatch> loop(
      MindEyeModel model, TrainingSplit training, TrainingSplit validation) {
    requireFit(model, training, validation);
    Recipe<MindEyeModel, PaperBatch> recipe =
        new Recipe<>(
            model,
            new PaperSamples(config, training),
            new BatchLoss(config, model),
            new Validator(config, validation),
            new RunDescription(
                config,
                ModelConfig.of(model),
                () -> RunRecord.of(model, config.optimizer().precision(), training, validation)),
            (loop, budget) -> TrainingMemory.requireFits(model, config, budget));
    return new TrainingLoop<>(config.loop(), recipe, control);
  }

  private void requireFit(MindEyeModel model, TrainingSplit training, TrainingSplit validation) {
    Splits.requireUses(training.split(), validation.split());
    Splits.requireDisjoint(
        Map.of(Split.TRAIN, training.trials(), Split.VALIDATION, validation.trials()));
    if (config.loss().objective().prior() > 0 && model.prior().isEmpty()) {
      throw new IllegalArgumentException(
          "objective: the prior's loss has the weight "
              + config.loss().objective().prior()
              + " but the model has no prior; give it one, or train with"
              + " Objective.CONTRASTIVE_ONLY");
    }
    if (validation.trials().size() < 2) {
      throw new IllegalArgumentException(
          "validation split: expected at least 2 samples to choose between but was "
              + validation.trials().size());
    }
    for (TrainingSplit split : List.of(training, validation)) {
      if (!split.targets().space().equals(model.space())) {
        throw new IllegalArgumentException(
            split.split()
                + " targets: a "
                + split.targets().space()
                + " space, but the backbone predicts "
                + model.space());
      }
      requireVoxels(model.backbone().config().voxels(), split);
    }
  }

  /** Now, not after the first epoch. */
  private static void requireVoxels(int expected, TrainingSplit split) {
    for (Trial trial : split.trials()) {
      if (trial.voxelCount() != expected) {
        throw new ShapeMismatchException(
            split.split()
                + " sample "
                + trial.key()
                + ": expected the "
                + Plural.of(expected, "voxel")
                + " that the backbone reads but found "
                + trial.voxelCount());
      }
    }
  }
}
