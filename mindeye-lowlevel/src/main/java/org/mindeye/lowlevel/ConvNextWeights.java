// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import java.util.List;
import org.mindeye.core.weights.StateDict;

/** What the names and shapes of VICRegL's weights say about the network they are of. */
final class ConvNextWeights {
  /** How distributed training names everything. */
  private static final String WRAPPER = "module.";

  private ConvNextWeights() {}

  /** The teacher's own tensors under its own names, without the heads of its own training. */
  static StateDict of(StateDict file) {
    return file.partOf(WRAPPER)
        .filtered(name -> name.startsWith("backbone.") || name.startsWith("maps_projector."));
  }

  static ConvNextConfig configure(StateDict weights) {
    WeightShapes shapes = new WeightShapes(weights, "a ConvNeXt of VICRegL");
    int stages = Math.max(1, shapes.count(i -> firstBlock(i, 0)));
    List<Integer> widths = shapes.each(stages, i -> firstBlock(i, 0), 0, 4);
    List<Integer> depths =
        java.util.stream.IntStream.range(0, stages)
            .mapToObj(i -> shapes.count(b -> firstBlock(i, b)))
            .toList();
    return new ConvNextConfig(depths, widths, shapes.axis("maps_projector.0.weight", 0, 2));
  }

  private static String firstBlock(int stage, int block) {
    return "backbone.stages." + stage + "." + block + ".dwconv.weight";
  }
}
