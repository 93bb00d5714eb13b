// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Objects;
import java.util.function.IntFunction;
import org.mindeye.core.engine.Alive;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.random.NoiseSource;

/**
 * Whether a network trains (dropout, batch statistics) or evaluates, and where dropout draws from.
 */
public final class Mode {
  private static final Mode EVAL = new Mode(null);

  private final NoiseSource noise;

  private Mode(NoiseSource noise) {
    this.noise = noise;
  }

  /**
   * Evaluation: no dropout, running statistics.
   *
   * @return the mode
   */
  public static Mode eval() {
    return EVAL;
  }

  /**
   * Training: dropout, batch statistics.
   *
   * @param noise where dropout masks are drawn from, one draw per layer in the order of the forward
   *     pass
   * @return the mode
   */
  public static Mode train(NoiseSource noise) {
    return new Mode(Objects.requireNonNull(noise, "noise"));
  }

  /**
   * Whether this is training mode.
   *
   * @return true in training
   */
  public boolean training() {
    return noise != null;
  }

  /**
   * Independent modes for the parts of a network, each the same whenever it is asked for: what
   * gradient checkpointing needs, which runs a layer twice. In training this draws two numbers.
   *
   * @return the mode of each part, from its start; evaluation stays evaluation
   */
  public IntFunction<Mode> streams() {
    if (!training()) {
      return part -> this;
    }
    float[] seed = new float[2];
    noise.uniform(seed);
    long first = Float.floatToIntBits(seed[0]);
    long second = Float.floatToIntBits(seed[1]);
    return part -> train(NoiseSource.seeded(first, second, part));
  }

  /**
   * Inverted dropout: in training each element is kept with probability {@code 1 - rate} and
   * divided by it; the identity in evaluation.
   *
   * @param x any shape
   * @param rate probability of dropping, in [0, 1)
   * @return the same shape, owned by x's manager; x itself when nothing is dropped
   */
  public NDArray dropout(NDArray x, double rate) {
    Alive.require("x", x);
    if (!training() || rate == 0) {
      return x;
    }
    float[] mask = new float[Math.toIntExact(x.size())];
    noise.uniform(mask);
    float limit = (float) rate;
    limit = limit < rate ? Math.nextUp(limit) : limit; // the same floats are below it
    int kept = Float.floatToRawIntBits((float) (1 / (1 - rate)));
    for (int i = 0; i < mask.length; i++) {
      // Nothing below the limit, by the difference's sign: no processor can guess which way to go.
      int below = Float.floatToRawIntBits(mask[i] - limit) >> (Integer.SIZE - 1);
      mask[i] = Float.intBitsToFloat(kept & ~below);
    }
    // Copied: the graph outlives this call, and perhaps the array object.
    NDArray factors = Torch.copy(x.getManager(), mask, x.getShape());
    DataType type = DataTypes.of(x);
    return x.mul(DataTypes.isHalf(type) ? DataTypes.convert(factors, type) : factors);
  }
}
