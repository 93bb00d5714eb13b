// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.painter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.pipeline.DecodeConfig;
import org.mindeye.core.pipeline.StepListener;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.reconstruction.LatentDiffusion;
import org.mindeye.reconstruction.PainterConfig;
import org.mindeye.reconstruction.unet.ConditionalUnet;

/**
 * Paints the first validation pictures from their tokens, from the same noise every time.
 *
 * @param config the recipe
 * @param autoencoder makes pictures of latents
 */
record GalleryPainter(PainterTrainingConfig config, AutoencoderKl autoencoder) {
  private static final long START = 0x7374617274L;

  /**
   * Refuses what could not be sampled, before anything is trained.
   *
   * @throws IllegalArgumentException if the process has fewer timesteps than are to be taken
   */
  GalleryPainter {
    PainterConfig painting = PainterConfig.trained(config.denoising().process());
    painting
        .scheduler()
        .plan(
            painting.process().schedule(),
            painting.process().prediction(),
            config.gallery().steps(),
            0);
  }

  /** {@code [pictures, 3, height, width]} in [0, 1], owned by the manager. */
  ImageBatch paint(ConditionalUnet network, PainterSplit split, NDManager owner) {
    int count = Math.min(config.gallery().pictures(), split.size());
    NDList pictures = new NDList();
    for (int from = 0; from < count; from += config.batchSize()) {
      int[] rows = PainterSplit.rows(from, Math.min(count, from + config.batchSize()));
      try (CallScope scope = CallScope.open(network.device())) {
        NDArray latents = latents(network, split, rows, scope.manager()).array();
        NDArray painted =
            autoencoder.decode(VaeLatents.of(latents), scope.manager()).toImages().array();
        pictures.add(scope.keep(painted.clip(0, 1), owner));
      }
    }
    return ImageBatch.of(pictures.size() == 1 ? pictures.get(0) : NDArrays.concat(pictures));
  }

  private VaeLatents latents(
      ConditionalUnet network, PainterSplit split, int[] rows, NDManager owner) {
    PainterConfig painting = PainterConfig.trained(config.denoising().process());
    DecodeConfig decoding =
        DecodeConfig.paper()
            .withSteps(config.gallery().steps())
            .withGuidance(config.gallery().guidance());
    List<NoiseSource> noise = new ArrayList<>();
    for (int row : rows) {
      noise.add(NoiseSource.seeded(config.seed(), START, row));
    }
    return LatentDiffusion.of(network, painting.scheduler(), painting.process())
        .sample(
            split.tokens(rows, owner),
            decoding,
            NoiseSource.perRow(noise),
            StepListener.NONE,
            owner);
  }
}
