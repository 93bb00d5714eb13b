// SPDX-License-Identifier: Apache-2.0
package org.mindeye.testkit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.util.Pair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Weights made by {@link ParityGenerator}. The names of the original's state dict, all of them, are
 * sorted in ASCII order; a name's position is its stream. With {@code s = 2 u(k, i) - 1}:
 *
 * <ul>
 *   <li>two or more axes: {@code s * sqrt(3 / product of all axes but the first)};
 *   <li>one axis, name ending in {@code weight} or {@code .g}: {@code 1 + 0.1 s};
 *   <li>one axis, any other name: {@code 0.1 s}.
 * </ul>
 *
 * <p>Immutable: every option returns a new rule.
 *
 * <pre>{@code
 * Map<String, float[]> weights =
 *     ParityWeights.asGenerated()
 *         .counting("embeddings.position_ids")  // an integer entry the network does not hold
 *         .leaving(name -> name.startsWith("noise_scheduler."))
 *         .fill(network.getParameters());
 * }</pre>
 */
public final class ParityWeights {
  private final List<String> countedOnly;
  private final Predicate<String> left;
  private final Map<String, Float> constants;

  private ParityWeights(
      List<String> countedOnly, Predicate<String> left, Map<String, Float> constants) {
    this.countedOnly = countedOnly;
    this.left = left;
    this.constants = constants;
  }

  /**
   * The plain rule.
   *
   * @return counts exactly the given names and fills all of them
   */
  public static ParityWeights asGenerated() {
    return new ParityWeights(List.of(), name -> false, Map.of());
  }

  /**
   * Names of the original's state dict which the network does not hold, integer entries and
   * buffers. They take a position and nothing else.
   *
   * @param names to count
   * @return a new rule
   */
  public ParityWeights counting(String... names) {
    List<String> more = new ArrayList<>(countedOnly);
    more.addAll(Arrays.asList(names));
    return new ParityWeights(List.copyOf(more), left, constants);
  }

  /**
   * Names that keep their natural value. They are counted.
   *
   * @param names which
   * @return a new rule, in addition to what is left already
   */
  public ParityWeights leaving(Predicate<String> names) {
    return new ParityWeights(countedOnly, left.or(names), constants);
  }

  /**
   * Names that get one value everywhere. They are counted.
   *
   * @param suffix the end of the names, for example {@code running_var}
   * @param value the value
   * @return a new rule
   */
  public ParityWeights setting(String suffix, float value) {
    Map<String, Float> more = new TreeMap<>(constants);
    more.put(suffix, value);
    return new ParityWeights(countedOnly, left, Map.copyOf(more));
  }

  /**
   * Generates weights.
   *
   * @param shapes all names and shapes
   * @return the values in row-major order by name, without the names that are left
   * @throws IllegalArgumentException if a name is given and counted as absent, or a tensor that is
   *     not left has no axis
   */
  public SortedMap<String, float[]> generate(Map<String, Shape> shapes) {
    SortedMap<String, Shape> sorted = new TreeMap<>(shapes);
    for (String name : countedOnly) {
      if (sorted.put(name, new Shape()) != null) {
        throw new IllegalArgumentException(name + " is held by the network: do not count it again");
      }
    }
    SortedMap<String, float[]> weights = new TreeMap<>();
    int k = 0;
    for (Map.Entry<String, Shape> entry : sorted.entrySet()) {
      String name = entry.getKey();
      if (!countedOnly.contains(name) && !left.test(name)) {
        weights.put(name, values(k, name, entry.getValue()));
      }
      k++;
    }
    return weights;
  }

  /**
   * Generates weights and writes them into a network's initialised parameters, in place: the arrays
   * stay the same objects with the same memory.
   *
   * @param parameters named as in the original's state dict
   * @return the values by name, without the names that are left
   * @throws IllegalArgumentException if two parameters share a name
   */
  public SortedMap<String, float[]> fill(ParameterList parameters) {
    Map<String, NDArray> arrays = new TreeMap<>();
    Map<String, Shape> shapes = new TreeMap<>();
    for (Pair<String, Parameter> pair : parameters) {
      NDArray array = pair.getValue().getArray();
      if (arrays.put(pair.getKey(), array) != null) {
        throw new IllegalArgumentException("two parameters are called " + pair.getKey());
      }
      shapes.put(pair.getKey(), array.getShape());
    }
    SortedMap<String, float[]> weights = generate(shapes);
    weights.forEach((name, values) -> overwrite(arrays.get(name), values));
    return weights;
  }

  /** {@code set(float[])} would swap the storage, which views of the parameter do not see. */
  private static void overwrite(NDArray array, float[] values) {
    boolean gradient = array.hasGradient();
    array.setRequiresGradient(false);
    try (NDManager scope = array.getManager().newSubManager()) {
      NDArray source = TestEngine.copy(scope, values, array.getShape());
      array.set(new NDIndex(":"), source);
    }
    array.setRequiresGradient(gradient);
  }

  private float[] values(int k, String name, Shape shape) {
    for (Map.Entry<String, Float> constant : constants.entrySet()) {
      if (name.endsWith(constant.getKey())) {
        float[] values = new float[Math.toIntExact(shape.size())];
        Arrays.fill(values, constant.getValue());
        return values;
      }
    }
    if (shape.dimension() == 0) {
      throw new IllegalArgumentException(name + ": the rule knows no scalars; leave it");
    }
    if (shape.dimension() > 1) {
      return ParityGenerator.input(k, shape.size(), Math.sqrt(3.0 / shape.slice(1).size()), 0);
    }
    boolean gain = name.endsWith("weight") || name.endsWith(".g");
    return ParityGenerator.input(k, shape.size(), 0.1, gain ? 1 : 0);
  }
}
