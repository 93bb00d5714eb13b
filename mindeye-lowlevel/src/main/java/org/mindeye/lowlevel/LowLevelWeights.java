// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.mindeye.Plural;
import org.mindeye.core.document.Document;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightShapes;
import org.mindeye.formats.tensor.MalformedFileException;

/** What the names and shapes of published weights say about the low-level network they are of. */
final class LowLevelWeights {
  private LowLevelWeights() {}

  /**
   * What the file notes or, where it notes nothing, what its tensors tell and the published rates
   * of dropout.
   */
  static LowLevelConfig configure(StateDict weights) {
    LowLevelConfig found = ofShapes(weights);
    return Document.noted(weights, LowLevelConfig.METADATA)
        .map(noted -> requireFits(weights, noted.as(LowLevelConfig.class), found))
        .orElse(found);
  }

  /** Refuses a noted network that the shapes contradict; they do not tell rates of dropout. */
  private static LowLevelConfig requireFits(
      StateDict weights, LowLevelConfig noted, LowLevelConfig found) {
    LowLevelConfig.Mlp mlp =
        new LowLevelConfig.Mlp(
            found.mlp().hidden(),
            found.mlp().blocks(),
            noted.mlp().inputDropout(),
            noted.mlp().blockDropout());
    LowLevelConfig fitting =
        new LowLevelConfig(
            found.voxels(), mlp, found.upsampling(), found.latents(), found.mapsProjector());
    if (!fitting.equals(noted)) {
      throw new MalformedFileException(
          weights.source(),
          "tensors of " + noted + ", as its metadata says,",
          "tensors of " + fitting + "; write the file again with the metadata of its network");
    }
    return noted;
  }

  private static LowLevelConfig ofShapes(StateDict weights) {
    WeightShapes shapes = new WeightShapes(weights, "a low-level network");
    int hidden = shapes.axis("lin0.0.weight", 0, 2);
    int blocks = shapes.count(i -> "mlp." + i + ".0.weight");
    LowLevelConfig.Mlp published = LowLevelConfig.Mlp.paper();
    LatentUpsampling upsampling = upsampling(shapes);
    int maps = shapes.axis("lin1.weight", 0, 2);
    int side = (int) Math.round(Math.sqrt((double) maps / upsampling.channels()));
    if ((long) side * side * upsampling.channels() != maps) {
      throw shapes.malformed(
          "lin1.weight",
          "square maps of " + upsampling.channels() + " channels",
          Plural.of(maps, "number"));
    }
    return new LowLevelConfig(
        shapes.axis("lin0.0.weight", 1, 2),
        new LowLevelConfig.Mlp(hidden, blocks, published.inputDropout(), published.blockDropout()),
        upsampling,
        new LowLevelConfig.Latents(
            shapes.axis("upsampler.conv_out.weight", 0, 4), side * upsampling.factor()),
        shapes.has("maps_projector.0.weight"));
  }

  private static LatentUpsampling upsampling(WeightShapes shapes) {
    int stages = shapes.count(i -> "upsampler.up_blocks." + i + ".resnets.0.conv1.weight");
    List<Integer> outwards =
        shapes.each(stages, i -> "upsampler.up_blocks." + i + ".resnets.0.conv1.weight", 0, 4);
    List<Integer> channels = new ArrayList<>(outwards);
    Collections.reverse(channels);
    for (LatentUpsampling each : LatentUpsampling.values()) {
      if (each.stages().channels().equals(channels)) {
        return each;
      }
    }
    throw shapes.malformed(
        "upsampler.up_blocks",
        "the widths of upsampling X4, X4_NARROW, X8 or X16",
        channels.toString());
  }
}
