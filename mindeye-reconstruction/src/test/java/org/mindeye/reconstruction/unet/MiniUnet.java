// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction.unet;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.List;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.nn.Network;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.testkit.Golden;
import org.mindeye.testkit.ParityWeights;

/** UNets of the published make at sizes of tests. */
public final class MiniUnet {
  private static final String KEY = "unet";

  private MiniUnet() {}

  /** That of which the original's results are known. */
  public static ConditionalUnetConfig golden(Golden golden) {
    List<Integer> channels = new ArrayList<>();
    channels.addAll(golden.list(KEY, "block_out_channels"));
    return new ConditionalUnetConfig(
        new UnetStages(
            channels, List.of(true, true, true, false), 2, golden.number(KEY, "norm_num_groups")),
        golden.number(KEY, "attention_head_dim"),
        new ClipSpace(17, golden.number(KEY, "cross_attention_dim")),
        4,
        golden.number(KEY, "sample_size"));
  }

  /** Two stages, of which the deeper attends. */
  static ConditionalUnetConfig tiny() {
    return new ConditionalUnetConfig(
        new UnetStages(List.of(4, 8), List.of(false, true), 1, 2), 2, new ClipSpace(3, 5), 3, 4);
  }

  /** Generated weights, as the original had for the golden values. */
  public static ConditionalUnet generated(ConditionalUnetConfig config) {
    return generated(config, Precision.FLOAT32);
  }

  /** The same in a format of numbers. */
  public static ConditionalUnet generated(ConditionalUnetConfig config, Precision precision) {
    ConditionalUnet network = new ConditionalUnet(config);
    network.storeIn(precision);
    network.allocate(Device.cpu());
    ParityWeights.asGenerated().fill(network.getParameters());
    return network;
  }

  /** Initial weights. */
  public static <N extends Network> N drawn(N network) {
    return drawn(network, Precision.FLOAT32);
  }

  /** The same in a format of numbers. */
  public static <N extends Network> N drawn(N network, Precision precision) {
    network.storeIn(precision);
    network.initialize(Device.cpu(), NoiseSource.seeded(1));
    return network;
  }
}
