// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.optim;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.pipeline.BrainEmbedding;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;

/** A tiny backbone that learns to answer with zeros. */
final class TinyTraining {
  static final OneCycleSchedule SCHEDULE = OneCycleSchedule.paper(1e-2, 10, 5);

  private TinyTraining() {}

  static ResidualMlpBackbone backbone() {
    ResidualMlpBackbone backbone =
        new ResidualMlpBackbone(
            BackboneConfig.paper(7)
                .withHidden(8)
                .withBlocks(2)
                .withSpace(new ClipSpace(3, 4))
                .withProjector(16));
    backbone.initialize(Device.cpu(), NoiseSource.seeded(1));
    return backbone;
  }

  static FusedAdamW optimizer(ResidualMlpBackbone backbone) {
    return FusedAdamW.over(ParameterGroups.asPublished(backbone, 1e-2));
  }

  static NDArray loss(ResidualMlpBackbone backbone, StepScope step, long k) {
    NDArray voxels = NoiseSource.seeded(2, k).normal(step.manager(), new Shape(4, 7));
    BrainEmbedding brain =
        backbone.forward(VoxelBatch.of(voxels), Mode.train(NoiseSource.seeded(3, k)));
    return brain.projected().array().square().mean().add(brain.tokens().array().square().mean());
  }

  /** One full step with clipping; the loss before it. */
  static float step(ResidualMlpBackbone backbone, FusedAdamW optimizer, long k) {
    try (StepScope step = StepScope.open(Device.cpu())) {
      NDArray loss = loss(backbone, step, k);
      ParameterGradients gradients = step.gradients(loss, optimizer.parameters());
      gradients.clipToGlobalNorm(0.5);
      optimizer.step(gradients, SCHEDULE.at(k));
      return loss.getFloat();
    }
  }

  /** What an optimiser's state is after a way through a file; the caller closes it. */
  static StateDict saved(Path folder, Map<String, NDArray> state) throws IOException {
    Path file = folder.resolve("moments.safetensors");
    WeightFiles.write(file, state, Map.of());
    return WeightFiles.open(file);
  }

  static float[][] values(List<Parameter> parameters) {
    return parameters.stream().map(p -> p.getArray().toFloatArray()).toArray(float[][]::new);
  }

  /** A free-standing parameter. */
  static Parameter parameter(String name, NDArray array) {
    Parameter parameter = Parameter.builder().setName(name).setType(Parameter.Type.OTHER).build();
    parameter.setArray(array);
    return parameter;
  }

  static ParameterGradients gradients(List<Parameter> parameters, NDArray... values) {
    return new ParameterGradients(parameters, Arrays.asList(values));
  }
}
