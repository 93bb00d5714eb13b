// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Lifetime;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Temporaries;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.nn.Conv2d;
import org.mindeye.core.nn.DataTypes;
import org.mindeye.core.nn.Network;
import org.mindeye.core.nn.Window;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.tensor.TensorSpec;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.core.tensor.VaePixels;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightBinder;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.core.weights.WeightFolder;

/**
 * Stable Diffusion's autoencoder with a Kullback-Leibler term (Rombach et al. 2022; diffusers'
 * {@code AutoencoderKL}, whose parameter names it has): images to latents an eighth of their size,
 * and back. Files of 2022 and of today, which call the attention's maps otherwise, both load.
 *
 * <p>Safe for concurrent callers while it is not being trained.
 */
public final class AutoencoderKl extends Network {
  private static final int COLORS = 3;

  private final AutoencoderConfig config;
  private final TensorSpec latents;
  private final Downsampler encoder;
  private final Upsampler decoder;
  private final Conv2d toMoments;
  private final Conv2d fromLatents;

  /**
   * Creates an autoencoder without weights.
   *
   * @param config its shape
   */
  public AutoencoderKl(AutoencoderConfig config) {
    this(config, DataType.FLOAT32);
  }

  /** With numbers of another type, for tests of gradients. */
  AutoencoderKl(AutoencoderConfig config, DataType type) {
    super(type);
    this.config = Objects.requireNonNull(config, "config");
    int channels = config.latentChannels();
    latents =
        TensorSpec.of("latents")
            .axis("batch")
            .axis("channels", channels)
            .axis("height")
            .axis("width");
    encoder = new Downsampler(scope().child("encoder"), COLORS, 2 * channels, config.stages());
    decoder = new Upsampler(scope().child("decoder"), channels, COLORS, config.stages());
    toMoments =
        Conv2d.of(scope().child("quant_conv"), 2 * channels, 2 * channels, Window.square(1));
    fromLatents = Conv2d.of(scope().child("post_quant_conv"), channels, channels, Window.square(1));
  }

  /**
   * Loads an autoencoder. Its configuration is that of the {@code config.json} beside the weights
   * where a folder is given that has one, see {@link AutoencoderConfig#read}, else that of the
   * weights: see {@link AutoencoderConfig#of}.
   *
   * @param file the weights, in any format of {@link WeightFiles}, or their folder, see {@link
   *     WeightFolder}
   * @param device where it computes
   * @return the network, which the caller closes
   * @throws IOException if the file cannot be read
   * @throws org.mindeye.MindEyeException if it holds no such autoencoder, or it is known not to fit
   *     into memory
   */
  public static AutoencoderKl load(Path file, Device device) throws IOException {
    return load(file, Precision.FLOAT32, device);
  }

  /**
   * As {@link #load(Path, Device)} in a format of numbers, for inference.
   *
   * @param file the weights, or their folder
   * @param precision the format that the weights are kept in
   * @param device where it computes
   * @return the network, which the caller closes
   * @throws IOException if the file cannot be read
   * @throws org.mindeye.MindEyeException if it holds no such autoencoder, or it is known not to fit
   *     into memory
   */
  public static AutoencoderKl load(Path file, Precision precision, Device device)
      throws IOException {
    Objects.requireNonNull(precision, "precision");
    Torch.requirePresent(device);
    Optional<Path> described = WeightFolder.configAt(Objects.requireNonNull(file, "file"));
    if (described.isPresent()) {
      AutoencoderConfig config = AutoencoderConfig.read(described.get());
      try (StateDict weights = WeightFolder.openAt(file)) {
        config.requireFits(weights);
        return load(weights, config, precision, device);
      }
    }
    try (StateDict weights = WeightFolder.openAt(file)) {
      return load(weights, AutoencoderConfig.of(weights), precision, device);
    }
  }

  /**
   * Loads an autoencoder with the configuration its weights have: see {@link AutoencoderConfig#of}.
   *
   * @param weights the weights; stay open
   * @param device where it computes
   * @return the network, which the caller closes
   * @throws org.mindeye.MindEyeException if they are no such autoencoder's, or it is known not to
   *     fit into memory
   */
  public static AutoencoderKl load(StateDict weights, Device device) {
    Torch.requirePresent(device);
    return load(weights, AutoencoderConfig.of(Objects.requireNonNull(weights, "weights")), device);
  }

  /**
   * Loads an autoencoder of a known shape.
   *
   * @param weights the weights; stay open
   * @param config their shape
   * @param device where it computes
   * @return the network, which the caller closes
   * @throws org.mindeye.MindEyeException if they are no such autoencoder's, or it is known not to
   *     fit into memory
   */
  public static AutoencoderKl load(StateDict weights, AutoencoderConfig config, Device device) {
    return load(weights, config, Precision.FLOAT32, device);
  }

