// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.optim;

import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.mindeye.core.nn.Network;

/** Which parameters weight decay applies to. */
public final class ParameterGroups {
  /** Decay of the published weights. */
  public static final double PUBLISHED_WEIGHT_DECAY = 1e-2;

  private ParameterGroups() {}

  /**
   * The original's rule with the published decay; see {@link #asPublished(Block, double)}.
   *
   * @param network names and parameters; buffers and frozen parameters are left out
   * @return two groups, {@code decay} and {@code no decay}
   */
  public static List<ParameterGroup> asPublished(Block network) {
    return asPublished(network, PUBLISHED_WEIGHT_DECAY);
  }

  /**
   * The original's rule: a parameter whose name contains {@code bias} is not decayed, all others
   * are. The original means to exempt layer norms too, but looks for {@code LayerNorm} in names
   * like {@code lin0.1.weight}, so their gains are decayed; published weights were trained that
   * way.
   *
   * @param network names and parameters; buffers and frozen parameters are left out
   * @param weightDecay decay of the first group (published: 1e-2)
   * @return two groups, {@code decay} and {@code no decay}
   */
  public static List<ParameterGroup> asPublished(Block network, double weightDecay) {
    return split(network, weightDecay, p -> !p.getName().contains("bias"));
  }

  /**
   * The usual rule: matrices and convolutions are decayed; biases, gains and other vectors are not.
   *
   * @param network names and parameters; buffers and frozen parameters are left out
   * @param weightDecay decay of the first group
   * @return two groups, {@code decay} and {@code no decay}
   */
  public static List<ParameterGroup> conventional(Block network, double weightDecay) {
    return split(network, weightDecay, p -> p.getShape().dimension() > 1);
  }

  private static List<ParameterGroup> split(
      Block network, double weightDecay, Predicate<Parameter> decayed) {
    if (network instanceof Network ours) {
      ours.enter().close(); // says so where it is closed
    }
    List<Parameter> decay = new ArrayList<>();
    List<Parameter> rest = new ArrayList<>();
    for (Parameter parameter : network.getParameters().values()) {
      if (parameter.requiresGradient()) {
        (decayed.test(parameter) ? decay : rest).add(parameter);
      }
    }
    return List.of(
        new ParameterGroup("decay", decay, weightDecay), new ParameterGroup("no decay", rest, 0));
  }
}
