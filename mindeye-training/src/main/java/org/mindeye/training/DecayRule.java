// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import ai.djl.nn.Block;
import java.util.List;
import org.mindeye.core.optim.ParameterGroup;
import org.mindeye.core.optim.ParameterGroups;

/** Which parameters weight decay applies to. */
public enum DecayRule {
  /** All but those with {@code bias} in their name: norm gains are decayed, as in the original. */
  AS_PUBLISHED {
    @Override
    List<ParameterGroup> groups(Block network, double weightDecay) {
      return ParameterGroups.asPublished(network, weightDecay);
    }
  },
  /** Matrices only. */
  CONVENTIONAL {
    @Override
    List<ParameterGroup> groups(Block network, double weightDecay) {
      return ParameterGroups.conventional(network, weightDecay);
    }
  };

  abstract List<ParameterGroup> groups(Block network, double weightDecay);
}
