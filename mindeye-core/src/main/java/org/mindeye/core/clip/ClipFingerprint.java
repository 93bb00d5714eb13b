// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.clip;

import java.util.Objects;

/**
 * What an image's embedding depends on besides the image: two encoders with the same fingerprint
 * make the same targets. The weights are digested as the network holds them, so neither the file's
 * name nor its format or layout matters.
 *
 * @param weights SHA-256 of names, shapes and numbers of all parameters, 64 hexadecimal digits: see
 *     {@link org.mindeye.core.weights.WeightDigest}
 * @param network the shape; heads and activation cannot be read off the weights
 * @param preprocessing how images become pixels
 * @param clamp limits of the projected values
 */
public record ClipFingerprint(
    String weights,
    VisionTransformerConfig network,
    ClipPreprocessing preprocessing,
    EmbeddingClamp clamp) {
  /** Checks that everything is there. */
  public ClipFingerprint {
    Objects.requireNonNull(weights, "weights");
    Objects.requireNonNull(network, "network");
    Objects.requireNonNull(preprocessing, "preprocessing");
    Objects.requireNonNull(clamp, "clamp");
  }
}
