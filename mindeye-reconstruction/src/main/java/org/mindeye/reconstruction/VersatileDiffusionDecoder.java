// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.mindeye.core.engine.Alive;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Lifetime;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.pipeline.DecodeConfig;
import org.mindeye.core.pipeline.ImageDecoder;
import org.mindeye.core.pipeline.StepListener;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.reconstruction.unet.ConditionalUnet;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;

/**
 * MindEye's painter (paper section 3.5; {@code reconstruction} in the original's {@code utils.py}):
 * Versatile Diffusion's UNet samples latents from tokens, its autoencoder makes a picture of them.
 * Started from the low-level branch's blurry picture, it repaints that.
 *
 * <pre>{@code
 * MindEyePipeline.builder(device)
 *     .decoder(() -> VersatileDiffusionDecoder.load(folder, device))
 * }</pre>
 */
public final class VersatileDiffusionDecoder implements ImageDecoder {
  private final ConditionalUnet unet;
  private final AutoencoderKl autoencoder;
  private final PainterConfig config;
  private final LatentDiffusion diffusion;

  private VersatileDiffusionDecoder(
      ConditionalUnet unet, AutoencoderKl autoencoder, PainterConfig config) {
    this.unet = unet;
    this.autoencoder = autoencoder;
    this.config = config;
    diffusion = LatentDiffusion.of(unet, config.scheduler(), config.process());
  }

  /**
   * Paints with two networks, which are closed with the decoder, or at once if they are refused.
   *
   * @param unet with weights
   * @param autoencoder with weights, of the same latents, on the same device
   * @param config how to paint
   * @return the stage, which the caller closes
   * @throws IllegalStateException if a network has no weights
   * @throws IllegalArgumentException if they do not fit together
   */
  public static VersatileDiffusionDecoder of(
      ConditionalUnet unet, AutoencoderKl autoencoder, PainterConfig config) {
    Objects.requireNonNull(unet, "unet");
    Objects.requireNonNull(autoencoder, "autoencoder");
    Objects.requireNonNull(config, "config");
    try (CloseOnFailure taken = new CloseOnFailure()) {
      taken.add(unet);
      taken.add(autoencoder);
      int channels = autoencoder.config().latentChannels();
      if (unet.config().channels() != channels) {
        throw new IllegalArgumentException(
            "autoencoder: latents of "
                + channels
                + " channels, but the UNet's have "
                + unet.config().channels());
      }
      if (!autoencoder.device().equals(unet.device())) {
        throw new IllegalArgumentException(
            "autoencoder: on " + autoencoder.device() + ", but the UNet is on " + unet.device());
      }
      return taken.done(new VersatileDiffusionDecoder(unet, autoencoder, config));
    }
  }

  /**
   * Loads a published painter: Versatile Diffusion, with {@link PainterConfig#paper()}, or Stable
   * Diffusion Image Variations, with {@link PainterConfig#finalLayer()}; the noise process is that
   * of its scheduler file.
   *
   * @param folder as it was downloaded, see {@link DiffusersFolder}
   * @param device where it computes
   * @return the stage, which the caller closes
   * @throws IOException if a file is missing or cannot be read
   * @throws org.mindeye.MindEyeException if it is no such folder, or it is known not to fit into
   *     memory
   */
  public static VersatileDiffusionDecoder load(Path folder, Device device) throws IOException {
    return load(folder, Precision.FLOAT32, device);
  }

  /**
   * As {@link #load(Path, Device)} in a format of numbers. Sampling, guidance and pictures are
   * float32 in any.
   *
   * @param folder as it was downloaded, see {@link DiffusersFolder}
   * @param precision the format that the weights of both networks are kept in
   * @param device where it computes
   * @return the stage, which the caller closes
   * @throws IOException if a file is missing or cannot be read
   * @throws org.mindeye.MindEyeException if it is no such folder, or it is known not to fit into
   *     memory
   */
  public static VersatileDiffusionDecoder load(Path folder, Precision precision, Device device)
      throws IOException {
    Objects.requireNonNull(precision, "precision");
    Torch.requirePresent(device);
    return load(DiffusersFolder.open(Objects.requireNonNull(folder, "folder")), precision, device);
  }

