// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Where a layer declares its parameters: a path in a {@link Network}, which owns them. Layers are
 * handed a scope and know nothing of what is above them; published names are the segments of the
 * path with dots between them.
 *
 * <pre>{@code
 * ParameterScope block = scope().child("down_blocks").child(0);
 * Linear.of(block.child("proj_in"), 320, 640); // down_blocks.0.proj_in.weight and .bias
 * block.parameter("scale", Parameter.Type.OTHER, new Shape(640), Initializer.constant(1));
 * }</pre>
 *
 * <p>A layer of your own is a class that declares its parameters in its constructor, keeps them,
 * and reads {@code parameter.getArray()} when it is applied. Immutable: children and types are new
 * scopes.
 */
public final class ParameterScope {
  private final Network network;
  private final String path;

  /** Other places where files may hold what is declared here. */
  private final List<String> others;

  private final DataType type;

  /** Whether linear layers see few rows a sample. */
  private final boolean fewRows;

  private ParameterScope(
      Network network, String path, List<String> others, DataType type, boolean fewRows) {
    this.network = network;
    this.path = path;
    this.others = others;
    this.type = type;
    this.fewRows = fewRows;
  }

  static ParameterScope root(Network network, DataType type) {
    return new ParameterScope(network, "", List.of(), type, false);
  }

  /**
   * A part of this scope.
   *
   * @param name one segment of the published names
   * @return the scope of that name below this one, of the same type
   * @throws IllegalArgumentException if it is empty or has dots, which stand between segments
   */
  public ParameterScope child(String name) {
    return new ParameterScope(network, nameOf(name), otherNames(name), type, fewRows);
  }

  /**
   * A part of this scope that is numbered.
   *
   * @param index from 0
   * @return the scope of that number below this one, of the same type
   * @throws IllegalArgumentException if it is negative
   */
  public ParameterScope child(int index) {
    if (index < 0) {
      throw new IllegalArgumentException("index: expected 0 or more but was " + index);
    }
    return child(Integer.toString(index));
  }

  /**
   * The same place with another type of numbers.
   *
   * @param type of what is declared through the result and its children; floating for parameters
   * @return a scope of the same path
   */
  public ParameterScope withType(DataType type) {
    return new ParameterScope(network, path, others, Objects.requireNonNull(type, "type"), fewRows);
  }

  /**
   * The same place, whose linear layers are applied to few rows a sample: reading their weights
   * then takes longer than multiplying, so {@link org.mindeye.core.engine.Precision#INT8_WEIGHTS}
   * keeps these as 8-bit integers.
   *
   * @return a scope of the same path
   */
  public ParameterScope ofFewRows() {
    return new ParameterScope(network, path, others, type, true);
  }

  /**
   * The same place, known to files under another name too. Networks are saved with the names of
   * their paths; files are read with either ({@link org.mindeye.core.weights.WeightBinder}).
   *
   * <pre>{@code
   * Linear.of(scope.child("to_q").alsoAt(scope.child("query")), 512, 512);
   * }</pre>
   *
   * @param other a scope of the same network
   * @return a scope of this path
   */
  public ParameterScope alsoAt(ParameterScope other) {
    List<String> all = new ArrayList<>(others);
    all.add(other.path);
    all.addAll(other.others);
    return new ParameterScope(network, path, List.copyOf(all), type, fewRows);
  }

  /**
   * The type of numbers of what is declared here.
   *
   * @return the network's, unless {@link #withType} gave another
   */
  public DataType type() {
    return type;
  }

  /**
   * The place, for messages.
   *
   * @return the segments from the network on with dots between them; empty for the network itself
   */
  public String path() {
    return path;
  }

  /**
   * Declares a trainable parameter. It has a shape from now on, and an array when the network has
   * weights.
   *
   * @param name the last segment of its published name
   * @param kind what it is to DJL
   * @param shape its axes
   * @param initial what it holds before training
   * @return the parameter, which the network owns
   * @throws IllegalArgumentException if the name is taken, empty or has dots, the type is not
   *     floating, or the shape is not known to the last axis
   * @throws IllegalStateException if the network has weights already, or is closed
   */
  public Parameter parameter(String name, Parameter.Type kind, Shape shape, Initializer initial) {
    requireFloating(name);
    return declare(name, kind, shape, Declaration.Role.PARAMETER, initial);
  }

