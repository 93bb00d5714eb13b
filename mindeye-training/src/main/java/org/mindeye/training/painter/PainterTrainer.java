// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.painter;

import ai.djl.Device;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.mindeye.MindEyeException;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.memory.MemoryEstimate;
import org.mindeye.core.memory.MemoryEstimate.Alternative;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightDigest;
import org.mindeye.data.Splits;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.reconstruction.LatentProcess;
import org.mindeye.reconstruction.unet.ConditionalUnet;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;
import org.mindeye.reconstruction.unet.ConditionalUnetMemory;
import org.mindeye.training.CheckpointPolicy;
import org.mindeye.training.Recipe;
import org.mindeye.training.RunControl;
import org.mindeye.training.RunIdentity;
import org.mindeye.training.SingleNetwork;
import org.mindeye.training.TrainedWeights;
import org.mindeye.training.TrainingListener;
import org.mindeye.training.TrainingLoop;
import org.mindeye.training.TrainingResult;

/**
 * Trains a {@link ConditionalUnet} to paint your own pictures from their CLIP tokens: latent
 * diffusion (Rombach et al. 2022) in the latents of an autoencoder of yours, with classifier-free
 * guidance (Ho and Salimans 2022). Epochs are compared by the loss of validation pictures.
 *
 * <p>The same seed, pictures, machine and thread count give the same weights, however often the run
 * was stopped and resumed on the way.
 *
 * <pre>{@code
 * PainterSplit training = PainterSplit.encode(pictures, autoencoder, clip);
 * ConditionalUnet unet = new ConditionalUnet(config);
 * unet.initialize(Device.cpu(), NoiseSource.seeded(42));
 * TrainingResult result =
 *     new PainterTrainer(PainterTrainingConfig.standard(80), ProgressListener.bar(System.err))
 *         .withCheckpoints(CheckpointPolicy.in(folder))
 *         .train(unet, autoencoder, training, validation);
 * }</pre>
 */
public final class PainterTrainer {
  private final PainterTrainingConfig config;
  private final RunControl control;
  private final PaintedListener shown;

  /**
   * Creates a trainer.
   *
   * @param config the recipe
   * @param listeners notified of every step and epoch, in this order
   */
  public PainterTrainer(PainterTrainingConfig config, TrainingListener... listeners) {
    this(config, RunControl.of(listeners));
  }

  /**
   * Creates a trainer.
   *
   * @param config the recipe
   * @param control listeners, checkpoints and what stops the run
   */
  public PainterTrainer(PainterTrainingConfig config, RunControl control) {
    this(config, control, PaintedListener.NONE);
  }

  private PainterTrainer(PainterTrainingConfig config, RunControl control, PaintedListener shown) {
    this.config = Objects.requireNonNull(config, "config");
    this.control = Objects.requireNonNull(control, "control");
    this.shown = shown;
  }

  /**
   * The same trainer, which saves the run.
   *
   * @param policy where and how often
   * @return a changed copy
   */
  public PainterTrainer withCheckpoints(CheckpointPolicy policy) {
    return new PainterTrainer(config, control.withCheckpoints(policy), shown);
  }

  /**
   * The same trainer, which can be asked to stop: it finishes the step, and the validation if the
   * step was the last of its epoch, saves if it has a policy, and returns.
   *
   * @param requested asked after every step and every validation
   * @return a changed copy
   */
  public PainterTrainer stoppingWhen(BooleanSupplier requested) {
    return new PainterTrainer(config, control.stoppingWhen(requested), shown);
  }

  /**
   * The same trainer, which shows the pictures that are painted after every epoch.
   *
   * @param listener is shown them
   * @return a changed copy
   */
  public PainterTrainer showing(PaintedListener listener) {
    Objects.requireNonNull(listener, "listener");
    return new PainterTrainer(config, control, listener);
  }

  /**
   * Trains in place, from the first step.
   *
   * @param unet initialised, for latents and tokens of the splits
   * @param autoencoder that which encoded the splits; makes pictures of what is painted after every
   *     epoch
   * @param training the training pictures
   * @param validation scored after every epoch; must not be the test split
   * @return what became of it; the UNet holds the weights of the last step or, where the recipe
   *     averages, their moving average unless the run was stopped
   * @throws IllegalArgumentException if a split is used for what it is not for, or too small for a
   *     batch
   * @throws MindEyeException if network and splits do not fit together, a picture is in both
   *     splits, or loss or gradients become NaN or infinite: names tensor, step and pictures. Also,
   *     before the first step, if the memory is known not to hold the run, or there are checkpoints
   *     of another run where this one would write
   */
  public TrainingResult train(
      ConditionalUnet unet,
      AutoencoderKl autoencoder,
      PainterSplit training,
      PainterSplit validation) {
    return loop(unet, autoencoder, training, validation).train();
  }

