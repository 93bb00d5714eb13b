// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import ai.djl.ndarray.NDArray;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.losses.BiMixCoLoss;
import org.mindeye.losses.ClipLoss;
import org.mindeye.losses.MixCoPlan;
import org.mindeye.losses.SoftClipLoss;
import org.mindeye.losses.SoftContrastiveLoss;

/** The losses that are measured, each beside its plain version; all at one temperature. */
public enum LossKind {
  /** The published loss of the first third of training. */
  BI_MIX_CO {
    @Override
    NDArray evaluate(ClipVectors brain, ClipVectors image, ClipVectors other, MixCoPlan mix) {
      return BiMixCoLoss.paper().evaluate(brain, image, mix);
    }

    @Override
    double plain(double[][] brain, double[][] image, double[][] other, MixCoPlan mix) {
      double[][] targets = mix.targets(BiMixCoLoss.paper().targets());
      return PlainLosses.crossEntropy(
          PlainLosses.logits(brain, image, TEMPERATURE), targets, targets);
    }
  },
  /** The published loss of the rest. */
  SOFT_CLIP {
    @Override
    NDArray evaluate(ClipVectors brain, ClipVectors image, ClipVectors other, MixCoPlan mix) {
      return new SoftClipLoss(TEMPERATURE).evaluate(brain, image);
    }

    @Override
    double plain(double[][] brain, double[][] image, double[][] other, MixCoPlan mix) {
      return PlainLosses.distil(
          PlainLosses.logits(brain, image, TEMPERATURE),
          PlainLosses.logits(image, image, TEMPERATURE));
    }
  },
  /** CLIP's own loss. */
  CLIP {
    @Override
    NDArray evaluate(ClipVectors brain, ClipVectors image, ClipVectors other, MixCoPlan mix) {
      return new ClipLoss(TEMPERATURE).evaluate(brain, image);
    }

    @Override
    double plain(double[][] brain, double[][] image, double[][] other, MixCoPlan mix) {
      double[][] diagonal = PlainLosses.identity(brain.length);
      return PlainLosses.crossEntropy(
          PlainLosses.logits(brain, image, TEMPERATURE), diagonal, diagonal);
    }
  },
  /** The auxiliary loss of the low-level branch; {@code other} is the augmented teacher. */
  SOFT_CONTRASTIVE {
    @Override
    NDArray evaluate(ClipVectors brain, ClipVectors image, ClipVectors other, MixCoPlan mix) {
      return new SoftContrastiveLoss(TEMPERATURE).evaluate(brain, image, other);
    }

    @Override
    double plain(double[][] brain, double[][] image, double[][] other, MixCoPlan mix) {
      return PlainLosses.distil(
          PlainLosses.logits(brain, other, TEMPERATURE),
          PlainLosses.logits(image, other, TEMPERATURE));
    }
  };

  /** BiMixCo's published temperature. */
  static final double TEMPERATURE = BiMixCoLoss.paper().temperature();

  /** The loss itself, on {@code [batch, width]} unit vectors. */
  abstract NDArray evaluate(ClipVectors brain, ClipVectors image, ClipVectors other, MixCoPlan mix);

  /** The same number in loops. */
  abstract double plain(double[][] brain, double[][] image, double[][] other, MixCoPlan mix);
}
