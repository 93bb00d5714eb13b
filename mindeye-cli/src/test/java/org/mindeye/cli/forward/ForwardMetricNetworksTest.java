// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.cli.CommandRun;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.Golden;
import org.mindeye.testkit.ParityGenerator;
import org.mindeye.testkit.TensorAssert;
import org.mindeye.testkit.TorchvisionWeights;

/** The networks of metrics through the command, against tensors of the original code. */
class ForwardMetricNetworksTest {
  private static final Golden GOLDEN = Golden.open("/golden/vision-and-metrics.safetensors");

  @TempDir private Path folder;
  @FreshManager private NDManager manager;
  private Path weights;
  private Path inputs;
  private Path output;

  @BeforeEach
  void choose() {
    weights = folder.resolve("weights.safetensors");
    inputs = folder.resolve("inputs.safetensors");
    output = folder.resolve("output.safetensors");
  }

  private CommandRun forward(String component, Object... options) {
    List<Object> arguments = new ArrayList<>(List.of("forward", component));
    arguments.addAll(List.of("--weights", weights, "--inputs", inputs, "--output", output));
    arguments.addAll(Arrays.asList(options));
    return CommandRun.of(arguments.toArray());
  }

  /** All but AlexNet's two largest tensors, which are not used. */
  private void writeWeights(String network) throws IOException {
    Map<String, NDArray> tensors =
        TorchvisionWeights.of(network)
            .generate(manager, name -> !name.matches("classifier\\.[14]\\.weight"));
    tensors.put("features.0.num_batches_tracked", manager.create(1L));
    WeightFiles.write(weights, tensors, Map.of());
  }

  private void writeImages(String tensor, NDArray images) throws IOException {
    WeightFiles.write(inputs, Map.of(tensor, images), Map.of());
  }

  @ParameterizedTest
  @CsvSource({
    "alexnet, 40, 128, FLOAT32, 1e-4",
    "inception_v3, 50, 128, FLOAT32, 1e-4",
    "efficientnet_b1, 50, 96, FLOAT32, 1e-4",
    "resnet50, 50, 96, FLOAT32, 1e-4",
    "alexnet, 40, 128, BFLOAT16, 0.01"
  })
  void should_show_features(
      String network, long stream, long side, String precision, double allowed) throws IOException {
    writeWeights(network);
    Shape shape = new Shape(1, 3, side, side);
    writeImages("images", ParityGenerator.input(manager, GOLDEN.seedBase() + stream, shape));

    CommandRun run = forward(network, "--precision", precision);

    assertThat(run.code()).as(run.err()).isZero();
    List<String> nodes =
        network.equals("alexnet") ? List.of("features.4", "features.11") : List.of("avgpool");
    try (StateDict file = WeightFiles.open(output)) {
      assertThat(file.names()).containsExactlyInAnyOrderElementsOf(nodes);
      for (String node : nodes) {
        TensorAssert.assertThat(file.load(node, manager))
            .matches(GOLDEN, network + "." + node, allowed);
      }
    }
  }

  @Test
  void should_say_what_it_reads_and_writes() {
    assertThat(CommandRun.of("forward", "alexnet", "--help").out())
        .contains("features.4 float32 [batch, 192, height, width]: AlexNet(2)")
        .contains("alexnet-owt-7be5be79.pth");
    assertThat(CommandRun.of("forward", "resnet50", "--help").out())
        .contains("avgpool float32 [batch, 2048, 1, 1]: SwAV")
        .doesNotContain("configuration");
  }

  @Test
  void should_refuse_what_does_not_fit_and_write_nothing() throws IOException {
    writeWeights("alexnet");
    writeImages("images", manager.zeros(new Shape(1, 3, 16, 16)));
    CommandRun small = forward("alexnet");
    assertThat(small.code()).isNotZero();
    assertThat(small.err()).contains("pixels: expected at least 31 a side, as AlexNet needs");

    CommandRun other = forward("resnet50");
    assertThat(other.code()).isNotZero();
    assertThat(other.err()).contains("does not fit ResNet50", "bn1.bias");

    writeImages("pixels", manager.zeros(new Shape(1, 3, 64, 64)));
    CommandRun nameless = forward("alexnet");
    assertThat(nameless.code()).isNotZero();
    assertThat(nameless.err()).contains("expected a tensor 'images'");
    assertThat(forward("alexnet", "--config", inputs).err())
        .contains("alexnet does not take --config");
    assertThat(forward("alexnet", "--precision", "INT8_WEIGHTS").err())
        .contains("--precision: alexnet takes [FLOAT32, BFLOAT16]");
    assertThat(Files.exists(output)).isFalse();
  }
}