  /**
   * The same of a folder that is open already.
   *
   * @param folder what was downloaded
   * @param device where it computes
   * @return the stage, which the caller closes
   * @throws IOException if a file cannot be read
   * @throws org.mindeye.MindEyeException if it is known not to fit into memory
   */
  public static VersatileDiffusionDecoder load(DiffusersFolder folder, Device device)
      throws IOException {
    return load(folder, Precision.FLOAT32, device);
  }

  /**
   * As {@link #load(DiffusersFolder, Device)} in a format of numbers.
   *
   * @param folder what was downloaded
   * @param precision the format that the weights of both networks are kept in
   * @param device where it computes
   * @return the stage, which the caller closes
   * @throws IOException if a file cannot be read
   * @throws org.mindeye.MindEyeException if it is known not to fit into memory
   */
  public static VersatileDiffusionDecoder load(
      DiffusersFolder folder, Precision precision, Device device) throws IOException {
    return load(folder, PainterConfig.of(folder), precision, device);
  }

  /**
   * Loads a painter with a configuration of your own.
   *
   * @param folder what was downloaded
   * @param config how to paint
   * @param device where it computes
   * @return the stage, which the caller closes
   * @throws IOException if a file cannot be read
   * @throws org.mindeye.MindEyeException if it is known that they, and the batch that they paint,
   *     do not fit into memory: says how many pictures at once would
   */
  public static VersatileDiffusionDecoder load(
      DiffusersFolder folder, PainterConfig config, Device device) throws IOException {
    return load(folder, config, Precision.FLOAT32, device);
  }

  /**
   * As {@link #load(DiffusersFolder, PainterConfig, Device)} in a format of numbers.
   *
   * @param folder what was downloaded
   * @param config how to paint
   * @param precision the format that the weights of both networks are kept in
   * @param device where it computes
   * @return the stage, which the caller closes
   * @throws IOException if a file cannot be read
   * @throws org.mindeye.MindEyeException if it is known that they, and the batch that they paint,
   *     do not fit into memory: says how many pictures at once would
   */
  public static VersatileDiffusionDecoder load(
      DiffusersFolder folder, PainterConfig config, Precision precision, Device device)
      throws IOException {
    Torch.requirePresent(device);
    Objects.requireNonNull(folder, "folder");
    Objects.requireNonNull(config, "config");
    PaintingMemory.requireFits(
        folder.unet(), folder.autoencoder(), precision, config.batch(), MemoryBudget.of(device));
    try (CloseOnFailure opened = new CloseOnFailure();
        StateDict unetWeights = folder.unetWeights().open();
        StateDict latentWeights = folder.autoencoderWeights().open()) {
      ConditionalUnet unet =
          opened.add(ConditionalUnet.load(unetWeights, folder.unet(), precision, device));
      AutoencoderKl autoencoder =
          opened.add(AutoencoderKl.load(latentWeights, folder.autoencoder(), precision, device));
      return opened.done(of(unet, autoencoder, config));
    }
  }

  /**
   * Loads a painter of your own from two files that note what they hold, with {@link
   * PainterConfig#trained}.
   *
   * @param unet weights of a UNet, with metadata of its shape and its {@link LatentProcess}
   * @param autoencoder weights of the autoencoder whose latents it paints
   * @param precision the format that the weights of both networks are kept in
   * @param device where it computes
   * @return the stage, which the caller closes
   * @throws IOException if a file cannot be read
   * @throws org.mindeye.MindEyeException if a file holds something else, or it is known not to fit
   *     into memory
   * @throws IllegalArgumentException if the two do not fit together
   */
  public static VersatileDiffusionDecoder load(
      Path unet, Path autoencoder, Precision precision, Device device) throws IOException {
    Objects.requireNonNull(autoencoder, "autoencoder");
    Objects.requireNonNull(precision, "precision");
    Torch.requirePresent(device);
    try (CloseOnFailure opened = new CloseOnFailure();
        StateDict weights = WeightFiles.open(Objects.requireNonNull(unet, "unet"))) {
      ConditionalUnetConfig shape = ConditionalUnetConfig.of(weights);
      LatentProcess process = LatentProcess.of(weights);
      ConditionalUnet network = opened.add(ConditionalUnet.load(weights, shape, precision, device));
      AutoencoderKl pixels = opened.add(AutoencoderKl.load(autoencoder, precision, device));
      return opened.done(of(network, pixels, PainterConfig.trained(process)));
    }
  }

