// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.data.loader.TrialBatch;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.ConvNextConfig;
import org.mindeye.lowlevel.ConvNextTeacher;
import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.lowlevel.LowLevelNetwork;
import org.mindeye.training.CheckpointPolicy;
import org.mindeye.training.Recipe;
import org.mindeye.training.RunControl;
import org.mindeye.training.SingleNetwork;
import org.mindeye.training.TrainedWeights;
import org.mindeye.training.TrainingListener;
import org.mindeye.training.TrainingLoop;
import org.mindeye.training.TrainingResult;

/**
 * Trains the low-level network by the published recipe (paper section 3.4, {@code
 * train_autoencoder.py}): the absolute error of latents and, with a teacher, a soft contrastive
 * loss of features, AdamW under a one-cycle schedule, incomplete batches left out.
 *
 * <p>Deviations from the original, all on purpose: order is a true permutation per epoch;
 * validation is a validation split, never the test split and never trained on (the original trains
 * on it too: 1107 steps an epoch for subject 1 instead of 1069), and none of it is dropped; a
 * resumed run continues where it stopped; a teacher's weights of another network are refused.
 *
 * <p>The same seed, data, machine and thread count give the same weights, however often the run was
 * stopped and resumed on the way.
 *
 * <pre>{@code
 * LowLevelSplit training = LowLevelSplit.read(data.split(Split.TRAIN), autoencoder, 512);
 * LowLevelSplit validation = LowLevelSplit.read(data.split(Split.VALIDATION), autoencoder, 512);
 * TrainingResult result =
 *     new LowLevelTrainer(LowLevelTrainingConfig.paper(), ProgressListener.bar(System.err))
 *         .withTeacher(teacher)
 *         .withCheckpoints(CheckpointPolicy.in(folder))
 *         .train(network, training, validation);
 * }</pre>
 */
public final class LowLevelTrainer {
  private final LowLevelTrainingConfig config;
  private final RunControl control;
  private final ConvNextTeacher teacher;

  /**
   * Creates a trainer.
   *
   * @param config the recipe
   * @param listeners notified of every step and epoch, in this order
   */
  public LowLevelTrainer(LowLevelTrainingConfig config, TrainingListener... listeners) {
    this(config, RunControl.of(listeners));
  }

  /**
   * Creates a trainer.
   *
   * @param config the recipe
   * @param control listeners, checkpoints and what stops the run
   */
  public LowLevelTrainer(LowLevelTrainingConfig config, RunControl control) {
    this(config, control, null);
  }

  private LowLevelTrainer(
      LowLevelTrainingConfig config, RunControl control, ConvNextTeacher teacher) {
    this.config = Objects.requireNonNull(config, "config");
    this.control = Objects.requireNonNull(control, "control");
    this.teacher = teacher;
  }

  /**
   * The same trainer with a teacher, whose features the network imitates where the objective gives
   * that a weight. Its features cannot be kept: the half of them that is of augmented images is new
   * in every step.
   *
   * @param network with weights and projector; stays the caller's to close
   * @return a changed copy
   */
  public LowLevelTrainer withTeacher(ConvNextTeacher network) {
    Objects.requireNonNull(network, "network");
    return new LowLevelTrainer(config, control, network);
  }

  /**
   * The same trainer, which saves the run.
   *
   * @param policy where and how often
   * @return a changed copy
   */
  public LowLevelTrainer withCheckpoints(CheckpointPolicy policy) {
    return new LowLevelTrainer(config, control.withCheckpoints(policy), teacher);
  }

  /**
   * The same trainer, which stops on request: it finishes the step, and the validation if the step
   * was the last of its epoch, saves if it has a policy, and returns.
   *
   * @param requested queried after every step and every validation
   * @return a changed copy
   */
  public LowLevelTrainer stoppingWhen(BooleanSupplier requested) {
    return new LowLevelTrainer(config, control.stoppingWhen(requested), teacher);
  }

  /**
   * Trains in place, from the first step.
   *
   * @param network initialised; holds the weights of the last step afterwards or, where the recipe
   *     averages, their moving average unless the run was stopped
   * @param training the training split
   * @param validation scored after every epoch; must not be the test split
   * @return what became of it
   * @throws IllegalArgumentException if a split is used for what it is not for, or too small for a
   *     batch, or networks, images and objective do not fit together
   * @throws org.mindeye.core.tensor.ShapeMismatchException if a sample has other voxels than the
   *     network reads
   * @throws MindEyeException if a picture is in both splits, or voxels, latents, loss, gradients or
   *     scores hold NaN or infinity: names tensor, step and samples, and no parameter was updated
   *     in the step. Also, before the first step, if the memory is known not to hold the run: says
   *     what would fit. Also, if there are checkpoints of another run where this one would write
   * @throws java.io.UncheckedIOException if a checkpoint cannot be written, a full disk included
   */
  public TrainingResult train(
      LowLevelNetwork network, LowLevelSplit training, LowLevelSplit validation) {
    return loop(network, training, validation).train();
  }

