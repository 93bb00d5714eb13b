// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.clip;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Lifetime;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Temporaries;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.nn.Conv2d;
import org.mindeye.core.nn.DataTypes;
import org.mindeye.core.nn.Initializer;
import org.mindeye.core.nn.LayerNorm;
import org.mindeye.core.nn.Linear;
import org.mindeye.core.nn.Network;
import org.mindeye.core.nn.ParameterScope;
import org.mindeye.core.nn.Window;
import org.mindeye.core.tensor.ClipPixels;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightBinder;
import org.mindeye.core.weights.WeightMismatchException;
import org.mindeye.formats.tensor.MalformedFileException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * CLIP's vision transformer (Radford et al. 2021; {@code CLIPVisionModelWithProjection} in Hugging
 * Face transformers). Parameter names are the Hugging Face ones, including the published spelling
 * {@code pre_layrnorm}.
 *
 * <p>Every token goes through the final layer norm and the projection, as in Versatile Diffusion;
 * the first row is the usual image embedding.
 *
 * <p>As a DJL block it reads pixels {@code [batch, 3, size, size]} and returns the three tensors of
 * {@link ClipVisionOutput} in their order.
 */
public final class ClipVisionTransformer extends Network {
  private static final Logger LOG = LoggerFactory.getLogger(ClipVisionTransformer.class);
  private static final NDIndex CLASS_TOKEN = new NDIndex(":, 0");
  private static final double SMALL = 0.02;

  private final VisionTransformerConfig config;
  private final Parameter classEmbedding;
  private final Conv2d patchEmbedding;
  private final Parameter positions;
  private final LayerNorm preNorm;
  private final List<TransformerLayer> layers = new ArrayList<>();
  private final LayerNorm postNorm;
  private final Linear projection;

  /**
   * Declares the parameters; {@link #initialize} creates them.
   *
   * @param config the shape of the network
   */
  public ClipVisionTransformer(VisionTransformerConfig config) {
    this.config = config;
    int width = config.hidden();
    int patch = config.patches().patchSize();
    Initializer byWidth = Initializer.normal(1 / Math.sqrt(width));
    Initializer small = Initializer.normal(SMALL);
    ParameterScope vision = scope().child("vision_model");
    ParameterScope embeddings = vision.child("embeddings");
    classEmbedding =
        embeddings.parameter("class_embedding", Parameter.Type.OTHER, new Shape(width), byWidth);
    patchEmbedding =
        Conv2d.withoutBias(
            embeddings.child("patch_embedding"),
            3,
            width,
            Window.square(patch).withStride(patch),
            small);
    positions =
        embeddings
            .child("position_embedding")
            .parameter("weight", Parameter.Type.WEIGHT, new Shape(config.tokens(), width), small);
    preNorm = new LayerNorm(vision.child("pre_layrnorm"), width);
    ParameterScope encoder = vision.child("encoder").child("layers");
    for (int i = 0; i < config.layers(); i++) {
      layers.add(new TransformerLayer(encoder.child(i), config));
    }
    postNorm = new LayerNorm(vision.child("post_layernorm"), width);
    projection =
        Linear.withoutBias(scope().child("visual_projection"), width, config.projection(), byWidth);
  }

  /**
   * Loads published weights with the shape that {@link VisionTransformerConfig#of} finds; what it
   * has to assume is logged.
   *
   * @param file holds the image tower's tensors; stays open
   * @param device where the weights will live
   * @return a network with weights, which the caller closes
   * @throws MalformedFileException if the file does not determine the shape
   * @throws WeightMismatchException if tensors are missing, unknown or misshapen
   */
  public static ClipVisionTransformer load(StateDict file, Device device) {
    return load(file, Precision.FLOAT32, device);
  }

  /**
   * As {@link #load(StateDict, Device)} in a format of numbers, for inference.
   *
   * @param file holds the image tower's tensors; stays open
   * @param precision the format that the weights are kept in: float32 or bfloat16
   * @param device where the weights will live
   * @return a network with weights, which the caller closes
   * @throws MalformedFileException if the file does not determine the shape
   * @throws WeightMismatchException if tensors are missing, unknown or misshapen
   * @throws IllegalArgumentException for another format
   */
  public static ClipVisionTransformer load(StateDict file, Precision precision, Device device) {
    Torch.requirePresent(device);
    Objects.requireNonNull(precision, "precision");
    VisionTransformerConfig.assumptions(file)
        .ifPresent(sentence -> LOG.info("{}: {}", file.source(), sentence));
    return load(file, VisionTransformerConfig.of(file), precision, device);
  }