  /**
   * Goes on where the newest intact checkpoint of the policy's folder ends, as if the run had never
   * stopped.
   *
   * @param unet of the shape that was trained; its weights are replaced
   * @param autoencoder that which encoded the splits
   * @param training the very pictures that were trained on
   * @param validation the very pictures that were validated on
   * @return what became of the whole run
   * @throws MindEyeException if there is no checkpoint, or it is of another recipe, network or
   *     pictures: names what differs. All that {@link #train} throws, too
   * @throws IllegalStateException without {@link #withCheckpoints}
   */
  public TrainingResult resume(
      ConditionalUnet unet,
      AutoencoderKl autoencoder,
      PainterSplit training,
      PainterSplit validation) {
    return loop(unet, autoencoder, training, validation).resume();
  }

  /**
   * Loads the UNet of a run. {@link LatentProcess#of} says what the weights predict.
   *
   * <pre>{@code
   * ConditionalUnet unet = TrainedRun.open(folder).best(w -> PainterTrainer.load(w, Device.cpu()));
   * }</pre>
   *
   * @param weights of one of the run's steps
   * @param device where it computes
   * @return the network, which the caller closes
   * @throws IOException if a file cannot be read
   * @throws MindEyeException if they are of another recipe, or the memory is known not to hold them
   */
  public static ConditionalUnet load(TrainedWeights weights, Device device) throws IOException {
    try (StateDict file = weights.weights()) {
      return ConditionalUnet.load(file, device);
    }
  }

  /**
   * What a file of trained weights should note beside them: shape and process, so that {@link
   * ConditionalUnetConfig#of} and {@link LatentProcess#of} find them.
   *
   * @param unet the shape
   * @return metadata for {@link org.mindeye.core.weights.WeightFiles#write(java.nio.file.Path,
   *     org.mindeye.core.nn.Network, Map)}
   */
  public Map<String, String> metadata(ConditionalUnetConfig unet) {
    Map<String, String> notes = new LinkedHashMap<>(unet.metadata());
    notes.putAll(config.denoising().process().metadata());
    return notes;
  }

  private TrainingLoop<SingleNetwork<ConditionalUnet>, int[]> loop(
      ConditionalUnet unet,
      AutoencoderKl autoencoder,
      PainterSplit training,
      PainterSplit validation) {
    PainterSources sources = requireFit(unet, autoencoder, training, validation);
    GalleryPainter gallery =
        config.gallery().pictures() == 0 ? null : new GalleryPainter(config, autoencoder);
    Recipe<SingleNetwork<ConditionalUnet>, int[]> recipe =
        new Recipe<>(
            SingleNetwork.of(unet, () -> new ConditionalUnet(unet.config())),
            new PainterSamples(training.size(), config.batchSize(), config.seed()),
            new PainterLoss(config.denoising(), unet, training),
            new PainterValidator(config, validation, gallery, shown),
            RunIdentity.strict(config, unet.config(), sources, metadata(unet.config())),
            (loop, budget) -> requireFits(unet.config(), budget));
    return new TrainingLoop<>(config.loop(), recipe, control);
  }

  private static PainterSources requireFit(
      ConditionalUnet unet,
      AutoencoderKl autoencoder,
      PainterSplit training,
      PainterSplit validation) {
    unet.device();
    Splits.requireUses(training.split(), validation.split());
    PainterSources sources = PainterSources.of(training, validation);
    String digest = WeightDigest.sha256(autoencoder);
    double scale = autoencoder.config().scale();
    if (!digest.equals(sources.autoencoder()) || scale != sources.scale()) {
      throw new MindEyeException(
          "autoencoder: expected that which encoded the pictures, "
              + sources.autoencoder()
              + " with the scale "
              + sources.scale()
              + ", but was given "
              + digest
              + " with "
              + scale);
    }
    requireShapes(unet.config(), training);
    validation.images().requireApart(training.images());
    return sources;
  }

  private static void requireShapes(ConditionalUnetConfig unet, PainterSplit split) {
    long[] latents = split.shape().getShape();
    boolean fits =
        latents[0] == unet.channels() && latents[1] == unet.side() && latents[2] == unet.side();
    if (!fits || !split.space().equals(unet.condition())) {
      throw new MindEyeException(
          String.format(
              Locale.ROOT,
              "unet: expected one for latents of %dx%dx%d and %s tokens, as the pictures were"
                  + " encoded, but it is for latents of %dx%dx%d and %s tokens",
              latents[0],
              latents[1],
              latents[2],
              split.space(),
              unet.channels(),
              unet.side(),
              unet.side(),
              unet.condition()));
    }
  }

  private void requireFits(ConditionalUnetConfig unet, MemoryBudget budget) {
    beside(unet, config.batchSize())
        .requireFits(
            String.format(
                Locale.ROOT,
                "training a UNet on latents of %dx%d at batch %d, beside its weights,",
                unet.side(),
                unet.side(),
                config.batchSize()),
            budget,
            Alternative.smallerBatch(config.batchSize(), 1, less -> beside(unet, less), budget));
  }

  /** Without the network's own weights and the process itself, which are there already. */
  private MemoryEstimate beside(ConditionalUnetConfig unet, int batch) {
    MemoryEstimate all =
        ConditionalUnetMemory.training(unet, config.optimizer().precision(), batch);
    all = config.optimizer().accumulation() > 1 ? all.withAccumulation() : all;
    long average = config.optimizer().averageDecay() > 0 ? all.weights() : 0;
    return new MemoryEstimate(average, all.gradients(), all.moments(), all.activations(), 0);
  }
}
