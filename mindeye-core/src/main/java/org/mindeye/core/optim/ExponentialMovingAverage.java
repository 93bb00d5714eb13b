// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.mindeye.core.internal.kernel.LinearCombination;
import org.mindeye.core.nn.Network;

/**
 * A twin network whose weights follow those of the trained one slowly: {@code average <- decay
 * average + (1 - decay) weight} after every step (Polyak averaging). Buffers and frozen parameters
 * are copied. An option; the original has none.
 *
 * @param trained the network that is trained
 * @param average its twin, of the same configuration and with weights of its own
 * @param decay how much of the average each step keeps, in [0, 1)
 */
public record ExponentialMovingAverage(Network trained, Network average, double decay) {
  /** Checks that the two are twins, and the decay. */
  public ExponentialMovingAverage {
    if (!(decay >= 0 && decay < 1)) {
      throw new IllegalArgumentException("decay: expected a number in [0, 1) but was " + decay);
    }
    if (!trained.arrays().keySet().equals(average.arrays().keySet())) {
      throw new IllegalArgumentException(
          "the average of a network needs a twin with the same parameters");
    }
  }

  /** Makes the average equal to the trained weights, where a run starts. */
  public void reset() {
    Map<String, NDArray> weights = trained.arrays();
    average.arrays().forEach((name, array) -> LinearCombination.assign(array, weights.get(name)));
  }

  /** Follows one step. */
  public void update() {
    Map<String, NDArray> averages = average.arrays();
    Set<String> learned =
        trained.trainable().stream().map(Parameter::getName).collect(Collectors.toSet());
    trained
        .arrays()
        .forEach(
            (name, weight) -> {
              if (learned.contains(name)) {
                LinearCombination.into(averages.get(name), decay, weight, 1 - decay);
              } else {
                LinearCombination.assign(averages.get(name), weight);
              }
            });
  }
}
