// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.util.List;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.data.Subject;
import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.lowlevel.LowLevelNetwork;
import org.mindeye.lowlevel.LowLevelPrediction;

/** Voxels to latents. */
final class LowLevelComponent implements Component {
  @Override
  public String name() {
    return "lowlevel";
  }

  @Override
  public String description() {
    return "MindEye's low-level network, in evaluation mode. The configuration may be left out:"
        + " it follows from the weights.";
  }

  @Override
  public Record exampleConfig() {
    return LowLevelConfig.paper(Subject.SUBJ01.voxels());
  }

  @Override
  public List<Axes> inputs() {
    return List.of(Axes.of("voxels", "[batch, voxels]", "z-scored responses"));
  }

  @Override
  public List<Axes> outputs() {
    return List.of(
        Axes.of("latents", "[batch, channels, side, side]", "scaled by 0.18215"),
        Axes.optional(
            "features",
            "float32",
            "[batch, positions, 512]",
            "of the head that training needs, where the weights have it"));
  }

  @Override
  public void run(Job job) throws IOException {
    LowLevelConfig given = job.hasConfig() ? job.config(LowLevelConfig.class) : null;
    VoxelBatch voxels = VoxelBatch.of(job.input("voxels", DataType.FLOAT32));
    try (GradMode off = GradMode.off();
        StateDict weights = job.weights();
        LowLevelNetwork network =
            LowLevelNetwork.load(
                weights,
                given == null ? LowLevelConfig.of(weights) : given,
                job.precision(),
                job.device())) {
      LowLevelPrediction predicted = network.forward(voxels, Mode.eval());
      job.put("latents", predicted.latents().array());
      predicted.features().ifPresent(features -> job.put("features", features));
    }
  }
}
