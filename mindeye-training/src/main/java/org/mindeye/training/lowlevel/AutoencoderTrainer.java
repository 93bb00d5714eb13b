// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import ai.djl.Device;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.memory.MemoryEstimate;
import org.mindeye.core.memory.MemoryEstimate.Alternative;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.weights.StateDict;
import org.mindeye.data.MalformedSampleException;
import org.mindeye.data.Splits;
import org.mindeye.data.TrialImage;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.LowLevelMemory;
import org.mindeye.training.CheckpointPolicy;
import org.mindeye.training.DataFingerprint;
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
 * Trains an {@link AutoencoderKl} on your own pictures: absolute and squared errors of pixels
 * decoded from sampled latents, and a small Kullback-Leibler term (Kingma and Welling 2014; the
 * published autoencoder of Rombach et al. 2022 adds a perceptual and an adversarial loss, which
 * small pictures do without). Epochs are compared by the PSNR of validation pictures.
 *
 * <p>The same seed, pictures, machine and thread count give the same weights, however often the run
 * was stopped and resumed on the way.
 *
 * <pre>{@code
 * AutoencoderKl network = new AutoencoderKl(config);
 * network.initialize(Device.cpu(), NoiseSource.seeded(42));
 * TrainingResult result =
 *     new AutoencoderTrainer(AutoencoderTrainingConfig.standard(20), ProgressListener.bar(System.err))
 *         .withCheckpoints(CheckpointPolicy.in(folder))
 *         .train(network, training, validation);
 * }</pre>
 */
public final class AutoencoderTrainer {
  private final AutoencoderTrainingConfig config;
  private final RunControl control;

  /**
   * Creates a trainer.
   *
   * @param config the recipe
   * @param listeners notified of every step and epoch, in this order
   */
  public AutoencoderTrainer(AutoencoderTrainingConfig config, TrainingListener... listeners) {
    this(config, RunControl.of(listeners));
  }

  /**
   * Creates a trainer.
   *
   * @param config the recipe
   * @param control listeners, checkpoints and what stops the run
   */
  public AutoencoderTrainer(AutoencoderTrainingConfig config, RunControl control) {
    this.config = Objects.requireNonNull(config, "config");
    this.control = Objects.requireNonNull(control, "control");
  }

  /**
   * The same trainer, which saves the run.
   *
   * @param policy where and how often
   * @return a changed copy
   */
  public AutoencoderTrainer withCheckpoints(CheckpointPolicy policy) {
    return new AutoencoderTrainer(config, control.withCheckpoints(policy));
  }

  /**
   * The same trainer, which can be asked to stop: it finishes the step, and the validation if the
   * step was the last of its epoch, saves if it has a policy, and returns.
   *
   * @param requested asked after every step and every validation
   * @return a changed copy
   */
  public AutoencoderTrainer stoppingWhen(BooleanSupplier requested) {
    return new AutoencoderTrainer(config, control.stoppingWhen(requested));
  }

  /**
   * Trains in place, from the first step.
   *
   * @param network initialised; its scale plays no part
   * @param training the training pictures
   * @param validation scored after every epoch; must not be the test split
   * @return what became of it; the network holds the weights of the last step or, where the recipe
   *     averages, their moving average unless the run was stopped
   * @throws IllegalArgumentException if a split is used for what it is not for, or too small for a
   *     batch
   * @throws ShapeMismatchException if sides are not divisible by the network's reduction
   * @throws MalformedSampleException if the splits' pictures differ in size, or one is damaged
   * @throws MindEyeException if a picture is in both splits, or loss or gradients become NaN or
   *     infinite: names tensor, step and pictures. Also, before the first step, if the memory is
   *     known not to hold the run, or there are checkpoints of another run where this one would
   *     write
   */
  public TrainingResult train(AutoencoderKl network, ImageSplit training, ImageSplit validation) {
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
  public TrainingResult resume(AutoencoderKl network, ImageSplit training, ImageSplit validation) {
    return loop(network, training, validation).resume();
  }

  /**
   * Loads the autoencoder of a run.
   *
   * <pre>{@code
   * AutoencoderKl network =
   *     TrainedRun.open(folder).best(w -> AutoencoderTrainer.load(w, Device.cpu()));
   * }</pre>
   *
   * @param weights of one of the run's steps. A checkpoint's network has the scale it was trained
   *     with; weights of the run's end have what they {@linkplain AutoencoderConfig#METADATA note}
   * @param device where it computes
   * @return the network, which the caller closes
   * @throws IOException if a file cannot be read
   * @throws MindEyeException if they are of another recipe, or the memory is known not to hold them
   */
  public static AutoencoderKl load(TrainedWeights weights, Device device) throws IOException {
    Torch.requirePresent(device);
    try (StateDict file = weights.weights()) {
      if (file.metadata().containsKey(AutoencoderConfig.METADATA)) {
        return AutoencoderKl.load(file, device);
      }
    }
    return SingleNetwork.load(weights, AutoencoderConfig.class, AutoencoderKl::new, device);
  }

  private TrainingLoop<SingleNetwork<AutoencoderKl>, List<TrialImage>> loop(
      AutoencoderKl network, ImageSplit training, ImageSplit validation) {
    requireFit(network, training, validation);
    Recipe<SingleNetwork<AutoencoderKl>, List<TrialImage>> recipe =
        new Recipe<>(
            SingleNetwork.of(network, () -> new AutoencoderKl(network.config())),
            new ShuffledSamples<>(training.images(), config.batchSize(), config.seed()),
            new AutoencoderLoss(config.loss(), network),
            new AutoencoderValidator(config, validation.images()),
            RunIdentity.strict(
                config,
                network.config(),
                fingerprints(training, validation),
                network.config().metadata()),
            (loop, budget) -> requireFits(network.config(), training, budget));
    return new TrainingLoop<>(config.loop(), recipe, control);
  }

  private static Map<String, DataFingerprint> fingerprints(
      ImageSplit training, ImageSplit validation) {
    return Map.of(
        "training", DataFingerprint.ofImages(training.images()),
        "validation", DataFingerprint.ofImages(validation.images()));
  }

  private static void requireFit(
      AutoencoderKl network, ImageSplit training, ImageSplit validation) {
    Splits.requireUses(training.split(), validation.split());
    training.requireDivisible(network.config().stages().reduction());
    validation.requireApart(training);
  }

  private void requireFits(AutoencoderConfig shape, ImageSplit pictures, MemoryBudget budget) {
    beside(shape, pictures, config.batchSize())
        .requireFits(
            String.format(
                Locale.ROOT,
                "training an autoencoder on pictures of %dx%d at batch %d, beside its weights,",
                pictures.width(),
                pictures.height(),
                config.batchSize()),
            budget,
            Alternative.smallerBatch(
                config.batchSize(), 1, less -> beside(shape, pictures, less), budget));
  }

  /** Without the network's own weights and the process itself, which are there already. */
  private MemoryEstimate beside(AutoencoderConfig shape, ImageSplit pictures, int batch) {
    MemoryEstimate all =
        LowLevelMemory.training(shape, batch, (long) pictures.height() * pictures.width());
    all = config.optimizer().accumulation() > 1 ? all.withAccumulation() : all;
    long average = config.optimizer().averageDecay() > 0 ? all.weights() : 0;
    long copies = MemoryEstimate.copies(new AutoencoderKl(shape), config.optimizer().precision());
    return new MemoryEstimate(
        average,
        all.gradients(),
        all.moments(),
        all.activations() + (average > 0 ? copies * 3 / 2 : copies),
        0);
  }
}