  /**
   * Goes on where the newest intact checkpoint of the policy's folder ends, as if the run had never
   * stopped.
   *
   * @param network of the shape that was trained; its weights are replaced
   * @param training the same split that was trained on
   * @param validation the same split that was validated on
   * @return what became of the whole run
   * @throws MindEyeException if there is no checkpoint, or it is of another recipe, network,
   *     autoencoder, teacher or data: names what differs. All that {@link #train} throws, too
   * @throws IllegalStateException without {@link #withCheckpoints}
   */
  public TrainingResult resume(
      LowLevelNetwork network, LowLevelSplit training, LowLevelSplit validation) {
    return loop(network, training, validation).resume();
  }

  /**
   * Refuses networks that do not fit together, or that the memory is known not to hold, as {@link
   * #train} would, but before data are read and encoded.
   *
   * @param network what would be trained
   * @param autoencoder would encode the images
   * @param side rows, and columns, that images would be resized to
   * @throws IllegalArgumentException if they do not fit together
   * @throws org.mindeye.core.tensor.ShapeMismatchException if the side is not divisible by the
   *     autoencoder's reduction
   * @throws MindEyeException if the memory is known not to hold the run: says what would fit
   */
  public void requireFit(LowLevelNetwork network, AutoencoderKl autoencoder, int side) {
    new LowLevelFit(config, network, guide()).requireNetworks(autoencoder, side);
    memory(network, autoencoder, side).requireFits(config, MemoryBudget.of(network.device()));
  }

  static SingleNetwork<LowLevelNetwork> model(LowLevelNetwork network) {
    return SingleNetwork.of(network, () -> new LowLevelNetwork(network.config()));
  }

  private TrainingLoop<SingleNetwork<LowLevelNetwork>, TrialBatch> loop(
      LowLevelNetwork network, LowLevelSplit training, LowLevelSplit validation) {
    new LowLevelFit(config, network, guide()).require(training, validation);
    Recipe<SingleNetwork<LowLevelNetwork>, TrialBatch> recipe =
        new Recipe<>(
            model(network),
            TrialSamples.of(config, training.trials()),
            new LowLevelLoss(config, network, training, guide()),
            new LowLevelValidator(config.validation(), validation),
            identity(network, training, validation),
            (loop, budget) ->
                memory(network, training.autoencoder(), training.side())
                    .requireFits(config, budget));
    return new TrainingLoop<>(config.loop(), recipe, control);
  }

  /** The teacher, if the objective has a use for one; else null. */
  private ConvNextTeacher guide() {
    return config.objective().contrastive() > 0 ? teacher : null;
  }

  private LowLevelIdentity identity(
      LowLevelNetwork network, LowLevelSplit training, LowLevelSplit validation) {
    return new LowLevelIdentity(
        config,
        network.config(),
        network.device(),
        () -> LowLevelSources.of(training, validation, guide()));
  }

  private LowLevelRunMemory memory(LowLevelNetwork network, AutoencoderKl autoencoder, int side) {
    ConvNextConfig taught = guide() == null ? null : guide().config();
    return new LowLevelRunMemory(network.config(), autoencoder.config(), taught, side);
  }

  /**
   * Writes a trained network's weights under the published names, the projector's too, so that
   * {@link org.mindeye.lowlevel.VaeLatentBranch#load} serves them. The file notes recipe, shape and
   * sources, and appears under its name only when it is complete.
   *
   * @param file its folder must exist; replaced if it exists
   * @param network trained by this trainer; must not be trained meanwhile
   * @param training what it was trained on
   * @param validation what it was validated on
   * @throws IOException if the file cannot be written
   */
  public void write(
      Path file, LowLevelNetwork network, LowLevelSplit training, LowLevelSplit validation)
      throws IOException {
    WeightFiles.write(file, network, identity(network, training, validation).metadata());
  }

  /**
   * Loads the network of a run.
   *
   * <pre>{@code
   * LowLevelNetwork network =
   *     TrainedRun.open(folder).best(w -> LowLevelTrainer.load(w, Device.cpu()));
   * }</pre>
   *
   * @param weights of one of the run's steps
   * @param device where it computes
   * @return the network, which the caller closes; {@link org.mindeye.lowlevel.VaeLatentBranch#of}
   *     makes a stage of it
   * @throws IOException if a file cannot be read
   * @throws MindEyeException if they are of another recipe, or the memory is known not to hold them
   */
  public static LowLevelNetwork load(TrainedWeights weights, Device device) throws IOException {
    Torch.requirePresent(device);
    LowLevelConfig shape =
        weights
            .document(LowLevelIdentity.MODEL, LowLevelConfig.class)
            .orElseThrow(() -> unknown(weights, "a note of the network's shape"));
    try (StateDict file = weights.weights()) {
      return LowLevelNetwork.load(file, shape, device);
    }
  }

  /**
   * Reads what the network of a run learned from: before its predictions are decoded, {@link
   * LowLevelSources#requireAutoencoder} looks at the decoder.
   *
   * @param weights of one of the run's steps
   * @return digests of autoencoder and teacher, and fingerprints of the data
   * @throws IOException if it cannot be read
   * @throws MindEyeException if they are of another recipe
   */
  public static LowLevelSources sources(TrainedWeights weights) throws IOException {
    return weights
        .document(LowLevelIdentity.SOURCES, LowLevelIdentity.Learned.class)
        .orElseThrow(() -> unknown(weights, "a note of what the network learned from"))
        .sources();
  }

  private static MalformedFileException unknown(TrainedWeights weights, String expected) {
    return new MalformedFileException(
        weights.place().toString(), expected, "none; it is of another recipe, which loads it");
  }
}
