// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mindeye.core.optim.ParameterGradients;
import org.mindeye.core.tensor.Finite;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.training.StepContext.Position;

/** Says where the first NaN or infinity came from, once a loss or a gradient has one. */
final class NotFinite {
  private static final int NAMED = 5;
  private static final String LOWER = "lower the learning rate";

  private NotFinite() {}

  /** A loss that is NaN or infinite: the first of what was noted that explains it. */
  static <B> NotFiniteException loss(
      StepContext step, NamedValues terms, StepLoss<B> loss, B batch) {
    String bad =
        loss.terms().stream()
            .map(LossTerm::name)
            .filter(name -> !Double.isFinite(terms.value(name)))
            .findFirst()
            .orElse(LossTerm.TOTAL);
    return loss(step, "the loss became " + terms, loss.remedy(bad), loss.keys(batch));
  }

  /** A loss that was refused where it was computed. */
  static <B> NotFiniteException loss(
      StepContext step, NotFiniteException refusal, StepLoss<B> loss, B batch) {
    return loss(step, refusal.getMessage(), loss.remedy(LossTerm.TOTAL), loss.keys(batch));
  }

  private static NotFiniteException loss(
      StepContext step, String otherwise, String remedy, List<String> keys) {
    Suspects.Cause cause =
        step.suspects()
            .cause(keys)
            .orElseGet(() -> new Suspects.Cause(otherwise + " (samples " + keys + ")", remedy));
    return failure(step.at(), cause.what(), cause.remedy());
  }

  /** Refuses a validation batch with values that are not finite, and says where they came from. */
  static void requireFinite(int epoch, NDArray vectors, Suspects suspects, List<String> keys) {
    if (!Finite.isFinite(vectors)) {
      Suspects.Cause cause =
          suspects
              .cause(keys)
              .orElse(
                  new Suspects.Cause("vectors of " + some("sample", keys) + " overflow", LOWER));
      throw new NotFiniteException(
          "epoch " + epoch + ", validation: " + cause.what() + "; " + cause.remedy());
    }
  }

  /** No later epoch would be better than one whose losses are not finite. */
  static void requireFinite(int epoch, NamedValues scores) {
    if (!scores.names().stream().allMatch(name -> Double.isFinite(scores.value(name)))) {
      throw new NotFiniteException(
          "epoch " + epoch + ", validation: the scores became " + scores + "; " + LOWER);
    }
  }

  /** Gradients that are not finite although the loss is. */
  static NotFiniteException gradients(
      Position at, ParameterGradients gradients, List<Parameter> parameters) {
    List<String> bad = new ArrayList<>();
    for (Parameter parameter : parameters) {
      Optional<NDArray> gradient = gradients.of(parameter);
      if (gradient.isPresent() && !Finite.isFinite(gradient.get())) {
        bad.add(parameter.getName());
      }
    }
    return failure(
        at,
        bad.isEmpty()
            ? "the norm of all gradients overflowed"
            : "the " + some("gradient", bad) + " holds NaN or infinity",
        LOWER);
  }

  private static NotFiniteException failure(Position at, String what, String remedy) {
    return new NotFiniteException(
        "epoch "
            + at.epoch()
            + ", step "
            + at.step()
            + ": "
            + what
            + "; no parameter was updated in this step; "
            + remedy);
  }

  static String some(String kind, List<String> names) {
    String shown = String.join(", ", names.subList(0, Math.min(NAMED, names.size())));
    int more = names.size() - NAMED;
    return kind + " " + shown + (more > 0 ? " and " + more + " more" : "");
  }
}
