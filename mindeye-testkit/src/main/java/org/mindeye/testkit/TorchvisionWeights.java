// SPDX-License-Identifier: Apache-2.0
package org.mindeye.testkit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The state dicts of torchvision's networks: all names and shapes, listed in a table, and the
 * weights that the golden files' networks have.
 *
 * <pre>{@code
 * Map<String, NDArray> weights =
 *     TorchvisionWeights.of("resnet50").generate(owner, name -> !name.startsWith("fc."));
 * }</pre>
 */
public final class TorchvisionWeights {
  private final Map<String, Shape> shapes;

  private TorchvisionWeights(Map<String, Shape> shapes) {
    this.shapes = shapes;
  }

  /**
   * Reads a table.
   *
   * @param network {@code alexnet}, {@code inception_v3}, {@code efficientnet_b1} or {@code
   *     resnet50}
   * @return its state dict
   * @throws IllegalArgumentException for another network
   */
  public static TorchvisionWeights of(String network) {
    String resource = "/torchvision/" + network + ".tsv";
    try (InputStream stream = TorchvisionWeights.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalArgumentException(resource + ": no such file on the classpath");
      }
      Map<String, Shape> shapes = new TreeMap<>();
      new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))
          .lines()
          .map(line -> line.split("\t"))
          .forEach(cells -> shapes.put(cells[0], shape(cells[1])));
      return new TorchvisionWeights(shapes);
    } catch (IOException e) {
      throw new UncheckedIOException(resource, e);
    }
  }

  private static Shape shape(String axes) {
    return axes.equals("scalar")
        ? new Shape()
        : new Shape(Arrays.stream(axes.split("x")).mapToLong(Long::parseLong).toArray());
  }

  /**
   * What is in the state dict.
   *
   * @return the shape of each tensor by its name; counters are scalars
   */
  public Map<String, Shape> shapes() {
    return new TreeMap<>(shapes);
  }

  /**
   * Generates the golden files' weights, see {@link ParityWeights}; variances are 1. Counters are
   * left out.
   *
   * @param owner the manager that owns the result
   * @param kept the tensors that are wanted; the others are counted
   * @return float32 tensors by name
   */
  public Map<String, NDArray> generate(NDManager owner, Predicate<String> kept) {
    Map<String, Shape> wanted = new TreeMap<>();
    ParityWeights rule = ParityWeights.asGenerated().setting("running_var", 1);
    for (Map.Entry<String, Shape> each : shapes.entrySet()) {
      if (each.getValue().dimension() > 0 && kept.test(each.getKey())) {
        wanted.put(each.getKey(), each.getValue());
      } else {
        rule = rule.counting(each.getKey());
      }
    }
    Map<String, NDArray> weights = new TreeMap<>();
    rule.generate(wanted)
        .forEach(
            (name, values) -> weights.put(name, TestEngine.copy(owner, values, shapes.get(name))));
    return weights;
  }
}
