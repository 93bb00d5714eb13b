// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.LongStream;
import org.mindeye.Plural;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorShape;

/** Lengths of axes of weights, where a configuration is read from them. */
public final class WeightShapes {
  private final StateDict weights;
  private final String network;

  /**
   * Looks at weights.
   *
   * @param weights the file, or a part of it
   * @param network what they should be, for messages: {@code an autoencoder}
   */
  public WeightShapes(StateDict weights, String network) {
    this.weights = Objects.requireNonNull(weights, "weights");
    this.network = Objects.requireNonNull(network, "network");
  }

  /**
   * Whether there is a tensor.
   *
   * @param name the tensor
   * @return true if so
   */
  public boolean has(String name) {
    return weights.names().contains(name);
  }

  /**
   * How often a numbered name exists, counted from 0.
   *
   * @param name of a number
   * @return the first number of which there is no tensor
   */
  public int count(IntFunction<String> name) {
    int count = 0;
    while (has(name.apply(count))) {
      count++;
    }
    return count;
  }

  /**
   * The length of an axis.
   *
   * @param name the tensor
   * @param axis which of its axes, from 0
   * @param axes how many it must have
   * @return the length, from 1
   * @throws MalformedFileException if there is no such tensor, or it has other axes
   */
  public int axis(String name, int axis, int axes) {
    if (!has(name)) {
      throw malformed(
          name, "this tensor, as " + network + " has it", "none" + weights.prefixRemedy(name));
    }
    TensorShape shape = weights.info(name).shape();
    boolean sizes = LongStream.of(shape.axes()).allMatch(n -> n > 0 && n <= Integer.MAX_VALUE);
    if (shape.dimension() != axes || !sizes) {
      throw malformed(name, Plural.of(axes, "axis") + " from 1 to 2^31 - 1", shape.toString());
    }
    return (int) shape.get(axis);
  }

  /**
   * The same axis of a numbered tensor, for all of them.
   *
   * @param count how many, numbered from 0
   * @param name of a number
   * @param axis which of its axes, from 0
   * @param axes how many each must have
   * @return the lengths, from 1
   * @throws MalformedFileException as {@link #axis}
   */
  public List<Integer> each(int count, IntFunction<String> name, int axis, int axes) {
    List<Integer> lengths = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lengths.add(axis(name.apply(i), axis, axes));
    }
    return lengths;
  }

  /**
   * What to throw where a tensor is not the network's.
   *
   * @param tensor its name
   * @param expected what it should be
   * @param found what it is
   * @return an exception that names the file too
   */
  public MalformedFileException malformed(String tensor, String expected, String found) {
    return new MalformedFileException(
        weights.source() + ": tensor '" + tensor + "'", expected, found);
  }
}
