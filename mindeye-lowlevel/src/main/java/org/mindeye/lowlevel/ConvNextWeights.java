// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import java.util.List;
import java.util.stream.IntStream;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightShapes;

/** What the names and shapes of VICRegL's weights say about the network they are of. */
final class ConvNextWeights {
  private static final String BACKBONE = "backbone.";
  private static final String FIRST = "downsample_layers.0.0.weight";

  private ConvNextWeights() {}

  /** The teacher's own tensors under its own names, without the heads of its own training. */
  static StateDict of(StateDict file) {
    return file.unwrapped()
        .filtered(name -> name.startsWith(BACKBONE) || name.startsWith("maps_projector."));
  }

  /** The same without the projector; a file of the backbone alone may have no prefix. */
  static StateDict backboneOf(StateDict file) {
    StateDict plain = file.unwrapped();
    return plain.names().contains(FIRST)
        ? plain.renamed(name -> BACKBONE + name)
        : plain.filtered(name -> name.startsWith(BACKBONE));
  }

  static ConvNextConfig configure(StateDict weights) {
    int width = shapes(weights).axis("maps_projector.0.weight", 0, 2);
    ConvNextConfig backbone = configureBackbone(weights);
    return new ConvNextConfig(backbone.depths(), backbone.widths(), width);
  }

  private static WeightShapes shapes(StateDict weights) {
    return new WeightShapes(weights, "a ConvNeXt of VICRegL");
  }

  static ConvNextConfig configureBackbone(StateDict weights) {
    WeightShapes shapes = shapes(weights);
    int stages = Math.max(1, shapes.count(i -> firstBlock(i, 0)));
    List<Integer> widths = shapes.each(stages, i -> firstBlock(i, 0), 0, 4);
    List<Integer> depths =
        IntStream.range(0, stages).mapToObj(i -> shapes.count(b -> firstBlock(i, b))).toList();
    return new ConvNextConfig(depths, widths, 0);
  }

  private static String firstBlock(int stage, int block) {
    return BACKBONE + "stages." + stage + "." + block + ".dwconv.weight";
  }
}
