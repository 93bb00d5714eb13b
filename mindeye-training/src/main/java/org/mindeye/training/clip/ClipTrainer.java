// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.clip;

import ai.djl.Device;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.mindeye.MindEyeException;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.weights.StateDict;
import org.mindeye.data.Splits;
import org.mindeye.training.CheckpointPolicy;
import org.mindeye.training.DataFingerprint;
import org.mindeye.training.NamedValues;
import org.mindeye.training.Recipe;
import org.mindeye.training.RunControl;
import org.mindeye.training.RunIdentity;
import org.mindeye.training.ShuffledSamples;
import org.mindeye.training.TrainedWeights;
import org.mindeye.training.TrainingListener;
import org.mindeye.training.TrainingLoop;
import org.mindeye.training.TrainingResult;

/**
 * Trains a {@link ClipVisionTransformer} on described pictures: contrastively against the
 * descriptions (Radford et al. 2021), and by what is at the place of each patch, so that all tokens
 * say something, as MindEye's targets should. Epochs are compared by retrieval among validation
 * pictures.
 *
 * <p>The same seed, pictures, machine and thread count give the same weights, however often the run
 * was stopped and resumed on the way.
 *
 * <pre>{@code
 * ClipTowers towers =
 *     ClipTowers.initialize(config, task, 128, Device.cpu(), NoiseSource.seeded(42));
 * TrainingResult result =
 *     new ClipTrainer(ClipTrainingConfig.standard(20), ProgressListener.bar(System.err))
 *         .withCheckpoints(CheckpointPolicy.in(folder))
 *         .train(towers, training, validation);
 * }</pre>
 */
public final class ClipTrainer {
  private final ClipTrainingConfig config;
  private final RunControl control;

  /**
   * Creates a trainer.
   *
   * @param config the recipe
   * @param listeners notified of every step and epoch, in this order
   */
  public ClipTrainer(ClipTrainingConfig config, TrainingListener... listeners) {
    this(config, RunControl.of(listeners));
  }

  /**
   * Creates a trainer.
   *
   * @param config the recipe
   * @param control listeners, checkpoints and what stops the run
   */
  public ClipTrainer(ClipTrainingConfig config, RunControl control) {
    this.config = Objects.requireNonNull(config, "config");
    this.control = Objects.requireNonNull(control, "control");
  }

  /**
   * The same trainer, which saves the run.
   *
   * @param policy where and how often
   * @return a changed copy
   */
  public ClipTrainer withCheckpoints(CheckpointPolicy policy) {
    return new ClipTrainer(config, control.withCheckpoints(policy));
  }

  /**
   * The same trainer, which can be asked to stop: it finishes the step, and the validation if the
   * step was the last of its epoch, saves if it has a policy, and returns.
   *
   * @param requested asked after every step and every validation
   * @return a changed copy
   */
  public ClipTrainer stoppingWhen(BooleanSupplier requested) {
    return new ClipTrainer(config, control.stoppingWhen(requested));
  }

  /**
   * Trains in place, from the first step.
   *
   * @param towers initialised
   * @param training the training pictures
   * @param validation scored after every epoch; must not be the test split
   * @return what became of it; the towers hold the weights of the last step or, where the recipe
   *     averages, their moving average unless the run was stopped
   * @throws IllegalArgumentException if a split is used for what it is not for, or too small for a
   *     batch
   * @throws org.mindeye.data.MalformedSampleException if the splits' pictures differ in size, or
   *     one is damaged
   * @throws MindEyeException if a picture is in both splits, what is said about one is not what the
   *     towers' task knows, or loss or gradients become NaN or infinite: names tensor, step and
   *     pictures. Also, before the first step, if the memory is known not to hold the run, or there
   *     are checkpoints of another run where this one would write
   */
  public TrainingResult train(
      ClipTowers towers, DescribedSplit training, DescribedSplit validation) {
    return loop(towers, training, validation).train();
  }

