// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.mindeye.core.engine.Lifetime;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Temporaries;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.nn.Conv2d;
import org.mindeye.core.nn.DataTypes;
import org.mindeye.core.nn.LayerNorm;
import org.mindeye.core.nn.Linear;
import org.mindeye.core.nn.Network;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.nn.ParameterScope;
import org.mindeye.core.nn.Window;
import org.mindeye.core.tensor.ColorStatistics;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightBinder;
import org.mindeye.core.weights.WeightFiles;

/**
 * VICRegL's ConvNeXt (Bardes et al. 2022), whose features of every position the low-level network's
 * training imitates. It is frozen and has no layer scale.
 */
public final class ConvNextTeacher extends Network {
  /** As published: ImageNet's deviation of red is 0.229. */
  private static final ColorStatistics COLORS =
      new ColorStatistics(ColorStatistics.imageNet().mean(), List.of(0.228f, 0.224f, 0.225f));

  private final ConvNextConfig config;
  private final List<UnaryOperator<NDArray>> layers = new ArrayList<>();
  private final LayerNorm norm;
  private final Projector projector;

  /** Three linear layers for each position. */
  private record Projector(
      Linear first, LayerNorm firstNorm, Linear second, LayerNorm secondNorm, Linear third) {
    static Projector of(ParameterScope scope, int in, int out) {
      return new Projector(
          Linear.of(scope.child(0), in, out),
          new LayerNorm(scope.child(1), out),
          Linear.of(scope.child(3), out, out),
          new LayerNorm(scope.child(4), out),
          Linear.withoutBias(scope.child(6), out, out));
    }

    NDArray apply(NDArray x) {
      NDArray y = Nonlinearity.RELU.apply(firstNorm.apply(first.apply(x)));
      return third.apply(Nonlinearity.RELU.apply(secondNorm.apply(second.apply(y))));
    }
  }

  /**
   * What the backbone makes of images, before the projector.
   *
   * @param tokens {@code [batch, positions, width]}, position {@code y * columns + x}, normalised
   * @param pooled {@code [batch, width]}, the mean over the positions
   */
  public record Features(NDArray tokens, NDArray pooled) {}

  /**
   * Creates a teacher without weights.
   *
   * @param config its shape
   */
  public ConvNextTeacher(ConvNextConfig config) {
    this(config, DataType.FLOAT32);
  }

  /** With numbers of another type, for tests of gradients. */
  ConvNextTeacher(ConvNextConfig config, DataType type) {
    super(type);
    this.config = Objects.requireNonNull(config, "config");
    ParameterScope backbone = scope().child("backbone");
    int in = 3;
    for (int i = 0; i < config.depths().size(); i++) {
      layers.addAll(stage(backbone, i, in, config));
      in = config.widths().get(i);
    }
    norm = new LayerNorm(backbone.child("norm"), in, ConvNextBlock.EPSILON);
    projector =
        config.projectorWidth() == 0
            ? null
            : Projector.of(scope().child("maps_projector"), in, config.projectorWidth());
  }

  /** A reduction and some blocks. The first reduces and then normalises, the others conversely. */
  private static List<UnaryOperator<NDArray>> stage(
      ParameterScope backbone, int i, int in, ConvNextConfig config) {
    boolean first = i == 0;
    int side = first ? 4 : 2;
    int width = config.widths().get(i);
    Window window = Window.square(side).withStride(side);
    ParameterScope reduction = backbone.child("downsample_layers").child(i);
    Conv2d smaller = Conv2d.of(reduction.child(first ? 0 : 1), in, width, window);
    LayerNorm norm =
        new LayerNorm(reduction.child(first ? 1 : 0), first ? width : in, ConvNextBlock.EPSILON);
    List<UnaryOperator<NDArray>> layers = new ArrayList<>();
    layers.add(
        first
            ? x -> norm.applyToChannels(smaller.apply(x))
            : x -> smaller.apply(norm.applyToChannels(x)));
    for (int b = 0; b < config.depths().get(i); b++) {
      ConvNextBlock block = new ConvNextBlock(backbone.child("stages").child(i).child(b), width);
      layers.add(block::apply);
    }
    return layers;
  }

