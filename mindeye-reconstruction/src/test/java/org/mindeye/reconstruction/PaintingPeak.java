// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.pipeline.DecodeConfig;
import org.mindeye.core.pipeline.StepListener;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.Finite;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.testkit.PeakMemory;

/** Loads a painter and paints with guidance, in two steps; prints what that needed at most. */
final class PaintingPeak {
  private PaintingPeak() {}

  public static void main(String[] arguments) throws IOException {
    int candidates = Integer.parseInt(arguments[1]);
    Device cpu = Device.cpu();
    try (VersatileDiffusionDecoder painter =
            VersatileDiffusionDecoder.load(Path.of(arguments[0]), cpu);
        NDManager owner = Torch.newManager(cpu)) {
      Shape shape = new Shape(candidates, painter.space().tokens(), painter.space().width());
      ClipTokens tokens = ClipTokens.of(NoiseSource.seeded(1).normal(owner, shape));
      ImageBatch painted =
          painter.decode(
              tokens,
              DecodeConfig.paper().withSteps(2),
              NoiseSource.seeded(2),
              StepListener.NONE,
              owner);
      Finite.require("painted", painted.array(), "the weights are generated");
      if (painted.height() != 512 || painted.width() != 512) {
        throw new IllegalStateException(painted.array().getShape().toString());
      }
    }
    System.out.println(PeakMemory.ofThisProcess());
  }
}
