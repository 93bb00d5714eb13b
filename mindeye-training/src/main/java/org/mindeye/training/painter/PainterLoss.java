// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.painter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.mindeye.core.engine.Torch;
import org.mindeye.reconstruction.unet.ConditionalUnet;
import org.mindeye.training.LossTerm;
import org.mindeye.training.StepContext;
import org.mindeye.training.StepLoss;

/** Errors of predictions at timesteps that are drawn evenly, some of them without a condition. */
final class PainterLoss implements StepLoss<int[]> {
  private static final long TIMESTEPS = 0x74696d6573L;
  private static final long NOISE = 0x6e6f697365L;
  private static final long DROPPED = 0x64726f70L;

  private final DenoisingConfig config;
  private final Denoising denoising;
  private final ConditionalUnet network;
  private final PainterSplit split;

  /**
   * The loss of a run.
   *
   * @param config what is learned
   * @param network what is trained
   * @param split the batches are numbers of its pictures
   */
  PainterLoss(DenoisingConfig config, ConditionalUnet network, PainterSplit split) {
    this.config = config;
    denoising = new Denoising(config);
    this.network = network;
    this.split = split;
  }

  @Override
  public List<LossTerm> terms() {
    return List.of(PainterScores.TERM);
  }

  @Override
  public Map<String, NDArray> evaluate(int[] batch, StepContext step) {
    NDManager manager = step.manager();
    NDArray clean = split.latents(batch, manager).array();
    NDArray tokens = split.tokens(batch, manager).array();
    step.data("latents", clean);
    step.data("tokens", tokens);
    NDArray noise = step.noise(NOISE).normal(manager, clean.getShape());
    Denoising.Task task = denoising.task(clean, noise, timesteps(batch.length, step));
    NDArray answer = task.answer(network, tokens.mul(shown(batch.length, step)));
    step.prediction("the UNet's predictions", answer);
    return Map.of(PainterScores.DENOISING, task.errors(answer).mean());
  }

  private int[] timesteps(int count, StepContext step) {
    float[] uniform = new float[count];
    step.noise(TIMESTEPS).uniform(uniform);
    int[] timesteps = new int[count];
    for (int i = 0; i < count; i++) {
      timesteps[i] = (int) (uniform[i] * denoising.timesteps());
    }
    return timesteps;
  }

  /** 1, or 0 for those whose tokens are dropped: {@code [batch, 1, 1]}. */
  private NDArray shown(int count, StepContext step) {
    float[] shown = new float[count];
    step.noise(DROPPED).uniform(shown);
    for (int i = 0; i < count; i++) {
      shown[i] = shown[i] < config.conditionDropout() ? 0 : 1;
    }
    return Torch.copy(step.manager(), shown, new Shape(count, 1, 1));
  }

  @Override
  public List<String> keys(int[] batch) {
    return Arrays.stream(batch).mapToObj(split::key).toList();
  }
}
