// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.painter;

import java.util.Map;
import java.util.TreeMap;
import org.mindeye.MindEyeException;
import org.mindeye.core.clip.ClipFingerprint;
import org.mindeye.training.DataFingerprint;

/**
 * What a painter learned from. A run goes on only from the same; the painter paints from tokens of
 * this CLIP encoder alone, and its latents mean pictures to this autoencoder alone.
 *
 * @param autoencoder digest of the weights that encoded the pictures; see {@link
 *     org.mindeye.core.weights.WeightDigest}
 * @param scale what it multiplies latents by
 * @param clip the encoder of the tokens
 * @param training the training split
 * @param validation the validation split
 */
public record PainterSources(
    String autoencoder,
    double scale,
    ClipFingerprint clip,
    DataFingerprint training,
    DataFingerprint validation) {
  /**
   * Of two splits that were encoded by the same networks.
   *
   * @param training the training split
   * @param validation the validation split
   * @return what a UNet would learn from
   * @throws MindEyeException if they were encoded by different networks; names what differs
   */
  public static PainterSources of(PainterSplit training, PainterSplit validation) {
    PainterSources sources =
        new PainterSources(
            training.autoencoder(),
            training.scale(),
            training.clip(),
            training.fingerprint(),
            validation.fingerprint());
    PainterSources other =
        new PainterSources(
            validation.autoencoder(),
            validation.scale(),
            validation.clip(),
            training.fingerprint(),
            validation.fingerprint());
    Map<String, String> differences = sources.differences(other);
    if (!differences.isEmpty()) {
      throw new MindEyeException(
          "training and validation split: expected them encoded by the same networks but they"
              + " differ in "
              + differences
              + " (training, validation); encode both with the same");
    }
    return sources;
  }

  /**
   * Refuses to go on with anything else than the run began with.
   *
   * @param place names the run in messages
   * @param now what there is now
   * @throws MindEyeException if they differ; names what does, with both values
   */
  public void requireSame(Object place, PainterSources now) {
    Map<String, String> differences = differences(now);
    if (!differences.isEmpty()) {
      throw new MindEyeException(
          place
              + ": the run began with other pictures or networks: "
              + differences
              + " (in the run, now); give the same, or start a new run");
    }
  }

  private Map<String, String> differences(PainterSources other) {
    Map<String, String> differences = new TreeMap<>();
    compare(differences, "autoencoder", autoencoder, other.autoencoder);
    compare(differences, "scale", scale, other.scale);
    compare(differences, "clip", clip, other.clip);
    compare(differences, "training", training, other.training);
    compare(differences, "validation", validation, other.validation);
    return differences;
  }

  private static void compare(
      Map<String, String> differences, String name, Object here, Object there) {
    if (!here.equals(there)) {
      differences.put(name, here + ", " + there);
    }
  }
}
