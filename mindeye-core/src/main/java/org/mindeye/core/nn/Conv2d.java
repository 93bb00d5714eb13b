// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.function.Supplier;
import org.mindeye.core.internal.kernel.ChannelsLast;
import org.mindeye.core.internal.kernel.PackedConvolution;

/**
 * Convolution of images, zeros around them (torch's, which is a correlation); torch's initial
 * values unless others are given.
 */
public final class Conv2d {
  /** Of layers that may see each pixel of a smaller image four times. */
  private static final Window DOUBLED = Window.square(3).withPadding(1);

  private final ProductWeight weight;
  private final ProductWeight bias;
  private final Window window;
  private final int groups;
  private final PackedConvolution packed;
  private final PackedConvolution doubling = PackedConvolution.doubling();

  private Conv2d(
      ParameterScope scope,
      Shape kernel,
      Window window,
      int groups,
      Initializer initial,
      Supplier<ProductWeight> bias) {
    this.window = window;
    this.groups = groups;
    Window.Padding padding = window.padding();
    packed =
        padding.isSymmetric()
            ? new PackedConvolution(window.stride(), padding.top(), padding.left())
            : new PackedConvolution(window.stride(), 0, 0);
    weight = scope.product("weight", Parameter.Type.WEIGHT, kernel, initial);
    this.bias = bias.get();
  }

  /**
   * Declares {@code weight} {@code [out, in, height, width]} and {@code bias} {@code [out]}.
   *
   * @param scope where the parameters are declared
   * @param in channels read
   * @param out channels written
   * @param window what is seen at a time
   * @return the layer
   */
  public static Conv2d of(ParameterScope scope, int in, int out, Window window) {
    return grouped(scope, in, out, window, 1);
  }

  /**
   * Declares {@code weight} {@code [out, in, height, width]} only.
   *
   * @param scope where the parameter is declared
   * @param in channels read
   * @param out channels written
   * @param window what is seen at a time
   * @return the layer
   */
  public static Conv2d withoutBias(ParameterScope scope, int in, int out, Window window) {
    return groupedWithoutBias(scope, in, out, window, 1);
  }

  /**
   * Declares {@code weight} {@code [out, in, height, width]} only.
   *
   * @param scope where the parameter is declared
   * @param in channels read
   * @param out channels written
   * @param window what is seen at a time
   * @param initial what the weight holds before training
   * @return the layer
   */
  public static Conv2d withoutBias(
      ParameterScope scope, int in, int out, Window window, Initializer initial) {
    return new Conv2d(scope, kernel(scope, in, out, window, 1), window, 1, initial, () -> null);
  }

  /**
   * Channels in groups, each written from its own part of the input: depthwise with as many groups
   * as channels. Declares {@code weight} {@code [out, in / groups, height, width]} and {@code bias}
   * {@code [out]}.
   *
   * @param scope where the parameters are declared
   * @param in channels read
   * @param out channels written
   * @param window what is seen at a time
   * @param groups how many
   * @return the layer
   * @throws IllegalArgumentException if the groups do not divide the channels
   */
  public static Conv2d grouped(ParameterScope scope, int in, int out, Window window, int groups) {
    Shape kernel = kernel(scope, in, out, window, groups);
    Initializer fanIn = Initializer.fanIn(kernel.size() / out);
    return new Conv2d(
        scope,
        kernel,
        window,
        groups,
        fanIn,
        () -> scope.product("bias", Parameter.Type.BIAS, new Shape(out), fanIn));
  }

  /**
   * Channels in groups. Declares {@code weight} {@code [out, in / groups, height, width]} only.
   *
   * @param scope where the parameter is declared
   * @param in channels read
   * @param out channels written
   * @param window what is seen at a time
   * @param groups how many
   * @return the layer
   * @throws IllegalArgumentException if the groups do not divide the channels
   */
  public static Conv2d groupedWithoutBias(
      ParameterScope scope, int in, int out, Window window, int groups) {
    Shape kernel = kernel(scope, in, out, window, groups);
    Initializer fanIn = Initializer.fanIn(kernel.size() / out);
    return new Conv2d(scope, kernel, window, groups, fanIn, () -> null);
  }

