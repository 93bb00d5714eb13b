// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.backbone;

/** Normalisation and activation of the backbone's blocks; the original couples the two. */
public enum BackboneNorm {
  /** Layer normalisation and exact GELU ({@code norm_type = "ln"}, all published models). */
  LAYER_NORM_GELU,
  /** Batch normalisation and ReLU ({@code norm_type = "bn"}). */
  BATCH_NORM_RELU
}
