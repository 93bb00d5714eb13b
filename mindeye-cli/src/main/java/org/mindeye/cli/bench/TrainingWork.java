// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.optim.FusedAdamW;
import org.mindeye.core.optim.LearningRateSchedule;
import org.mindeye.core.optim.ParameterGroups;
import org.mindeye.core.optim.StepRates;
import org.mindeye.core.optim.StepScope;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.losses.BiMixCoLoss;
import org.mindeye.losses.SoftClipLoss;

/** Training steps on one batch: dropout, SoftCLIP, backward, AdamW. */
final class TrainingWork implements AutoCloseable {
  private static final SoftClipLoss LOSS = new SoftClipLoss(BiMixCoLoss.paper().temperature());

  /** Small enough for drawn targets to leave the loss a number, however long it goes on. */
  private static final StepRates RATES = new StepRates(1e-5, LearningRateSchedule.USUAL_BETA1);

  private static final long SEED = 1;

  private final ResidualMlpBackbone backbone;
  private final FusedAdamW optimizer;
  private final NDManager data;
  private final VoxelBatch voxels;
  private final ClipVectors images;

  private TrainingWork(
      ResidualMlpBackbone backbone, FusedAdamW optimizer, NDManager data, int batch) {
    this.backbone = backbone;
    this.optimizer = optimizer;
    this.data = data;
    BackboneConfig config = backbone.config();
    voxels =
        VoxelBatch.of(NoiseSource.seeded(SEED, 1).normal(data, new Shape(batch, config.voxels())));
    Shape tokens = new Shape(batch, config.space().tokens(), config.space().width());
    images = ClipTokens.of(NoiseSource.seeded(SEED, 2).normal(data, tokens)).toUnitVectors();
  }

  static TrainingWork open(Task task, Device device) throws IOException {
    try (CloseOnFailure opened = new CloseOnFailure()) {
      ResidualMlpBackbone backbone =
          opened.add(BenchWeights.drawn(task.model(), Precision.FLOAT32, device));
      backbone.computeIn(task.precision());
      FusedAdamW optimizer = opened.add(FusedAdamW.over(ParameterGroups.asPublished(backbone)));
      NDManager data = opened.add(Torch.newManager(device));
      return opened.done(new TrainingWork(backbone, optimizer, data, task.size()));
    }
  }

  float run(int step) {
    try (StepScope scope = StepScope.open(backbone.device())) {
      Mode mode = Mode.train(NoiseSource.seeded(SEED, 3, step));
      ClipVectors brain = backbone.forward(voxels, mode).projected().toUnitVectors();
      NDArray loss = LOSS.evaluate(brain, images);
      optimizer.step(scope.gradients(loss, optimizer.parameters()), RATES);
      return loss.getFloat();
    }
  }

  @Override
  public void close() {
    data.close();
    optimizer.close();
    backbone.close();
  }
}
