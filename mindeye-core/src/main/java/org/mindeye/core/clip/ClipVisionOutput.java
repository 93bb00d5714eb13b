// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.clip;

import ai.djl.ndarray.NDArray;
import org.mindeye.core.tensor.ClipTokens;

/**
 * What a CLIP vision transformer computes. Nothing is normalised to unit length. All three belong
 * to the manager of the pixels they were computed from.
 *
 * @param lastHidden {@code [batch, tokens, hidden]}, the last layer's output before the final layer
 *     norm
 * @param tokens {@code [batch, tokens, projection]}, every token layer-normed and projected, class
 *     token first
 * @param imageEmbeds {@code [batch, projection]}, the projected class token
 */
public record ClipVisionOutput(NDArray lastHidden, ClipTokens tokens, NDArray imageEmbeds) {}
