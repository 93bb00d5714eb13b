// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

/**
 * What a run minimises: a weighted sum of losses. A weight of 0 leaves a loss out, and what only it
 * would train stays as it is.
 *
 * @param contrastive of BiMixCo and then SoftCLIP, on the projector's output
 * @param prior of the diffusion prior, conditioned on the backbone's tokens
 * @param meanSquared of the squared error of the backbone's tokens themselves (an ablation of the
 *     paper)
 */
public record Objective(double contrastive, double prior, double meanSquared) {
  /** The published 257-token models: contrastive loss plus 30 times the prior's. */
  public static final Objective JOINT = new Objective(1, 30, 0);

  /** The published final-layer models: contrastive loss plus 0.03 times the prior's. */
  public static final Objective JOINT_FINAL_LAYER = new Objective(1, 0.03, 0);

  /** No prior: retrieval only. */
  public static final Objective CONTRASTIVE_ONLY = new Objective(1, 0, 0);

  /** No contrastive loss: the backbone learns through the prior alone. */
  public static final Objective PRIOR_ONLY = new Objective(0, JOINT.prior, 0);

  /** Checks the weights. */
  public Objective {
    requireWeight("contrastive", contrastive);
    requireWeight("prior", prior);
    requireWeight("meanSquared", meanSquared);
    if (contrastive == 0 && prior == 0 && meanSquared == 0) {
      throw new IllegalArgumentException(
          "objective: all weights are 0, so there is nothing to minimise; give at least one of"
              + " contrastive, prior and meanSquared a weight");
    }
  }

  private static void requireWeight(String name, double weight) {
    if (!(weight >= 0) || Double.isInfinite(weight)) {
      throw new IllegalArgumentException(
          name + ": expected a finite weight of 0 or more but was " + weight);
    }
  }
}
