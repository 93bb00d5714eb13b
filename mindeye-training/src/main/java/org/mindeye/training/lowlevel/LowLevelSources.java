// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.mindeye.MindEyeException;
import org.mindeye.core.weights.WeightDigest;
import org.mindeye.data.Trial;
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
  /**
   * Reads both splits whole, and the weights of autoencoder and teacher.
   *
   * @param autoencoder encodes the images
   * @param teacher null without one, or where the objective has no use for it
   * @param side rows, and columns, that images are resized to
   * @param training the samples of the training split
   * @param validation the samples of the validation split
   * @return what a network would learn from
   */
  public static LowLevelSources of(
      AutoencoderKl autoencoder,
      ConvNextTeacher teacher,
      int side,
      List<Trial> training,
      List<Trial> validation) {
    return of(
        WeightDigest.sha256(autoencoder),
        autoencoder.config().scale(),
        teacher,
        side,
        List.of(training, validation));
  }

  /** The same of splits, whose autoencoder is digested already. */
  static LowLevelSources of(
      LowLevelSplit training, LowLevelSplit validation, ConvNextTeacher teacher) {
    return of(
        training.autoencoderDigest(),
        training.autoencoder().config().scale(),
        teacher,
        training.side(),
        List.of(training.trials(), validation.trials()));
  }

  private static LowLevelSources of(
      String autoencoder,
      double scale,
      ConvNextTeacher teacher,
      int side,
      List<List<Trial>> splits) {
    return new LowLevelSources(
        autoencoder,
        scale,
        Optional.ofNullable(teacher).map(WeightDigest::sha256),
        side,
        DataFingerprint.of(splits.get(0)),
        DataFingerprint.of(splits.get(1)));
  }

  /**
   * Refuses to go on with anything else than the run began with, before it is encoded.
   *
   * @param place names the run in messages
   * @param now what there is now
   * @throws MindEyeException if they differ; names what does, with both values
   */
  public void requireSame(Object place, LowLevelSources now) {
    Map<String, String> differences = new TreeMap<>();
    compare(differences, "autoencoder", autoencoder, now.autoencoder);
    compare(differences, "scale", scale, now.scale);
    compare(differences, "teacher", teacher, now.teacher);
    compare(differences, "side", side, now.side);
    compare(differences, "training", training, now.training);
    compare(differences, "validation", validation, now.validation);
    if (!differences.isEmpty()) {
      throw new MindEyeException(
          place
              + ": the run began with other data or networks: "
              + differences
              + "; give the same, or start a new run");
    }
  }

  private static void compare(
      Map<String, String> differences, String name, Object begun, Object now) {
    if (!begun.equals(now)) {
      differences.put(name, begun + " in the run, now " + now);
    }
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
