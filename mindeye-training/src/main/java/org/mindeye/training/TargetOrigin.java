// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.util.Map;
import java.util.Objects;
import org.mindeye.MindEyeException;
import org.mindeye.core.clip.ClipFingerprint;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.tensor.ClipSpace;

/**
 * What kept targets are: targets of another origin are other numbers, and a model would learn from
 * them without a complaint.
 *
 * @param layer which of the encoder's embeddings
 * @param space tokens and width
 * @param precision in which format the encoder multiplied
 * @param encoder its weights' digest, shape, preprocessing and clamp
 */
public record TargetOrigin(
    TargetLayer layer, ClipSpace space, Precision precision, ClipFingerprint encoder) {
  /** Checks that everything is there. */
  public TargetOrigin {
    Objects.requireNonNull(layer, "layer");
    Objects.requireNonNull(space, "space");
    Objects.requireNonNull(precision, "precision");
    Objects.requireNonNull(encoder, "encoder");
  }

  /**
   * What an encoder would make.
   *
   * @param encoder the CLIP image encoder
   * @param layer which of its embeddings
   * @return the origin
   */
  public static TargetOrigin of(ClipImageEncoder encoder, TargetLayer layer) {
    Objects.requireNonNull(encoder, "encoder");
    Objects.requireNonNull(layer, "layer");
    return new TargetOrigin(
        layer, layer.space(encoder), encoder.precision(), encoder.fingerprint());
  }

  /**
   * Refuses another origin.
   *
   * @param place where targets of this origin are kept, for the message
   * @param wanted the origin of the targets that are needed
   * @throws MindEyeException if it is another one; names what differs, with both values
   */
  public void require(Object place, TargetOrigin wanted) {
    Map<String, String> differences =
        new Differences()
            .compare("layer", layer, wanted.layer)
            .compare("space", space, wanted.space)
            .compare("precision", precision, wanted.precision)
            .compare("encoder", encoder, wanted.encoder)
            .found();
    if (!differences.isEmpty()) {
      throw new MindEyeException(
          place
              + ": expected targets as they are needed but it keeps others: "
              + differences
              + "; give another folder, or what these were made with");
    }
  }
}
