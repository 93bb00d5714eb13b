// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import ai.djl.ndarray.NDArray;
import org.mindeye.core.tensor.ClipTokens;

/**
 * What a training step of the prior yields.
 *
 * @param loss a scalar, mean squared error over all samples, tokens and channels, in the scale of
 *     the process
 * @param predicted {@code [batch, tokens, width]}, the clean embedding as predicted, in the scale
 *     of the process ({@link DiffusionConfig#scale()} times that of the targets); for monitoring
 */
public record PriorLoss(NDArray loss, ClipTokens predicted) {}
