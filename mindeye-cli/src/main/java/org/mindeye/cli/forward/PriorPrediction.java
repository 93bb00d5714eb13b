// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.List;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.prior.ConditioningMask;
import org.mindeye.prior.Denoiser;
import org.mindeye.prior.DenoisingNetwork;
import org.mindeye.prior.DiffusionConfig;
import org.mindeye.prior.DiffusionPrior;

/**
 * The inputs of one prediction of a prior's network, with samples hidden or guided.
 *
 * @param noisy {@code [batch, tokens, width]}, in the scale of the process
 * @param timesteps how noisy each sample is
 * @param brain {@code [batch, tokens, width]}, the condition
 * @param mask what the network is shown
 */
record PriorPrediction(
    ClipTokens noisy, int[] timesteps, BrainTokens brain, ConditioningMask mask) {
  private static final String HIDING = "bool or uint8";

  /** Says of each sample what is hidden. */
  static final List<Axes> MASKS =
      List.of(
          Axes.optional(
              PriorInputs.BRAIN_SHOWN, HIDING, "[batch]", "0: the null condition; all by default"),
          Axes.optional(
              PriorInputs.IMAGE_SHOWN,
              HIDING,
              "[batch]",
              "0: the null image in place of noisy; all by default"));

  /**
   * The network's prediction, as every sampling step gets it.
   *
   * @param process the process the network was trained for; guidance needs one that hides brains
   *     and images
   * @return {@code [batch, tokens, width]}
   */
  NDArray of(DenoisingNetwork network, DiffusionConfig process, Job job) {
    if (!job.choices().guided()) {
      return network.predict(noisy, timesteps, brain, mask, Mode.eval()).array();
    }
    DiffusionPrior prior =
        DiffusionPrior.of(network, process).withGuidance(job.choices().guidance());
    NDList predicted = new NDList();
    for (int i = 0; i < timesteps.length; i++) {
      String sample = i + ":" + (i + 1); // a step of sampling has one timestep for all
      BrainTokens condition = BrainTokens.of(brain.array().get(sample));
      Denoiser guided = prior.denoiser(condition, job.manager());
      predicted.add(guided.predict(noisy.array().get(sample), timesteps[i]));
    }
    return NDArrays.concat(predicted);
  }
}
