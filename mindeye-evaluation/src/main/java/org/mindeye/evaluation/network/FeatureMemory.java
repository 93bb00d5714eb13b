// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.network;

import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.util.Optional;
import java.util.function.Supplier;
import org.mindeye.MindEyeException;
import org.mindeye.core.clip.ClipMemory;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.memory.MemoryEstimate;
import org.mindeye.core.nn.Conv2d;
import org.mindeye.core.nn.Network;

/** The memory that the networks of metrics need, before they exist. */
public final class FeatureMemory {
  private static final long COLORS = 3;

  /** Of images: given, as large as all, as large as the network sees them, and normalised. */
  private static final long PIXELS = 4;

  private FeatureMemory() {}

  /**
   * Estimates {@link FeatureExtractor#features}, its result not counted.
   *
   * @param kind the network
   * @param config format and images at a time
   * @return what a process that does nothing else needs
   */
  public static MemoryEstimate inference(MetricNetwork kind, FeatureConfig config) {
    Optional<Supplier<StagedNetwork>> convolutional = kind.convolutional();
    if (convolutional.isEmpty()) {
      return ClipMemory.inference(
          VisionTransformerConfig.vitL14(), config.precision(), config.chunk());
    }
    StagedNetwork network = convolutional.get().get();
    network.storeIn(config.precision());
    return inference(kind, network, config);
  }

  private static MemoryEstimate inference(
      MetricNetwork kind, Network network, FeatureConfig config) {
    long pixels = PIXELS * COLORS * kind.side() * kind.side() * Float.BYTES;
    long maps = largestMaps(kind) * config.precision().activationBytes();
    MemoryEstimate plain = MemoryEstimate.inference(network, config.chunk() * (pixels + maps));
    return new MemoryEstimate(
        plain.weights() + packed(network), 0, 0, plain.activations(), plain.working());
  }

  /**
   * Numbers of one image between layers where there are the most: what a layer reads and writes,
   * and what was freed before and is too small for its next use.
   */
  private static long largestMaps(MetricNetwork kind) {
    return switch (kind) {
      case ALEXNET -> 2 * 64 * 63 * 63; // around the first activation
      case INCEPTION_V3 -> 3 * 64 * 168 * 168; // around the third activation
      case EFFICIENTNET_B1 -> (4 * 96 + 16) * 128 * 128; // widened, and the block's input
      case RESNET50 -> (3 * 256 + 64) * 56 * 56; // the first sum, and the block's input
      case CLIP -> 0; // core knows
    };
  }

  /** Bytes of weights that are kept in a second order, at the fewest positions. */
  private static long packed(Network network) {
    long sum = 0;
    for (Pair<String, Parameter> each : network.getParameters()) {
      sum += Conv2d.keptBytes(network, each.getValue(), 1);
    }
    return sum;
  }

  /**
   * Refuses to load a network that does not fit.
   *
   * @throws MindEyeException if weights and a chunk of images do not fit
   */
  static void requireLoadable(
      MetricNetwork kind, StagedNetwork network, FeatureConfig config, MemoryBudget budget) {
    inference(kind, network, config).requireLoadable(kind.toString(), network, budget);
  }
}