  /**
   * As {@link #load(StateDict, AutoencoderConfig, Device)} in a format of numbers, for inference.
   *
   * @param weights the weights; stay open
   * @param config their shape
   * @param precision the format that the weights are kept in
   * @param device where it computes
   * @return the network, which the caller closes
   * @throws org.mindeye.MindEyeException if they are no such autoencoder's, or it is known not to
   *     fit into memory
   */
  public static AutoencoderKl load(
      StateDict weights, AutoencoderConfig config, Precision precision, Device device) {
    Torch.requirePresent(device);
    AutoencoderKl network = new AutoencoderKl(config);
    network.storeIn(precision);
    LowLevelMemory.requireLoadable(config, precision, MemoryBudget.of(device));
    return WeightBinder.strict().load(weights.unwrapped(), network, device);
  }

  /**
   * The shape.
   *
   * @return the configuration
   */
  public AutoencoderConfig config() {
    return config;
  }

  /**
   * Encodes images in the graph of the caller. Gradients flow.
   *
   * @param pixels {@code [batch, 3, height, width]} in [-1, 1], sides divisible by {@link
   *     ConvolutionStages#reduction()}
   * @return the distribution of their latents, owned by the pixels' manager
   * @throws ShapeMismatchException if a side is not divisible
   */
  public LatentMoments encode(VaePixels pixels) {
    try (Lifetime.Call call = enter()) {
      device();
      requireDivisible(pixels);
      NDArray moments =
          Temporaries.freed(
              () -> DataTypes.toFloat32(toMoments.apply(encoder.apply(pixels.array()))));
      return new LatentMoments(moments, config.scale());
    }
  }

  private void requireDivisible(VaePixels pixels) {
    int reduction = config.stages().reduction();
    if (pixels.height() % reduction != 0 || pixels.width() % reduction != 0) {
      throw new ShapeMismatchException(
          "vae pixels: expected a height and width divisible by "
              + reduction
              + " but was "
              + pixels.array().getShape()
              + "; resize or crop the images");
    }
  }

  /**
   * Decodes latents in the graph of the caller. Gradients flow.
   *
   * @param scaled {@code [batch, channels, height, width]}, scaled as {@link LatentMoments#mode()}
   * @return {@code [batch, 3, 8 height, 8 width]} around [-1, 1], unclamped, owned by the latents'
   *     manager
   * @throws ShapeMismatchException if they have another number of channels
   */
  public VaePixels decode(VaeLatents scaled) {
    try (Lifetime.Call call = enter()) {
      device();
      NDArray z = scaled.array();
      latents.check(z.getShape());
      NDArray plain = z.div(Torch.scalar(z, config.scale()));
      return VaePixels.of(
          Temporaries.freed(() -> DataTypes.toFloat32(decoder.apply(fromLatents.apply(plain)))));
    }
  }

  /**
   * Latents as other programs hand them out, unscaled, in the form that all of this library's are
   * in.
   *
   * @param plain {@code [batch, channels, height, width]}, not scaled
   * @return the same, scaled, owned by their manager
   */
  public VaeLatents scaled(NDArray plain) {
    return VaeLatents.of(plain.mul(Torch.scalar(plain, config.scale())));
  }

  /**
   * Decodes latents without a graph.
   *
   * @param scaled {@code [batch, channels, height, width]}, scaled
   * @param owner the manager that owns the result
   * @return {@code [batch, 3, 8 height, 8 width]} around [-1, 1], unclamped
   * @throws ShapeMismatchException if they have another number of channels
   */
  public VaePixels decode(VaeLatents scaled, NDManager owner) {
    try (Lifetime.Call call = enter();
        CallScope scope = CallScope.open(device())) {
      return VaePixels.of(scope.keep(decode(scaled).array(), owner));
    }
  }

  /**
   * Encodes images without a graph.
   *
   * @param pixels {@code [batch, 3, height, width]} in [-1, 1]
   * @param owner the manager that owns the result
   * @return the likeliest latents, {@code [batch, channels, height / 8, width / 8]}, scaled
   * @throws ShapeMismatchException if a side is not divisible
   */
  public VaeLatents encodeMode(VaePixels pixels, NDManager owner) {
    try (Lifetime.Call call = enter();
        CallScope scope = CallScope.open(device())) {
      return VaeLatents.of(scope.keep(encode(pixels).mode().array(), owner));
    }
  }

  @Override
  protected NDList evaluate(NDList inputs) {
    VaePixels pixels = VaePixels.of(inputs.singletonOrThrow());
    return new NDList(decode(encode(pixels).mode()).array());
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return new Shape[] {inputShapes[0]};
  }
}