  /**
   * Loads a teacher with the configuration its weights have: {@code
   * convnext_xlarge_alpha0.75_fullckpt.pth} as published, whose {@code model} holds it beside heads
   * that are not needed here. The backbone's own file does not suffice, as it lacks the projector.
   *
   * @param file the weights, in any format of {@link WeightFiles}
   * @param device where it computes
   * @return the network, which the caller closes
   * @throws IOException if the file cannot be read
   * @throws org.mindeye.MindEyeException if it holds no such network, or it is known not to fit
   *     into memory
   */
  public static ConvNextTeacher load(Path file, Device device) throws IOException {
    return load(file, Precision.FLOAT32, device);
  }

  /**
   * As {@link #load(Path, Device)} in a format of numbers. Features are float32.
   *
   * @param file the weights, in any format of {@link WeightFiles}
   * @param precision the format that the weights are kept in
   * @param device where it computes
   * @return the network, which the caller closes
   * @throws IOException if the file cannot be read
   * @throws org.mindeye.MindEyeException if it holds no such network, or it is known not to fit
   *     into memory
   */
  public static ConvNextTeacher load(Path file, Precision precision, Device device)
      throws IOException {
    Objects.requireNonNull(precision, "precision");
    Torch.requirePresent(device);
    try (StateDict weights = WeightFiles.open(file)) {
      return load(weights, precision, device);
    }
  }

  /**
   * Loads a teacher with the configuration its weights have.
   *
   * @param file the weights; stay open
   * @param device where it computes
   * @return the network, which the caller closes
   * @throws org.mindeye.MindEyeException if they are no such network's, or it is known not to fit
   *     into memory
   */
  public static ConvNextTeacher load(StateDict file, Device device) {
    return load(file, Precision.FLOAT32, device);
  }

  /**
   * As {@link #load(StateDict, Device)} in a format of numbers.
   *
   * @param file the weights; stay open
   * @param precision the format that the weights are kept in
   * @param device where it computes
   * @return the network, which the caller closes
   * @throws org.mindeye.MindEyeException if they are no such network's, or it is known not to fit
   *     into memory
   */
  public static ConvNextTeacher load(StateDict file, Precision precision, Device device) {
    Objects.requireNonNull(precision, "precision");
    Torch.requirePresent(device);
    StateDict weights = ConvNextWeights.of(file);
    ConvNextConfig config = ConvNextWeights.configure(weights);
    ConvNextTeacher network = new ConvNextTeacher(config);
    network.storeIn(precision);
    LowLevelMemory.requireLoadable(config, precision, MemoryBudget.of(device));
    return WeightBinder.strict().load(weights, network, device);
  }

  /**
   * Loads the backbone only, from the teacher's file or one that holds nothing else, with or
   * without {@code backbone.} before its names.
   *
   * @param file the weights; stay open
   * @param device where it computes
   * @return the network without features, which the caller closes
   * @throws org.mindeye.MindEyeException if they are no such network's, or it is known not to fit
   *     into memory
   */
  public static ConvNextTeacher loadBackbone(StateDict file, Device device) {
    return loadBackbone(file, Precision.FLOAT32, device);
  }

  /**
   * As {@link #loadBackbone(StateDict, Device)} in a format of numbers.
   *
   * @param file the weights; stay open
   * @param precision the format that the weights are kept in
   * @param device where it computes
   * @return the network without features, which the caller closes
   * @throws org.mindeye.MindEyeException if they are no such network's, or it is known not to fit
   *     into memory
   */
  public static ConvNextTeacher loadBackbone(StateDict file, Precision precision, Device device) {
    Objects.requireNonNull(precision, "precision");
    Torch.requirePresent(device);
    ConvNextConfig config = ConvNextWeights.configureBackbone(ConvNextWeights.backboneOf(file));
    return loadBackbone(file, config, precision, device);
  }

