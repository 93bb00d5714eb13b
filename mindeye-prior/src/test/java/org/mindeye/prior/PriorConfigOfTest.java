// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.formats.tensor.MalformedFileException;

/** Configurations as names and shapes tell them. */
class PriorConfigOfTest {
  @TempDir private Path folder;

  /** Writes a network's weights under other names, and reads something off them. */
  private <R> R read(
      DenoisingNetwork network, UnaryOperator<String> rename, Function<StateDict, R> reader)
      throws IOException {
    Path plain = folder.resolve("plain.safetensors");
    Path renamed = folder.resolve("renamed.safetensors");
    WeightFiles.write(plain, network, Map.of());
    try (StateDict file = WeightFiles.open(plain)) {
      WeightFiles.write(renamed, file.renamed(rename), Map.of());
    }
    try (StateDict file = WeightFiles.open(renamed)) {
      return reader.apply(file);
    }
  }

  @Test
  void should_read_the_configuration_of_every_network() throws IOException {
    for (String prefix : new String[] {"", "net.", "module.net."}) {
      try (PriorNetwork network = PriorFixtures.small(3, 2);
          FinalLayerPriorNetwork single = PriorFixtures.smallFinalLayer(4, 3)) {
        assertThat(this.<PriorConfig>read(network, name -> prefix + name, PriorConfig::of))
            .isEqualTo(network.config());
        assertThat(
                this.<FinalLayerPriorConfig>read(
                    single, name -> prefix + name, FinalLayerPriorConfig::of))
            .isEqualTo(
                single
                    .config()
                    .withTransformer(single.config().transformer().withDropout(0.05, 0.05)));
      }
    }
  }

  @Test
  void should_refuse_the_other_network() throws IOException {
    try (PriorNetwork network = PriorFixtures.small(3, 1);
        FinalLayerPriorNetwork single = PriorFixtures.smallFinalLayer(4, 1)) {
      assertThatThrownBy(() -> read(single, name -> name, PriorConfig::of))
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining("tensor 'learned_query': expected 2 axes from 1 to 2^20");
      assertThatThrownBy(() -> read(network, name -> name, FinalLayerPriorConfig::of))
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining("tensor 'learned_query': expected 1 axis from 1 to 2^20");
    }
  }

  @Test
  void should_refuse_sizes_no_prior_has() throws IOException {
    Path file = folder.resolve("odd.safetensors");
    try (PriorNetwork network = PriorFixtures.small(3, 1);
        NDManager manager = Torch.newManager(Device.cpu())) {
      Map<String, NDArray> tensors = new TreeMap<>();
      network.getParameters().forEach(p -> tensors.put(p.getKey(), p.getValue().getArray()));
      tensors.put("learned_query", manager.zeros(new Shape(3, 3)));
      WeightFiles.write(file, tensors, Map.of());
    }
    try (StateDict odd = WeightFiles.open(file)) {
      assertThatThrownBy(() -> PriorConfig.of(odd))
          .isInstanceOf(MalformedFileException.class)
          .hasMessageStartingWith(file + ": expected the sizes of a prior but found space: exp");
    }
  }
}
