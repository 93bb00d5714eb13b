// SPDX-License-Identifier: Apache-2.0
package org.mindeye.arguments;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.clip.ClipEncoderConfig;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.clip.VisionTransformerConfig.PatchGrid;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.optim.FusedAdamW;
import org.mindeye.core.optim.LossSum;
import org.mindeye.core.optim.StepScope;
import org.mindeye.core.pipeline.DecodeConfig;
import org.mindeye.core.pipeline.MindEyePipeline;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipPixels;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.core.tensor.VaePixels;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.formats.TensorFiles;
import org.mindeye.formats.safetensors.Safetensors;
import org.mindeye.formats.torch.ExpansionLimit;
import org.mindeye.formats.torch.TorchCheckpoint;

/** The entry points of core and formats, and sound arguments for them. */
final class CoreEntries {
  static final List<Class<?>> CLASSES =
      List.of(
          Torch.class,
          CallScope.class,
          StepScope.class,
          NoiseSource.class,
          Mode.class,
          ResidualMlpBackbone.class,
          BackboneEncoder.class,
          BackboneConfig.class,
          ClipVisionTransformer.class,
          ClipImageEncoder.class,
          MindEyePipeline.class,
          WeightFiles.class,
          Safetensors.class,
          TorchCheckpoint.class,
          VoxelBatch.class,
          ClipTokens.class,
          ClipVectors.class,
          ImageBatch.class,
          ClipPixels.class,
          FusedAdamW.class,
          StateDict.class,
          LossSum.class,
          TensorFiles.class);

  private static final VisionTransformerConfig VISION =
      new VisionTransformerConfig(8, 8, 1, 1, new PatchGrid(4, 2), 8, Nonlinearity.QUICK_GELU);

  private CoreEntries() {}

  static ClipVisionTransformer tower() {
    ClipVisionTransformer clip = new ClipVisionTransformer(VISION);
    clip.initialize(Device.cpu(), NoiseSource.seeded(1));
    return clip;
  }

  static List<Object> samples(NDManager manager, Path folder) throws IOException {
    NDArray vectors = manager.create(new float[] {1, 0, 0, 1}, new Shape(2, 2));
    ClipSpace space = new ClipSpace(1, 4);
    ResidualMlpBackbone backbone =
        new ResidualMlpBackbone(
            BackboneConfig.paper(2).withHidden(2).withSpace(space).withProjector(2));
    backbone.initialize(Device.cpu(), NoiseSource.seeded(1));
    ClipVisionTransformer clip = tower();
    Path weights = folder.resolve("weights.safetensors");
    WeightFiles.write(weights, backbone, Map.of());
    BrainTokens tokens = BrainTokens.of(manager.zeros(new Shape(2, 1, 4)));
    return List.of(
        backbone,
        backbone.config(),
        clip,
        VISION,
        ClipEncoderConfig.paper(VISION),
        DecodeConfig.paper().withSteps(1).withStrength(1),
        MemoryBudget.of(1, "a test"),
        VaeLatents.of(manager.zeros(new Shape(2, 4, 2, 2))),
        VaePixels.of(manager.zeros(new Shape(2, 3, 2, 2))),
        ClipVectors.of(vectors),
        weights,
        // One tensor is called as the sample of a name.
        WeightFiles.open(weights).renamed(n -> n.equals("lin0.0.bias") ? "cpu" : n),
        NoiseSource.seeded(1),
        Device.cpu(),
        manager,
        vectors,
        new Shape(2),
        "cpu",
        new float[] {1, 2},
        new float[][] {{1, 2}},
        new double[] {1, 2},
        new long[] {1, 2},
        new int[] {0, 1},
        List.of(),
        Map.of(),
        ExpansionLimit.DEFAULT,
        BackboneEncoder.of(backbone),
        ClipImageEncoder.of(clip),
        VoxelBatch.of(vectors),
        ImageBatch.of(manager.zeros(new Shape(2, 3, 4, 4))),
        tokens,
        ClipTokens.of(manager.zeros(new Shape(2, 1, 4))),
        Mode.eval(),
        new LossSum());
  }
}
