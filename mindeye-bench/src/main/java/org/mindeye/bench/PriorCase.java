// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.prior.ConditioningMask;
import org.mindeye.prior.DiffusionConfig;
import org.mindeye.prior.DiffusionPrior;
import org.mindeye.prior.PriorNetwork;

/**
 * A prior with drawn weights, and inputs for it.
 *
 * @param network the prior's network, with weights
 * @param prior the published process around it; {@link #close} frees both
 * @param brain {@code [batch, tokens, width]}
 * @param noisy {@code [batch, tokens, width]}, in the scale of the process
 * @param target {@code [batch, tokens, width]}, in the scale of the training targets
 */
record PriorCase(
    PriorNetwork network,
    DiffusionPrior prior,
    BrainTokens brain,
    ClipTokens noisy,
    ClipTokens target)
    implements AutoCloseable {

  /**
   * Draws weights, float32, and inputs.
   *
   * @param owner owns the inputs
   */
  static PriorCase draw(PriorSize size, int batch, NDManager owner) {
    return draw(size, batch, Precision.FLOAT32, owner);
  }

  /** The same weights, kept in another format. */
  static PriorCase draw(PriorSize size, int batch, Precision precision, NDManager owner) {
    PriorNetwork network = new PriorNetwork(size.config());
    network.storeIn(precision);
    network.initialize(owner.getDevice(), NoiseSource.seeded(MindEyeBenchmark.SEED, 1));
    ClipSpace space = size.config().space();
    DiffusionConfig config = DiffusionConfig.paper(space.width());
    Shape shape = new Shape(batch, space.tokens(), space.width());
    try (NDArray clean = tokens(owner, shape, 4);
        NDArray scale = Torch.scalar(clean, 1 / config.scale())) {
      return new PriorCase(
          network,
          DiffusionPrior.of(network, config),
          BrainTokens.of(tokens(owner, shape, 2)),
          ClipTokens.of(tokens(owner, shape, 3)),
          ClipTokens.of(clean.mul(scale)));
    }
  }

  /** How far from a plain computation results of a format may be. */
  static double tolerance(Precision precision) {
    return precision == Precision.FLOAT32 ? 1e-4 : 0.1;
  }

  private static NDArray tokens(NDManager owner, Shape shape, long stream) {
    return NoiseSource.seeded(MindEyeBenchmark.SEED, stream).normal(owner, shape);
  }

  /** The network from scratch, nothing prepared; all samples at one timestep. */
  NDArray predict(ClipTokens noisyTokens, int timestep, BrainTokens brainTokens) {
    int[] timesteps = new int[noisyTokens.batch()];
    Arrays.fill(timesteps, timestep);
    ConditioningMask all = ConditioningMask.showAll(timesteps.length);
    return network.predict(noisyTokens, timesteps, brainTokens, all, Mode.eval()).array();
  }

  /** One sample of {@code [batch, tokens, width]}, token by token. */
  static double[][] sample(NDArray tokens, int index) {
    long width = tokens.getShape().get(2);
    try (NDArray one = tokens.get(index)) {
      return rows(one.toFloatArray(), Math.toIntExact(width));
    }
  }

  /** Numbers that lie row after row. */
  static double[][] rows(float[] values, int width) {
    double[][] rows = new double[values.length / width][width];
    for (int i = 0; i < values.length; i++) {
      rows[i / width][i % width] = values[i];
    }
    return rows;
  }

  /** Frees the weights. */
  @Override
  public void close() {
    prior.close();
  }
}
