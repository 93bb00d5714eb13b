// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Alive;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Lifetime;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.internal.kernel.LinearCombination;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.pipeline.EmbeddingPrior;
import org.mindeye.core.pipeline.StepListener;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.Finite;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.prior.diffusion.NoiseSchedule;

/**
 * A network and the diffusion process around it ({@code BrainDiffusionPrior} in the original's
 * {@code models.py}, {@code DiffusionPrior} of dalle2-pytorch): the training loss, and sampling. As
 * a stage of a pipeline it is safe for concurrent callers while it is not trained.
 *
 * <pre>{@code
 * try (DiffusionPrior prior = DiffusionPrior.load(file, device)) {
 *   DiffusionPrior fast = prior.withSampler(new MultistepSampler(20));
 *   ClipTokens image = fast.sample(brain.tokens(), NoiseSource.seeded(42), owner);
 * }
 * }</pre>
 *
 * <p>Immutable apart from the network's weights: options return a copy over the same network.
 */
public final class DiffusionPrior implements EmbeddingPrior {
  private final DenoisingNetwork network;
  private final DiffusionConfig config;
  private final NoiseSchedule schedule;
  private final Options options;

  private record Options(
      PriorSampler sampler, double guidance, boolean checkpointing, boolean lossChecked) {}

  private DiffusionPrior(DenoisingNetwork network, DiffusionConfig config, Options options) {
    this.network = network;
    this.config = config;
    this.options = options;
    schedule = config.noiseSchedule();
  }

  /**
   * Puts a process around a network. Samples with {@link DdpmSampler}, without guidance.
   *
   * @param network with or without weights; {@link #close} closes it
   * @param config the process
   * @return the prior
   * @throws IllegalArgumentException if the process has more timesteps than the network knows
   */
  public static DiffusionPrior of(DenoisingNetwork network, DiffusionConfig config) {
    if (config.timesteps() > network.knownTimesteps()) {
      throw new IllegalArgumentException(
          "timesteps: the network knows "
              + network.knownTimesteps()
              + " but the process has "
              + config.timesteps());
    }
    return new DiffusionPrior(network, config, new Options(new DdpmSampler(), 1, false, true));
  }

  /**
   * Loads a prior of either kind, as {@link PriorConfig#of}, {@link FinalLayerPriorConfig#of} and
   * {@link DiffusionConfig#of} read it: as the file's metadata note it, else as names, shapes and
   * saved betas tell; the rest is assumed as published, and a missing schedule logged.
   *
   * @param file the weights, in any format of {@link WeightFiles}; a whole model (with {@code
   *     voxel2clip.}) or the network alone
   * @param device where the prior computes
   * @return the prior, which the caller closes
   * @throws IOException if the file cannot be read
   * @throws MindEyeException if it holds no prior, or another one than it seems
   */
  public static DiffusionPrior load(Path file, Device device) throws IOException {
    return load(file, Precision.FLOAT32, device);
  }

  /**
   * The same in a given format, for sampling.
   *
   * @param file the weights, as above
   * @param precision in which the network keeps them
   * @param device where the prior computes
   * @return the prior, which the caller closes
   * @throws IOException if the file cannot be read
   * @throws MindEyeException if it holds no prior, or another one than it seems
   * @throws IllegalArgumentException for {@link Precision#INT8_WEIGHTS}
   */
  public static DiffusionPrior load(Path file, Precision precision, Device device)
      throws IOException {
    return PriorLoading.load(file, DiffusionConfig::of, precision, device);
  }

  /**
   * Loads a prior of either kind whose process is known: for files without a saved noise schedule,
   * or for further training with other dropout rates.
   *
   * @param file the weights, as above
   * @param config the process
   * @param device where the prior computes
   * @return the prior, which the caller closes
   * @throws IOException if the file cannot be read
   * @throws MindEyeException if it holds no prior, another one than it seems, or the betas or the
   *     noted process of another schedule or scale
   * @throws IllegalArgumentException if the process has more timesteps than the network knows
   */
  public static DiffusionPrior load(Path file, DiffusionConfig config, Device device)
      throws IOException {
    return load(file, config, Precision.FLOAT32, device);
  }

  /**
   * The same in a given format, for sampling.
   *
   * @param file the weights, as above
   * @param config the process
   * @param precision in which the network keeps them
   * @param device where the prior computes
   * @return the prior, which the caller closes
   * @throws IOException if the file cannot be read
   * @throws MindEyeException if it holds no prior, another one than it seems, or the betas or the
   *     noted process of another schedule or scale
   * @throws IllegalArgumentException if the process has more timesteps than the network knows, or
   *     for {@link Precision#INT8_WEIGHTS}
   */
  public static DiffusionPrior load(
      Path file, DiffusionConfig config, Precision precision, Device device) throws IOException {
    Objects.requireNonNull(config, "config");
    return PriorLoading.load(
        file, weights -> PriorProcess.given(config, weights), precision, device);
  }