  /**
   * The same networks with another configuration.
   *
   * @param other how to paint
   * @return a copy; closing one closes the networks of both
   */
  public VersatileDiffusionDecoder withConfig(PainterConfig other) {
    return new VersatileDiffusionDecoder(unet, autoencoder, Objects.requireNonNull(other, "other"));
  }

  /**
   * How it paints.
   *
   * @return the configuration
   */
  public PainterConfig config() {
    return config;
  }

  /**
   * The format in which the UNet multiplies.
   *
   * @return as it was loaded
   */
  public Precision precision() {
    return unet.precision();
  }

  @Override
  public ClipSpace space() {
    return unet.config().condition();
  }

  @Override
  public Shape latents() {
    int side = unet.config().side();
    return new Shape(unet.config().channels(), side, side);
  }

  @Override
  public int batch() {
    return config.batch();
  }

  @Override
  public Device device() {
    return unet.device();
  }

  @Override
  public ImageBatch decode(
      ClipTokens tokens,
      DecodeConfig decoding,
      NoiseSource noise,
      StepListener steps,
      NDManager owner) {
    try (Lifetime.Call painting = unet.enter();
        Lifetime.Call showing = autoencoder.enter();
        CallScope scope = CallScope.open(device())) {
      Alive.require("owner", owner);
      ClipTokens condition = condition(tokens);
      VaeLatents latents = diffusion.sample(condition, decoding, noise, steps, scope.manager());
      return picture(latents, scope, owner);
    }
  }

  @Override
  public ImageBatch decode(
      ClipTokens tokens,
      VaeLatents start,
      DecodeConfig decoding,
      NoiseSource noise,
      StepListener steps,
      NDManager owner) {
    try (Lifetime.Call painting = unet.enter();
        Lifetime.Call showing = autoencoder.enter();
        CallScope scope = CallScope.open(device())) {
      Alive.require("owner", owner);
      ClipTokens condition = condition(tokens);
      VaeLatents latents =
          diffusion.sample(condition, start, decoding, noise, steps, scope.manager());
      return picture(latents, scope, owner);
    }
  }

  private ClipTokens condition(ClipTokens tokens) {
    if (!tokens.space().equals(space())) {
      throw new ShapeMismatchException(
          "tokens: expected a " + space() + " space but was " + tokens.space());
    }
    return config.tokens().apply(tokens);
  }

  private ImageBatch picture(VaeLatents latents, CallScope scope, NDManager owner) {
    NDArray image = decoded(latents, scope.manager());
    return ImageBatch.of(scope.keep(image.clip(0, 1), owner));
  }

  /** One by one: a picture takes more memory to decode than several take to sample. */
  private NDArray decoded(VaeLatents latents, NDManager manager) {
    NDList pictures = new NDList();
    for (int i = 0; i < latents.batch(); i++) {
      VaeLatents row = VaeLatents.of(latents.array().get(new NDIndex("{}:{}", i, i + 1)));
      pictures.add(autoencoder.decode(row, manager).toImages().array());
    }
    return pictures.size() == 1 ? pictures.get(0) : NDArrays.concat(pictures);
  }

  @Override
  public ImageBatch show(VaeLatents latents, NDManager owner) {
    try (Lifetime.Call call = autoencoder.enter();
        CallScope scope = CallScope.open(device())) {
      Alive.require("owner", owner);
      return ImageBatch.of(scope.keep(decoded(latents, scope.manager()), owner));
    }
  }

  @Override
  public VaeLatents start(ImageBatch blurry, NoiseSource noise, NDManager owner) {
    try (Lifetime.Call call = autoencoder.enter();
        CallScope scope = CallScope.open(device())) {
      Alive.require("owner", owner);
      VaeLatents start =
          config.startLatents().of(autoencoder.encode(config.startPixels().of(blurry)), noise);
      return VaeLatents.of(scope.keep(start.array(), owner));
    }
  }

  @Override
  public void close() {
    try (CloseOnFailure open = new CloseOnFailure()) {
      open.add(unet);
      open.add(autoencoder);
    }
  }
}