  /**
   * Channels in groups, with a bias that another layer declares: that of a batch norm which is
   * computed with the convolution before it. Declares {@code weight} {@code [out, in / groups,
   * height, width]}, then the bias.
   *
   * @param scope where the weight is declared
   * @param in channels read
   * @param out channels written
   * @param window what is seen at a time
   * @param groups how many
   * @param bias declares {@code [out]}; asked once, after the weight
   * @return the layer
   * @throws IllegalArgumentException if the groups do not divide the channels
   */
  public static Conv2d groupedWithBias(
      ParameterScope scope,
      int in,
      int out,
      Window window,
      int groups,
      Supplier<ProductWeight> bias) {
    Shape kernel = kernel(scope, in, out, window, groups);
    return new Conv2d(scope, kernel, window, groups, Initializer.fanIn(kernel.size() / out), bias);
  }

  /**
   * The memory that a layer takes besides its parameters once it was applied without a graph on the
   * CPU: large weights are then kept in a second order.
   *
   * @param network of which the format is known
   * @param parameter one of its parameters, of any layer
   * @param positions of the layer's results, of the whole batch
   * @return bytes; 0 for what is no convolution's weight
   */
  public static long keptBytes(Network network, Parameter parameter, long positions) {
    Shape shape = parameter.getShape();
    DataType type = network.dataType(parameter);
    boolean kept =
        shape.dimension() == 4
            && shape.get(1) > 1
            && PackedConvolution.keeps(shape.size(), positions, type);
    return kept ? shape.size() * type.getNumOfBytes() : 0;
  }

  private static Shape kernel(ParameterScope scope, int in, int out, Window window, int groups) {
    if (groups < 1 || in % groups != 0 || out % groups != 0) {
      throw new IllegalArgumentException(
          scope + ": " + in + " and " + out + " channels cannot be in " + groups + " groups");
    }
    return new Shape(out, in / groups, window.height(), window.width());
  }

  /**
   * Applies the layer, in the format of its network ({@link Network#storeIn}). Gradients flow.
   *
   * @param x {@code [batch, in, height, width]}
   * @return {@code [batch, out, height, width]}, each side {@code floor((side + padding - window) /
   *     stride) + 1} long, on the CPU in memory channels last; owned by x's manager
   */
  public NDArray apply(NDArray x) {
    Window.Padding padding = window.padding();
    if (padding.isSymmetric()) {
      return convolve(x, new Shape(padding.top(), padding.left()));
    }
    NDArray padded =
        x.pad(new Shape(padding.left(), padding.right(), padding.top(), padding.bottom()), 0);
    return convolve(padded, new Shape(0, 0));
  }

  /**
   * Repeats each pixel in both directions, then applies the layer. Gradients flow.
   *
   * @param x {@code [batch, in, height, width]}
   * @return {@code [batch, out, 2 * height, 2 * width]} for a window of 3 x 3 pixels with a padding
   *     of 1, as {@link #apply}
   */
  public NDArray applyDoubled(NDArray x) {
    boolean plain = groups == 1 && bias != null && window.equals(DOUBLED);
    if (plain && weight.type() == DataType.BFLOAT16) {
      try (NDArray last = ChannelsLast.half(x)) {
        if (doubling.suits(last, weight.array(), weight.type())) {
          return doubling.applyDoubled(last, weight.array(), bias.array());
        }
      }
    }
    return apply(Upsampling.nearest(x, 2));
  }

  private NDArray convolve(NDArray x, Shape padding) {
    NDArray last = weight.type() == DataType.BFLOAT16 ? ChannelsLast.half(x) : ChannelsLast.of(x);
    NDArray y = convolveLast(last, padding);
    if (last != x) {
      last.close();
    }
    return y;
  }

  private NDArray convolveLast(NDArray x, Shape padding) {
    NDArray w = weight.array();
    NDArray b = bias == null ? null : bias.array();
    if (groups == 1 && packed.suits(x, w, weight.type())) {
      return packed.apply(x, w, b);
    }
    return ai.djl.nn.convolutional.Conv2d.conv2d(
            x, w, b, new Shape(window.stride(), window.stride()), padding, new Shape(1, 1), groups)
        .singletonOrThrow();
  }
}
