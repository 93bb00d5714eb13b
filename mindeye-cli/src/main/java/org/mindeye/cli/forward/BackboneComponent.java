// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.pipeline.BrainEmbedding;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.data.Subject;

/** Voxels to CLIP tokens. */
final class BackboneComponent implements Component {
  @Override
  public String name() {
    return "backbone";
  }

  @Override
  public String description() {
    return "MindEye's backbone and projector, in evaluation mode. Names of weights may begin with"
        + " module. and voxel2clip.";
  }

  @Override
  public Record exampleConfig() {
    return BackboneConfig.paper(Subject.SUBJ01.voxels());
  }

  @Override
  public boolean needsConfig() {
    return true;
  }

  @Override
  public Set<Precision> precisions() {
    return EnumSet.allOf(Precision.class);
  }

  @Override
  public List<Axes> inputs() {
    return List.of(Axes.of("voxels", "[batch, voxels]", "z-scored responses"));
  }

  @Override
  public List<Axes> outputs() {
    return List.of(
        Axes.of("tokens", Axes.TOKENS, "predicted CLIP tokens, not normalised"),
        Axes.of(
            "projected", Axes.TOKENS, "after the projector; the tokens themselves without one"));
  }

  @Override
  public void run(Job job) throws IOException {
    BackboneConfig config = job.config(BackboneConfig.class);
    VoxelBatch voxels = VoxelBatch.of(job.input("voxels", DataType.FLOAT32));
    try (StateDict weights = job.weights();
        BackboneEncoder encoder =
            BackboneEncoder.of(
                ResidualMlpBackbone.load(weights, config, job.precision(), job.device()))) {
      BrainEmbedding brain = encoder.encode(voxels, job.manager());
      job.put("tokens", brain.tokens().array());
      job.put("projected", brain.projected().array());
    }
  }
}
