// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.optim;

import ai.djl.nn.Parameter;
import java.util.List;

/**
 * Parameters that share a weight decay.
 *
 * @param name what the group is called in messages and logs
 * @param parameters the members
 * @param weightDecay decoupled weight decay, 0 or more
 */
public record ParameterGroup(String name, List<Parameter> parameters, double weightDecay) {
  /** Copies the list and checks the decay. */
  public ParameterGroup {
    parameters = List.copyOf(parameters);
    if (!(weightDecay >= 0) || Double.isInfinite(weightDecay)) {
      throw new IllegalArgumentException(
          "group "
              + name
              + ": weight decay must be a finite number of 0 or more but was "
              + weightDecay);
    }
  }

  /** Refuses parameters that have no value yet, or none any more. */
  void requireValues() {
    for (Parameter parameter : parameters) {
      if (!parameter.isInitialized()) {
        throw new IllegalStateException(
            parameter.getName() + " has no value yet: initialise the network first");
      }
      if (parameter.getArray().isReleased()) {
        throw new IllegalStateException(
            parameter.getName() + ": its network is closed; closing is final, so make a new one");
      }
    }
  }
}
