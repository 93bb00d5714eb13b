// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import java.util.Optional;
import org.mindeye.MindEyeException;
import org.mindeye.core.weights.WeightDigest;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.ConvNextTeacher;
import org.mindeye.training.DataFingerprint;

/**
 * What a low-level network learned from. A run goes on only from the same, and its predictions mean
 * pictures only to the autoencoder named here.
 *
 * @param autoencoder digest of the weights that encoded the images; see {@link WeightDigest}
 * @param scale what it multiplies latents by
 * @param teacher digest of the teacher's weights; empty without one
 * @param side rows, and columns, that images were resized to
 * @param training the training split
 * @param validation the validation split
 */
public record LowLevelSources(
    String autoencoder,
    double scale,
    Optional<String> teacher,
    int side,
    DataFingerprint training,
    DataFingerprint validation) {
  /** Reads both splits whole, and the teacher's weights. */
  static LowLevelSources of(
      LowLevelSplit training, LowLevelSplit validation, ConvNextTeacher teacher) {
    return new LowLevelSources(
        training.autoencoderDigest(),
        training.autoencoder().config().scale(),
        Optional.ofNullable(teacher).map(WeightDigest::sha256),
        training.side(),
        DataFingerprint.of(training.trials()),
        DataFingerprint.of(validation.trials()));
  }

  /**
   * Refuses to decode predictions with another autoencoder than they are made for.
   *
   * @param place names the run or its weights in messages
   * @param found the autoencoder there is now
   * @throws MindEyeException if it has other weights or another scale
   * @throws IllegalStateException if it has no weights
   */
  public void requireAutoencoder(Object place, AutoencoderKl found) {
    String digest = WeightDigest.sha256(found);
    double other = found.config().scale();
    if (!digest.equals(autoencoder) || other != scale) {
      throw new MindEyeException(
          place
              + ": trained for the latents of the autoencoder "
              + autoencoder
              + " with the scale "
              + scale
              + " but was given "
              + digest
              + " with "
              + other
              + "; give the autoencoder that it was trained with");
    }
  }
}