  /**
   * Loads a backbone of a known shape, from either file.
   *
   * @param file the weights; stay open
   * @param config their shape; a projector is left out
   * @param device where it computes
   * @return the network without features, which the caller closes
   * @throws org.mindeye.MindEyeException if they are no such network's, or it is known not to fit
   *     into memory
   */
  public static ConvNextTeacher loadBackbone(StateDict file, ConvNextConfig config, Device device) {
    return loadBackbone(file, config, Precision.FLOAT32, device);
  }

  /**
   * As {@link #loadBackbone(StateDict, ConvNextConfig, Device)} in a format of numbers. Tokens and
   * their mean are float32.
   *
   * @param file the weights; stay open
   * @param config their shape; a projector is left out
   * @param precision the format that the weights are kept in
   * @param device where it computes
   * @return the network without features, which the caller closes
   * @throws org.mindeye.MindEyeException if they are no such network's, or it is known not to fit
   *     into memory
   */
  public static ConvNextTeacher loadBackbone(
      StateDict file, ConvNextConfig config, Precision precision, Device device) {
    Objects.requireNonNull(precision, "precision");
    Torch.requirePresent(device);
    ConvNextTeacher network = new ConvNextTeacher(config.withoutProjector());
    network.storeIn(precision);
    LowLevelMemory.requireLoadable(network.config(), precision, MemoryBudget.of(device));
    return WeightBinder.strict().load(ConvNextWeights.backboneOf(file), network, device);
  }

  /**
   * The shape.
   *
   * @return the configuration
   */
  public ConvNextConfig config() {
    return config;
  }

  /**
   * Normalises images as the published training does.
   *
   * @param images {@code [batch, 3, height, width]} in [0, 1]
   * @return the same shape, owned by the images' manager
   */
  public static NDArray normalize(ImageBatch images) {
    return COLORS.normalize(images);
  }

  /**
   * Looks at images in the graph of the caller.
   *
   * @param pixels {@code [batch, 3, height, width]}, normalised; sides divisible by {@link
   *     ConvNextConfig#reduction()}
   * @return tokens and their mean, owned by the pixels' manager
   * @throws ShapeMismatchException if a side is not divisible
   */
  public Features backbone(NDArray pixels) {
    try (Lifetime.Call call = enter()) {
      device();
      requireDivisible(pixels.getShape());
      NDArray maps = Temporaries.through(pixels, layers);
      Shape shape = maps.getShape();
      NDArray tokens =
          DataTypes.toFloat32(
              norm.apply(maps.reshape(shape.get(0), shape.get(1), -1).transpose(0, 2, 1)));
      return new Features(tokens, tokens.mean(new int[] {1}));
    }
  }

  private void requireDivisible(Shape shape) {
    int reduction = config.reduction();
    boolean fits =
        shape.dimension() == 4
            && shape.get(1) == 3
            && shape.get(2) % reduction == 0
            && shape.get(3) % reduction == 0;
    if (!fits) {
      throw new ShapeMismatchException(
          "pixels: expected [batch, channels=3, height, width] with sides divisible by "
              + reduction
              + " but was "
              + shape);
    }
  }

  /**
   * The features that the low-level network imitates, in the graph of the caller.
   *
   * @param images {@code [batch, 3, height, width]} in [0, 1]; published with 512 x 512 pixels
   * @return {@code [batch, positions, projectorWidth]}, owned by the images' manager
   * @throws ShapeMismatchException if a side is not divisible
   * @throws IllegalStateException without a projector
   */
  public NDArray features(ImageBatch images) {
    try (Lifetime.Call call = enter()) {
      if (projector == null) {
        throw new IllegalStateException(
            "this ConvNeXt has no projector, and so no features; load the file that holds it");
      }
      return DataTypes.toFloat32(projector.apply(backbone(normalize(images)).tokens()));
    }
  }

  @Override
  protected NDList evaluate(NDList inputs) {
    return new NDList(features(ImageBatch.of(inputs.singletonOrThrow())));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    Shape in = inputShapes[0];
    long positions = in.get(2) / config.reduction() * (in.get(3) / config.reduction());
    return new Shape[] {new Shape(in.get(0), positions, config.projectorWidth())};
  }
}
