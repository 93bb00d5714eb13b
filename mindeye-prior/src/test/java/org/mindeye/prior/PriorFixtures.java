// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.testkit.Golden;
import org.mindeye.testkit.ParityGenerator;
import org.mindeye.testkit.ParityWeights;

/** Networks and inputs of the golden tensors, and small ones for everything else. */
final class PriorFixtures {
  static final Golden GOLDEN = Golden.open("/golden/high-level.safetensors");
  static final long BASE = GOLDEN.seedBase();
  static final TransformerConfig SMALL = new TransformerConfig(2, 3, 8, 2, false, 0, 0);

  private PriorFixtures() {}

  static PriorConfig goldenConfig() {
    return PriorConfig.paper()
        .withSpace(new ClipSpace(GOLDEN.number("prior", "tokens"), GOLDEN.number("prior", "dim")))
        .withTransformer(
            TransformerConfig.paper()
                .withSize(GOLDEN.number("prior", "depth"), GOLDEN.number("prior", "heads"), 64));
  }

  static PriorNetwork golden(PriorConfig config) {
    return filled(new PriorNetwork(config));
  }

  static <N extends DenoisingNetwork> N filled(N network) {
    network.initialize(Device.cpu(), NoiseSource.seeded(1));
    ParityWeights.asGenerated()
        .leaving(name -> name.endsWith("rotary_emb.freqs"))
        .fill(network.getParameters());
    return network;
  }

  static <N extends DenoisingNetwork> N initialized(N network) {
    network.initialize(Device.cpu(), NoiseSource.seeded(1));
    return network;
  }

  static PriorNetwork small(int tokens, int depth) {
    return initialized(new PriorNetwork(smallConfig(tokens, depth)));
  }

  static PriorConfig smallConfig(int tokens, int depth) {
    return new PriorConfig(new ClipSpace(tokens, 12), SMALL.withSize(depth, 3, 8));
  }

  static FinalLayerPriorNetwork smallFinalLayer(int slots, int depth) {
    return initialized(
        new FinalLayerPriorNetwork(
            new FinalLayerPriorConfig(12, slots, 50, SMALL.withSize(depth, 3, 8))));
  }

  static ClipTokens input(NDManager manager, long seed, double scale, long... shape) {
    return ClipTokens.of(ParityGenerator.input(manager, seed, new Shape(shape), scale, 0));
  }

  /** The golden samplers' draws. */
  static NoiseSource draws(long firstSeed, int count, int size) {
    List<float[]> draws = new ArrayList<>();
    for (int j = 0; j < count; j++) {
      draws.add(ParityGenerator.input(firstSeed + j, size, Math.sqrt(3), 0));
    }
    return NoiseSource.replayed(draws);
  }

  /** The same numbers as {@link #normal}, as a backbone's. */
  static BrainTokens brain(NDManager manager, long seed, long... shape) {
    return brain(normal(manager, seed, shape));
  }

  static BrainTokens brain(ClipTokens tokens) {
    return BrainTokens.of(tokens.array());
  }

  static ClipTokens normal(NDManager manager, long seed, long... shape) {
    return ClipTokens.of(NoiseSource.seeded(seed).normal(manager, new Shape(shape)));
  }
}