  /**
   * Another way to sample.
   *
   * @param sampler for example {@code new MultistepSampler(20)}
   * @return a copy over the same network
   */
  public DiffusionPrior withSampler(PriorSampler sampler) {
    Objects.requireNonNull(sampler, "sampler");
    sampler.calls(schedule); // refuses a schedule that does not suit it
    return new DiffusionPrior(
        network,
        config,
        new Options(sampler, options.guidance, options.checkpointing, options.lossChecked));
  }

  /**
   * Classifier-free guidance: the prediction is moved away from what the network predicts when it
   * is shown nothing, {@code nothing + scale (shown - nothing)}. As in the original, "nothing"
   * hides the noisy image too, so it depends on the timestep only. Published results use 1, none.
   *
   * @param scale how far; 1 for none
   * @return a copy over the same network
   * @throws IllegalArgumentException if the network was trained without hiding brain and image, so
   *     that it cannot predict from nothing, or the scale is not finite
   */
  public DiffusionPrior withGuidance(double scale) {
    if (!Double.isFinite(scale)) {
      throw new IllegalArgumentException("guidance: expected a finite number but was " + scale);
    }
    if (scale != 1 && (config.brainDropout() == 0 || config.imageDropout() == 0)) {
      throw new IllegalArgumentException(
          "guidance: compares with predictions from nothing, but this process never hides "
              + (config.brainDropout() == 0 ? "the brain" : "the image")
              + " in training; use 1, or train with a dropout");
    }
    return new DiffusionPrior(
        network,
        config,
        new Options(options.sampler, scale, options.checkpointing, options.lossChecked));
  }

  /**
   * Training with less memory: layers keep only what they read, and are run again in the backward
   * pass (Chen et al. 2016). The same gradients; at the published size and batch 8 a whole process
   * peaks at 2.9 GiB instead of 5.6, and a step takes a quarter more time. Only the loss has
   * gradients then, the prediction has none.
   *
   * @return a copy over the same network
   */
  public DiffusionPrior withGradientCheckpointing() {
    return new DiffusionPrior(
        network, config, new Options(options.sampler, options.guidance, true, options.lossChecked));
  }

  /**
   * Training in a loop that reads all numbers of a step at once, and refuses NaN and infinity
   * itself: {@link #trainingLoss} does not look at the loss, so it does not wait for the device.
   *
   * @return a copy over the same network
   */
  public DiffusionPrior withUncheckedLoss() {
    return new DiffusionPrior(
        network,
        config,
        new Options(options.sampler, options.guidance, options.checkpointing, false));
  }

  /**
   * Whether training runs layers twice to save memory.
   *
   * @return true after {@link #withGradientCheckpointing}
   */
  public boolean checkpointsGradients() {
    return options.checkpointing;
  }

  /**
   * The network, for optimisers and checkpoints.
   *
   * @return the network itself, which this prior owns
   */
  public DenoisingNetwork network() {
    return network;
  }

  /**
   * The process.
   *
   * @return the configuration
   */
  public DiffusionConfig config() {
    return config;
  }

  /**
   * The coefficients of the process.
   *
   * @return the schedule
   */
  public NoiseSchedule schedule() {
    return schedule;
  }

  @Override
  public ClipSpace space() {
    return network.space();
  }

  @Override
  public Device device() {
    return network.device();
  }

  /**
   * The training loss with everything random drawn from one source, in the original's order.
   *
   * @param condition {@code [batch, tokens, width]}, the backbone's tokens; gradients flow into
   *     them
   * @param target {@code [batch, tokens, width]}, CLIP tokens divided by their class token's norm
   *     (final layer: raw)
   * @param noise where timesteps, noise, hiding and dropout are drawn from
   * @return loss and prediction, owned by the condition's manager
   * @throws ShapeMismatchException if a tensor is not of the prior's space, or the two differ in
   *     batch
   * @throws NotFiniteException if a tensor, or the loss, holds NaN or infinity, unless {@link
   *     #withUncheckedLoss}
   */
  public PriorLoss trainingLoss(BrainTokens condition, ClipTokens target, NoiseSource noise) {
    try (Lifetime.Call call = network.enter()) {
      NDManager owner = condition.array().getManager();
      DiffusionDraw draw = DiffusionDraw.of(condition.batch(), space(), config, noise, owner);
      return trainingLoss(condition, target, draw, Mode.train(noise));
    }
  }

