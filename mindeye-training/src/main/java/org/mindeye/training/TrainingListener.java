// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a run reports while it trains. Called in the training thread, in order: once {@link
 * #onStart}, then every {@link #onStep} and {@link #onEpoch}, then once {@link #onEnd}. An
 * exception thrown by a listener ends the run; the other listeners are still notified of the end.
 */
public interface TrainingListener {
  /**
   * The run is about to start.
   *
   * @param plan how long it will be
   */
  default void onStart(RunPlan plan) {}

  /**
   * An optimiser step is done.
   *
   * @param report its numbers
   */
  default void onStep(StepReport report) {}

  /**
   * An epoch is done and validated.
   *
   * @param report its numbers
   */
  default void onEpoch(EpochReport report) {}

  /**
   * The run is over, whether it succeeded or failed; not called if {@link #onStart} was not. No
   * parameter requires gradients any more.
   */
  default void onEnd() {}

  /**
   * What a run will be.
   *
   * @param config the recipe, a value that becomes JSON: {@link TrainingConfig} for the published
   *     one
   * @param length how long it will be
   * @param parameters trainable numbers of all networks
   * @param names of all numbers that will be reported
   * @param start where the run starts
   */
  record RunPlan(
      Object config, RunLength length, long parameters, ReportNames names, RunStart start) {
    /**
     * The step the run starts with.
     *
     * @return 0, or where a resumed run continues
     */
    public long firstStep() {
      return start.step();
    }
  }

  /**
   * The numbers of one optimiser step.
   *
   * @param epoch 0 for the first
   * @param step counted over the whole run, 0 for the first
   * @param loss {@code total} and its terms, unweighted, before the update: the mean over the
   *     step's batches
   * @param gradientNorm Euclidean norm over all gradients, before clipping
   * @param learningRate used for the update
   */
  record StepReport(
      int epoch, long step, NamedValues loss, double gradientNorm, double learningRate) {}

  /**
   * The numbers of one epoch.
   *
   * @param epoch 0 for the first
   * @param lossName which loss was trained; for the published recipe the contrastive one, {@code
   *     BiMixCo} or {@code SoftCLIP}, or {@code none}
   * @param training {@code total} and its terms, mean over the epoch's steps
   * @param validation scores on the validation split, as {@link ReportNames#scores()} names them
   * @param best whether no epoch before was better, by the recipe's way to choose
   */
  record EpochReport(
      int epoch, String lossName, NamedValues training, NamedValues validation, boolean best) {
    /** As JSON it has the losses of validation in an object of their own. */
    @JsonValue
    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("epoch", epoch);
      json.put("lossName", lossName);
      json.put("training", training);
      json.put("validation", nestedValidation());
      json.put("best", best);
      return json;
    }

    /** Losses are what is called as in training. */
    Map<String, Object> nestedValidation() {
      Map<String, Object> losses = new LinkedHashMap<>();
      Map<String, Object> nested = new LinkedHashMap<>();
      nested.put("losses", losses);
      validation
          .values()
          .forEach((name, v) -> (training.names().contains(name) ? losses : nested).put(name, v));
      return nested;
    }
  }
}
