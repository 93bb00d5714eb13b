// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.attributes;

import ai.djl.Device;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.data.Splits;
import org.mindeye.evaluation.attributes.AttributeClassifier;
import org.mindeye.training.CheckpointPolicy;
import org.mindeye.training.NamedValues;
import org.mindeye.training.Recipe;
import org.mindeye.training.RunControl;
import org.mindeye.training.RunIdentity;
import org.mindeye.training.ShuffledSamples;
import org.mindeye.training.SingleNetwork;
import org.mindeye.training.TrainedWeights;
import org.mindeye.training.TrainingListener;
import org.mindeye.training.TrainingLoop;
import org.mindeye.training.TrainingResult;

/**
 * Trains an {@link AttributeClassifier} on labelled pictures. Epochs are compared by the share of
 * validation pictures of which it says everything right.
 *
 * <p>The same seed, pictures, machine and thread count give the same weights, however often the run
 * was stopped and resumed on the way.
 */
public final class AttributeTrainer {
  private final AttributeTrainingConfig config;
  private final RunControl control;

  /**
   * Creates a trainer.
   *
   * @param config the recipe
   * @param listeners notified of every step and epoch, in this order
   */
  public AttributeTrainer(AttributeTrainingConfig config, TrainingListener... listeners) {
    this(config, RunControl.of(listeners));
  }

  /**
   * Creates a trainer.
   *
   * @param config the recipe
   * @param control listeners, checkpoints and what stops the run
   */
  public AttributeTrainer(AttributeTrainingConfig config, RunControl control) {
    this.config = Objects.requireNonNull(config, "config");
    this.control = Objects.requireNonNull(control, "control");
  }

  /**
   * The same trainer, which saves the run.
   *
   * @param policy where and how often
   * @return a changed copy
   */
  public AttributeTrainer withCheckpoints(CheckpointPolicy policy) {
    return new AttributeTrainer(config, control.withCheckpoints(policy));
  }

  /**
   * The same trainer, which can be asked to stop: it finishes the step, and the validation if the
   * step was the last of its epoch, saves if it has a policy, and returns.
   *
   * @param requested asked after every step and every validation
   * @return a changed copy
   */
  public AttributeTrainer stoppingWhen(BooleanSupplier requested) {
    return new AttributeTrainer(config, control.stoppingWhen(requested));
  }

  /**
   * Trains in place, from the first step.
   *
   * @param network initialised
   * @param training the training pictures
   * @param validation scored after every epoch; must not be the test split
   * @return what became of it; the network holds the weights of the last step or, where the recipe
   *     averages, their moving average unless the run was stopped
   * @throws IllegalArgumentException if a split is used for what it is not for, or too small for a
   *     batch
   * @throws org.mindeye.data.MalformedSampleException if the splits' pictures differ in size, or
   *     one is damaged
   * @throws MindEyeException if a picture is in both splits, a label is not one of the network's,
   *     or loss or gradients become NaN or infinite: names tensor, step and pictures. Also, before
   *     the first step, if the memory is known not to hold the run, or there are checkpoints of
   *     another run where this one would write
   */
  public TrainingResult train(
      AttributeClassifier network, LabelledSplit training, LabelledSplit validation) {
    return loop(network, training, validation).train();
  }

  /**
   * Goes on where the newest intact checkpoint of the policy's folder ends, as if the run had never
   * stopped.
   *
   * @param network of the shape that was trained; its weights are replaced
   * @param training the very pictures that were trained on
   * @param validation the very pictures that were validated on
   * @return what became of the whole run
   * @throws MindEyeException if there is no checkpoint, or it is of another recipe, network or
   *     pictures: names what differs. All that {@link #train} throws, too
   * @throws IllegalStateException without {@link #withCheckpoints}
   */
  public TrainingResult resume(
      AttributeClassifier network, LabelledSplit training, LabelledSplit validation) {
    return loop(network, training, validation).resume();
  }

  /**
   * Scores a classifier, on test pictures for example, as validation does.
   *
   * @param network trained
   * @param split the pictures
   * @return the scores of {@link AttributeScores}
   * @throws MindEyeException if a label is not one of the network's
   */
  public NamedValues score(AttributeClassifier network, LabelledSplit split) {
    split.requireFits(network.config());
    return new AttributeValidator(network, split, config.batchSize()).score(network);
  }

  /**
   * Loads the classifier of a run.
   *
   * @param weights of one of the run's steps
   * @param device where it computes
   * @return the network, which the caller closes
   * @throws IOException if a file cannot be read
   * @throws MindEyeException if they are of another recipe
   */
  public static AttributeClassifier load(TrainedWeights weights, Device device) throws IOException {
    Torch.requirePresent(device);
    try (StateDict file = weights.weights()) {
      return AttributeClassifier.load(file, device);
    }
  }

  private TrainingLoop<SingleNetwork<AttributeClassifier>, List<LabelledPicture>> loop(
      AttributeClassifier network, LabelledSplit training, LabelledSplit validation) {
    requireFit(network, training, validation);
    Recipe<SingleNetwork<AttributeClassifier>, List<LabelledPicture>> recipe =
        Recipe.of(
            SingleNetwork.of(network, () -> new AttributeClassifier(network.config())),
            new ShuffledSamples<>(training.pictures(), config.batchSize(), config.seed()),
            new AttributeObjective(network),
            new AttributeValidator(network, validation, config.batchSize()),
            RunIdentity.strict(
                config,
                network.config(),
                Map.of("training", training.fingerprint(), "validation", validation.fingerprint()),
                network.config().metadata()));
    return new TrainingLoop<>(config.loop(), recipe, control);
  }

  private static void requireFit(
      AttributeClassifier network, LabelledSplit training, LabelledSplit validation) {
    Splits.requireUses(training.split(), validation.split());
    training.requireFits(network.config());
    validation.requireFits(network.config());
    validation.images().requireApart(training.images());
  }
}