  /**
   * The training loss with given random numbers. Temporaries belong to the managers of the tensors
   * given: open a {@code StepScope}. The tensors themselves are not changed.
   *
   * @param condition {@code [batch, tokens, width]}, the backbone's tokens; gradients flow into
   *     them
   * @param target {@code [batch, tokens, width]}, CLIP tokens divided by their class token's norm
   *     (final layer: raw)
   * @param draw timesteps, noise and mask
   * @param mode training or evaluation; matters only where the network has dropout
   * @return loss and prediction, owned by the condition's manager
   * @throws ShapeMismatchException if a tensor is not of the prior's space, or the batches differ
   * @throws NotFiniteException if a tensor, or the loss, holds NaN or infinity, unless {@link
   *     #withUncheckedLoss}
   * @throws IllegalStateException if the network has no weights, or is closed
   */
  public PriorLoss trainingLoss(
      BrainTokens condition, ClipTokens target, DiffusionDraw draw, Mode mode) {
    try (Lifetime.Call call = network.enter()) {
      return loss(condition, target, draw, mode);
    }
  }

  private PriorLoss loss(BrainTokens condition, ClipTokens target, DiffusionDraw draw, Mode mode) {
    network.check("condition", condition.array(), condition.batch());
    network.check("target", target.array(), condition.batch());
    network.check("noise", draw.noise(), condition.batch());
    draw.require(condition.batch(), config.timesteps());
    NDManager owner = condition.array().getManager();
    NDArray clean = target.array().mul(Torch.scalar(target.array(), config.scale()));
    ClipTokens noisy = ClipTokens.of(draw.noisy(clean, schedule, network, owner));
    PriorLoss result;
    if (options.checkpointing && GradMode.isOn()) {
      NDArray x = network.embedded(noisy, draw.timesteps(), condition, draw.mask());
      result = new CheckpointedPass(network, mode).run(x, clean);
    } else {
      ClipTokens predicted = network.predict(noisy, draw.timesteps(), condition, draw.mask(), mode);
      result = new PriorLoss(LossParts.squaredError(predicted.array(), clean), predicted);
    }
    if (options.lossChecked) {
      LossParts.requireFinite(result.loss(), condition, target, draw);
    }
    return result;
  }

  /**
   * Samples image tokens in the scale of the training targets. To get several candidates of a
   * brain, repeat its tokens.
   *
   * @throws IllegalStateException if the network has no weights, or is closed
   */
  @Override
  public ClipTokens sample(
      BrainTokens condition, NoiseSource noise, StepListener steps, NDManager owner) {
    try (Lifetime.Call call = network.enter();
        CallScope scope = CallScope.open(device())) {
      Alive.require("owner", owner);
      NDManager manager = scope.manager();
      Denoiser denoiser =
          denoiser(condition, manager).notifying(steps, options.sampler.calls(schedule));
      Shape shape = condition.array().getShape();
      NDArray x = options.sampler.sample(denoiser, schedule, shape, noise, manager);
      LinearCombination.scale(x, 1 / config.scale());
      return ClipTokens.of(scope.keep(x, owner));
    }
  }

  /**
   * What {@link #sample} calls in every step: predictions for one condition. Everything that no
   * step changes is computed here, once; guidance is applied. Records no graph.
   *
   * @param condition {@code [batch, tokens, width]}, float32, the backbone's tokens; must live as
   *     long as the denoiser
   * @param owner the manager that owns what is computed here; it must live as long as the denoiser
   * @return a denoiser in the scale of the process, {@link DiffusionConfig#scale()} times that of
   *     the training targets, for one thread at a time
   * @throws ShapeMismatchException if the condition is not of the prior's space
   * @throws NotFiniteException if the condition holds NaN or infinity
   * @throws IllegalStateException if the network has no weights, or is closed; the denoiser throws
   *     it too
   */
  public Denoiser denoiser(BrainTokens condition, NDManager owner) {
    try (Lifetime.Call call = network.enter();
        CallScope scope = CallScope.open(device())) {
      Alive.require("owner", owner);
      network.check("condition", condition.array(), condition.batch());
      Finite.require("condition", condition.array(), "look at the backbone and its voxels");
      DenoisingNetwork.Prepared prepared = network.conditioned(condition.array());
      prepared.kept().forEach(array -> scope.keep(array, owner));
      Denoiser shown = prepared.denoiser();
      Denoiser whole =
          options.guidance == 1 ? shown : new Guidance(network, options.guidance).around(shown);
      return (noisy, timestep) -> {
        try (Lifetime.Call step = network.enter();
            GradMode off = GradMode.off()) {
          return whole.predict(noisy, timestep);
        }
      };
    }
  }

  /**
   * Frees the network, and with it every copy of this prior, after waiting for calls in flight; see
   * {@link Lifetime#close()}.
   */
  @Override
  public void close() {
    network.close();
  }
}
