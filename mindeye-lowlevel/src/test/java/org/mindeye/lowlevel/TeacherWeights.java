// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.util.Map;
import java.util.TreeMap;
import org.mindeye.core.engine.Torch;
import org.mindeye.testkit.ParityWeights;

/** Generated weights of a teacher: backbone and projector are counted apart. */
final class TeacherWeights {
  private TeacherWeights() {}

  static void fill(ConvNextTeacher network) {
    for (String part : new String[] {"backbone.", "maps_projector."}) {
      Map<String, Shape> shapes = new TreeMap<>();
      for (Pair<String, Parameter> each : network.getParameters()) {
        if (each.getKey().startsWith(part)) {
          shapes.put(each.getKey().substring(part.length()), each.getValue().getShape());
        }
      }
      Map<String, float[]> values = ParityWeights.asGenerated().generate(shapes);
      network
          .arrays()
          .forEach(
              (name, array) -> {
                if (name.startsWith(part)) {
                  fill(array, values.get(name.substring(part.length())));
                }
              });
    }
  }

  private static void fill(NDArray array, float[] values) {
    // Converts, other than set(float[]).
    try (NDArray source = Torch.copy(array.getManager(), values, array.getShape())) {
      array.set(new NDIndex(":"), source);
    }
  }
}