  /**
   * Goes on where the newest intact checkpoint of the policy's folder ends, as if the run had never
   * stopped.
   *
   * @param towers of the shape that was trained; their weights are replaced
   * @param training the very pictures that were trained on
   * @param validation the very pictures that were validated on
   * @return what became of the whole run
   * @throws MindEyeException if there is no checkpoint, or it is of another recipe, shape, task or
   *     pictures: names what differs. All that {@link #train} throws, too
   * @throws IllegalStateException without {@link #withCheckpoints}
   */
  public TrainingResult resume(
      ClipTowers towers, DescribedSplit training, DescribedSplit validation) {
    return loop(towers, training, validation).resume();
  }

  /**
   * Scores towers, on test pictures for example, as validation does.
   *
   * @param towers trained
   * @param split the pictures
   * @return the scores of {@link ClipScores}
   * @throws MindEyeException if what is said about a picture is not what the towers' task knows
   */
  public NamedValues score(ClipTowers towers, DescribedSplit split) {
    requireFit(towers, split);
    return new ClipValidator(towers.task(), split, config.batchSize(), config.pool())
        .score(towers, 0);
  }

  /**
   * Loads the image tower of a run.
   *
   * <pre>{@code
   * ClipVisionTransformer network =
   *     TrainedRun.open(folder).best(w -> ClipTrainer.load(w, Device.cpu()));
   * }</pre>
   *
   * @param weights of one of the run's steps
   * @param device where it computes
   * @return the network, which the caller closes
   * @throws IOException if a file cannot be read
   * @throws MindEyeException if they are of another recipe, or the memory is known not to hold them
   */
  public static ClipVisionTransformer load(TrainedWeights weights, Device device)
      throws IOException {
    Torch.requirePresent(device);
    try (StateDict file = weights.weights()) {
      return ClipVisionTransformer.load(
          ClipTowers.image(file), VisionTransformerConfig.of(file), device);
    }
  }

  private TrainingLoop<ClipTowers, List<DescribedPicture>> loop(
      ClipTowers towers, DescribedSplit training, DescribedSplit validation) {
    requireFit(towers, training, validation);
    VisionTransformerConfig shape = towers.vision().config();
    Recipe<ClipTowers, List<DescribedPicture>> recipe =
        Recipe.of(
            towers,
            new ShuffledSamples<>(training.pictures(), config.batchSize(), config.seed()),
            new ClipObjective(config.loss(), towers),
            new ClipValidator(towers.task(), validation, config.batchSize(), config.pool()),
            RunIdentity.strict(
                config,
                new Shape(shape, towers.textWidth(), towers.task()),
                fingerprints(training, validation),
                shape.metadata()));
    return new TrainingLoop<>(config.loop(), recipe, control);
  }

  /**
   * What towers are, for checkpoints.
   *
   * @param vision the image tower
   * @param textWidth numbers per word and phrase
   * @param task what is said about pictures
   */
  record Shape(VisionTransformerConfig vision, int textWidth, ClipTask task) {}

  private static Map<String, DataFingerprint> fingerprints(
      DescribedSplit training, DescribedSplit validation) {
    return Map.of("training", training.fingerprint(), "validation", validation.fingerprint());
  }

  private static void requireFit(
      ClipTowers towers, DescribedSplit training, DescribedSplit validation) {
    Splits.requireUses(training.split(), validation.split());
    requireFit(towers, training);
    requireFit(towers, validation);
    validation.images().requireApart(training.images());
  }

  private static void requireFit(ClipTowers towers, DescribedSplit split) {
    VisionTransformerConfig.PatchGrid patches = towers.vision().config().patches();
    int height = split.images().height();
    int width = split.images().width();
    if (height != patches.imageSize() || width != patches.imageSize()) {
      throw new ShapeMismatchException(
          split.split()
              + " pictures: expected "
              + patches.imageSize()
              + "x"
              + patches.imageSize()
              + ", which the image tower reads, but was "
              + width
              + "x"
              + height
              + "; resize them");
    }
    towers.task().requireFits(split, patches.side() * patches.side());
  }
}