  /**
   * Declares a tensor that is saved with the weights but never trained: running statistics, a fixed
   * table, a counter ({@code withType(DataType.INT64)}).
   *
   * @param name the last segment of its published name
   * @param kind what it is to DJL
   * @param shape its axes
   * @param initial what it holds unless weights say otherwise
   * @return the buffer, which the network owns
   * @throws IllegalArgumentException if the name is taken, empty or has dots, or the shape is not
   *     known to the last axis
   * @throws IllegalStateException if the network has weights already, or is closed
   */
  public Parameter buffer(String name, Parameter.Type kind, Shape shape, Initializer initial) {
    return declare(name, kind, shape, Declaration.Role.BUFFER, initial);
  }

  /**
   * Declares a trainable parameter that a layer multiplies by or adds to a product, and that may be
   * kept in fewer bits than the rest ({@link Network#storeIn}).
   *
   * @param name the last segment of its published name
   * @param kind what it is to DJL
   * @param shape its axes
   * @param initial what it holds before training
   * @return what to compute with; the network owns it
   * @throws IllegalArgumentException if the name is taken, empty or has dots, the type is not
   *     floating, or the shape is not known to the last axis
   * @throws IllegalStateException if the network has weights already, or is closed
   */
  public ProductWeight product(String name, Parameter.Type kind, Shape shape, Initializer initial) {
    return product(name, kind, shape, Declaration.Role.PRODUCT, initial);
  }

  /** A linear layer's weight {@code [out, in]}. */
  ProductWeight matrix(String name, Shape shape, Initializer initial) {
    Declaration.Role role = fewRows ? Declaration.Role.MATRIX : Declaration.Role.PRODUCT;
    return product(name, Parameter.Type.WEIGHT, shape, role, initial);
  }

  private ProductWeight product(
      String name, Parameter.Type kind, Shape shape, Declaration.Role role, Initializer initial) {
    requireFloating(name);
    Parameter parameter = declare(name, kind, shape, role, initial);
    return network.product(parameter);
  }

  private void requireFloating(String name) {
    if (!type.isFloating()) {
      throw new IllegalArgumentException(
          nameOf(name) + ": expected a floating type, which can be trained, but was " + type);
    }
  }

  private Parameter declare(
      String name, Parameter.Type kind, Shape shape, Declaration.Role role, Initializer initial) {
    Objects.requireNonNull(initial, "initial");
    String full = nameOf(name);
    for (long length : shape.getShape()) {
      if (length < 1) {
        throw new IllegalArgumentException(
            full + ": expected a shape of lengths from 1 on but was " + shape);
      }
    }
    Parameter parameter =
        Parameter.builder()
            .setName(full)
            .setType(Objects.requireNonNull(kind, "kind"))
            .optShape(shape)
            .optRequiresGrad(role != Declaration.Role.BUFFER)
            .build();
    return network.add(parameter, new Declaration(type, role, initial, otherNames(name)));
  }

  /**
   * What has been declared at this place and below it, for example to group or freeze it.
   *
   * @return parameters and buffers in the published order
   */
  public List<Parameter> parameters() {
    return network.getParameters().values().stream()
        .filter(p -> path.isEmpty() || p.getName().startsWith(path + '.'))
        .toList();
  }

  private List<String> otherNames(String segment) {
    return others.stream().map(other -> other + '.' + segment).toList();
  }

  private String nameOf(String segment) {
    if (segment.isEmpty() || segment.indexOf('.') >= 0) {
      throw new IllegalArgumentException(
          "'"
              + segment
              + "'"
              + (path.isEmpty() ? "" : " below " + path)
              + ": expected one segment of a name, without dots; use child for each of several");
    }
    return path.isEmpty() ? segment : path + '.' + segment;
  }

  @Override
  public String toString() {
    return network.getClass().getSimpleName() + (path.isEmpty() ? "" : " " + path);
  }
}
