// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.ladder;

import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.pipeline.EmbeddingPrior;
import org.mindeye.core.pipeline.ImageDecoder;
import org.mindeye.core.pipeline.VoxelEncoder;
import org.mindeye.evaluation.attributes.AttributeClassifier;

/**
 * The networks that paint and judge; all stay the caller's.
 *
 * @param encoder the trained backbone
 * @param prior with the sampler that is used
 * @param decoder paints
 * @param clip the image tower of the targets
 * @param judge has learned something else, from other scenes
 */
public record LadderNetworks(
    VoxelEncoder encoder,
    EmbeddingPrior prior,
    ImageDecoder decoder,
    ClipImageEncoder clip,
    AttributeClassifier judge) {}
