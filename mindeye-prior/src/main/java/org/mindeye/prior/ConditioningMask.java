// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import java.util.Arrays;
import org.mindeye.Plural;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ShapeMismatchException;

/**
 * What the network is shown of each sample. A hidden brain or image is replaced by the network's
 * learned null tokens. Training hides some, so that the network also learns to do without
 * (classifier-free guidance, Ho and Salimans 2022). Immutable.
 */
public final class ConditioningMask {
  private final boolean[] brain;
  private final boolean[] image;

  private ConditioningMask(boolean[] brain, boolean[] image) {
    this.brain = brain;
    this.image = image;
  }

  /**
   * A mask with known content.
   *
   * @param brain per sample, whether the condition is shown
   * @param image per sample, whether the noisy image is shown
   * @return the mask
   * @throws ShapeMismatchException if the two differ in length
   */
  public static ConditioningMask of(boolean[] brain, boolean[] image) {
    if (brain.length != image.length) {
      throw new ShapeMismatchException(
          "conditioning mask: expected as many brains as images but was "
              + brain.length
              + " and "
              + image.length);
    }
    return new ConditioningMask(brain.clone(), image.clone());
  }

  /**
   * Everything is shown.
   *
   * @param batch how many samples
   * @return the mask
   */
  public static ConditioningMask showAll(int batch) {
    return constant(batch, true);
  }

  /**
   * Nothing is shown: what guidance compares with. The noisy image is hidden too, as in the
   * original, so that the prediction depends on the timestep only.
   *
   * @param batch how many samples
   * @return the mask
   */
  public static ConditioningMask hideAll(int batch) {
    return constant(batch, false);
  }

  private static ConditioningMask constant(int batch, boolean shown) {
    boolean[] all = new boolean[batch];
    Arrays.fill(all, shown);
    return new ConditioningMask(all, all);
  }

  /**
   * Draws a mask: brains first, then images, each sample for itself. Probabilities 0 and 1 draw
   * nothing.
   *
   * @param batch how many samples
   * @param brainDropout how often a brain is hidden
   * @param imageDropout how often an image is hidden
   * @param noise where the random numbers come from
   * @return the mask
   * @throws IllegalArgumentException if there is no sample, or a rate is no probability
   */
  public static ConditioningMask draw(
      int batch, double brainDropout, double imageDropout, NoiseSource noise) {
    TransformerConfig.requirePositive("batch", batch);
    DiffusionConfig.requireProbability("brainDropout", brainDropout);
    DiffusionConfig.requireProbability("imageDropout", imageDropout);
    boolean[] brain = shown(batch, brainDropout, noise);
    return new ConditioningMask(brain, shown(batch, imageDropout, noise));
  }

  private static boolean[] shown(int batch, double dropout, NoiseSource noise) {
    boolean[] shown = new boolean[batch];
    if (dropout == 0) {
      Arrays.fill(shown, true);
    } else if (dropout < 1) {
      float[] uniform = new float[batch];
      noise.uniform(uniform);
      for (int i = 0; i < batch; i++) {
        shown[i] = uniform[i] < 1 - dropout;
      }
    }
    return shown;
  }

  /**
   * How many samples the mask is for.
   *
   * @return the count
   */
  public int batch() {
    return brain.length;
  }

  /**
   * Per sample, whether the condition is shown.
   *
   * @return a copy
   */
  public boolean[] brain() {
    return brain.clone();
  }

  /**
   * Per sample, whether the noisy image is shown.
   *
   * @return a copy
   */
  public boolean[] image() {
    return image.clone();
  }

  void requireBatch(int samples) {
    if (samples != brain.length) {
      throw new ShapeMismatchException(
          "conditioning mask: made for "
              + Plural.of(brain.length, "sample")
              + " but there are "
              + samples);
    }
  }
}
