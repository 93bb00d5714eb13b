// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.optim;

import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.mindeye.core.tensor.Finite;
import org.mindeye.core.tensor.NotFiniteException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the norms of a step's gradients: refuses NaN and infinity, and says once when a
 * parameter that had a gradient has none any more.
 */
final class GradientWatch {
  /**
   * How many steps in a row a gradient has to be zero or missing. Dropout, the mask that hides a
   * brain, and loops that train terms in turn leave some out now and then; a term whose graph was
   * cut never comes back.
   */
  static final int PATIENCE = 25;

  private static final Logger LOG = LoggerFactory.getLogger(GradientWatch.class);
  private static final int NAMED = 5;

  /** Steps since the last gradient, of the parameters that had one; nothing more to say below 0. */
  private final Map<Parameter, Integer> without = new IdentityHashMap<>();

  /**
   * Looks at one step.
   *
   * @throws NotFiniteException if a gradient holds NaN or infinity
   */
  void look(List<Parameter> parameters, ParameterGradients gradients) {
    Map<Parameter, Double> norms = gradients.eachNorm();
    if (!Double.isFinite(gradients.globalNorm())) {
      throw refusal(gradients, norms);
    }
    List<Parameter> lost = new ArrayList<>();
    for (Parameter parameter : parameters) {
      if (parameter.requiresGradient() && lost(parameter, norms.getOrDefault(parameter, 0.0))) {
        lost.add(parameter);
      }
    }
    if (!lost.isEmpty()) {
      LOG.warn(
          "{} had a gradient and has had none for {} steps; unless that is intended, a term of"
              + " the loss has lost its graph: toType(), duplicate() and toDevice() cut it",
          names(lost),
          PATIENCE);
    }
  }

  /** Whether it is time to say that a parameter has lost its gradient. */
  private boolean lost(Parameter parameter, double norm) {
    Integer steps = without.get(parameter);
    boolean warned = steps != null && steps < 0;
    if (norm > 0) {
      if (!warned) {
        without.put(parameter, 0);
      }
      return false;
    }
    if (steps == null || warned) {
      return false;
    }
    boolean now = steps + 1 == PATIENCE;
    without.put(parameter, now ? -1 : steps + 1);
    return now;
  }

  private static NotFiniteException refusal(
      ParameterGradients gradients, Map<Parameter, Double> norms) {
    List<Parameter> bad = new ArrayList<>();
    gradients.forEach(
        (parameter, gradient) -> {
          if (!Double.isFinite(norms.get(parameter)) && !Finite.isFinite(gradient)) {
            bad.add(parameter);
          }
        });
    String what =
        bad.isEmpty()
            ? "the norm of all gradients overflows"
            : "the gradients of " + names(bad) + " hold NaN or infinity";
    return new NotFiniteException(
        what
            + "; no parameter was changed. Look at the loss and the data of this step; if they are"
            + " sound, lower the learning rate or clip the gradients");
  }

  private static String names(List<Parameter> parameters) {
    int more = parameters.size() - NAMED;
    return parameters.stream()
            .limit(NAMED)
            .map(Parameter::getName)
            .collect(Collectors.joining(", "))
        + (more > 0 ? " and " + more + " more" : "");
  }
}
