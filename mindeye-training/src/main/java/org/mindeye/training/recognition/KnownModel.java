// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.recognition;

import java.util.Objects;

/**
 * What a file of weights holds.
 *
 * @param kind which model
 * @param config its shape, the record of that kind of network, for example a {@code
 *     BackboneConfig}; null for a note, for a tower that does not tell all of it, and for a
 *     metric's network, which has one shape
 * @param description of it for people, one sentence without a full stop
 */
public record KnownModel(Kind kind, Record config, String description) {
  /** What there is. */
  public enum Kind {
    /** A MindEye backbone. */
    BACKBONE,
    /** A diffusion prior over all CLIP tokens. */
    TOKEN_PRIOR,
    /** A diffusion prior over CLIP's final embedding. */
    FINAL_LAYER_PRIOR,
    /** CLIP's image tower. */
    IMAGE_TOWER,
    /** The low-level network, from voxels to latents. */
    LOW_LEVEL,
    /** An autoencoder of images and latents. */
    AUTOENCODER,
    /** The low-level network's teacher. */
    TEACHER,
    /** A conditional UNet, which finds the noise in latents. */
    UNET,
    /** A network whose features a metric compares. */
    METRIC_NETWORK,
    /** A classifier that says what pictures show. */
    CLASSIFIER,
    /** No model, but worth knowing: what is missing, assumed or in the way. */
    NOTE
  }

  /** Checks that nothing is missing. */
  public KnownModel {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(description, "description");
  }

  static KnownModel note(String description) {
    return new KnownModel(Kind.NOTE, null, description);
  }
}