  /**
   * Loads published weights: Hugging Face's layout, or OpenAI's and OpenCLIP's (names that start
   * with {@code visual.}, or the same without). Prefixes of training programs are understood, see
   * {@link StateDict#unwrapped}; the text tower, if the file holds it, is left alone.
   *
   * @param file holds the image tower's tensors; stays open
   * @param config the shape of the network, whatever the file's metadata say
   * @param device where the weights will live
   * @return a network with weights, which the caller closes
   * @throws MalformedFileException if the tower in the file has another shape
   * @throws WeightMismatchException if tensors are missing, unknown or misshapen
   * @throws MindEyeException if the network is known not to fit into memory
   */
  public static ClipVisionTransformer load(
      StateDict file, VisionTransformerConfig config, Device device) {
    return load(file, config, Precision.FLOAT32, device);
  }

  /**
   * As {@link #load(StateDict, VisionTransformerConfig, Device)} in a format of numbers, for
   * inference.
   *
   * @param file holds the image tower's tensors; stays open
   * @param config the shape of the network, whatever the file's metadata say
   * @param precision the format that the weights are kept in: float32 or bfloat16
   * @param device where the weights will live
   * @return a network with weights, which the caller closes
   * @throws MalformedFileException if the tower in the file has another shape
   * @throws WeightMismatchException if tensors are missing, unknown or misshapen
   * @throws IllegalArgumentException for another format
   * @throws MindEyeException if the network is known not to fit into memory
   */
  public static ClipVisionTransformer load(
      StateDict file, VisionTransformerConfig config, Precision precision, Device device) {
    Torch.requirePresent(device);
    Objects.requireNonNull(config, "config");
    ClipVisionTransformer network = new ClipVisionTransformer(config);
    network.storeIn(precision);
    ClipShapes.requireFits(file, config);
    ClipMemory.requireLoadable(config, precision, MemoryBudget.of(device));
    return WeightBinder.strict()
        .mayBeExtra(ClipWeights.NOT_VISION)
        .load(ClipWeights.of(file), network, device);
  }

  /**
   * The shape of the network.
   *
   * @return the configuration
   */
  public VisionTransformerConfig config() {
    return config;
  }

  /**
   * Embeds images. Gradients flow when the thread records them. Only the results stay behind (use
   * {@link ClipImageEncoder} for plain inference).
   *
   * @param pixels {@code [batch, 3, imageSize, imageSize]}, float32
   * @return hidden states, projected tokens and image embeddings, owned by the pixels' manager
   * @throws ShapeMismatchException if the pixels are not of the configured size, or not float32
   * @throws IllegalStateException before initialisation and after closing
   */
  public ClipVisionOutput forward(ClipPixels pixels) {
    try (Lifetime.Call call = enter()) {
      check(pixels);
      device();
      return embedded(pixels);
    }
  }

  private ClipVisionOutput embedded(ClipPixels pixels) {
    NDArray x = Temporaries.freed(() -> preNorm.apply(embed(pixels.array())));
    for (TransformerLayer layer : layers) {
      x = consume(layer, x);
    }
    NDArray lastHidden = x;
    NDArray tokens =
        Temporaries.freed(() -> DataTypes.toFloat32(projection.apply(postNorm.apply(lastHidden))));
    return new ClipVisionOutput(lastHidden, ClipTokens.of(tokens), tokens.get(CLASS_TOKEN));
  }

  private static NDArray consume(TransformerLayer layer, NDArray x) {
    try (x) {
      return Temporaries.freed(() -> layer.apply(x));
    }
  }

  private void check(ClipPixels pixels) {
    int size = config.patches().imageSize();
    if (pixels.size() != size) {
      throw new ShapeMismatchException(
          "clip pixels: this network reads "
              + size
              + "x"
              + size
              + " pixels but was given "
              + pixels.array().getShape()
              + "; preprocess with size "
              + size);
    }
    if (pixels.array().getDataType() != DataType.FLOAT32) {
      throw new ShapeMismatchException(
          "clip pixels: expected float32 values but the type is " + pixels.array().getDataType());
    }
  }

  /** Class token, then patches row by row, plus positions: {@code [batch, tokens, hidden]}. */
  private NDArray embed(NDArray pixels) {
    long batch = pixels.getShape().get(0);
    int width = config.hidden();
    // The stream from layer to layer is float32: that costs two per cent more time than bfloat16.
    NDArray patches =
        DataTypes.toFloat32(patchEmbedding.apply(pixels))
            .reshape(batch, width, -1)
            .transpose(0, 2, 1);
    // Adding to zeros repeats the class token in the pixels' manager, not in the network's.
    NDArray classTokens =
        pixels
            .getManager()
            .zeros(new Shape(batch, 1, width), DataType.FLOAT32, pixels.getDevice())
            .add(classEmbedding.getArray());
    return classTokens.concat(patches, 1).add(positions.getArray());
  }

  @Override
  protected NDList evaluate(NDList inputs) {
    ClipVisionOutput output = forward(ClipPixels.of(inputs.singletonOrThrow()));
    return new NDList(output.lastHidden(), output.tokens().array(), output.imageEmbeds());
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    long batch = inputShapes[0].get(0);
    return new Shape[] {
      new Shape(batch, config.tokens(), config.hidden()),
      new Shape(batch, config.tokens(), config.projection()),
      new Shape(batch, config.projection())
    };
  }
}
