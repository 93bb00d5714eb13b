// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.weights;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.cli.CommandRun;
import org.mindeye.testkit.PublishedWeights;
import org.mindeye.testkit.PublishedWeights.Form;
import org.mindeye.testkit.TorchvisionWeights;

/** The published files of the networks that image metrics compare the features of. */
class InspectMetricNetworksTest {
  @TempDir private Path folder;

  private List<String> recognised(Map<String, Shape> shapes, Form form) throws IOException {
    Path file = PublishedWeights.of(shapes).write(folder, "weights", form);
    CommandRun run = CommandRun.of("inspect", file);
    assertThat(run.code()).as(run.err()).isZero();
    return run.out().lines().map(String::strip).filter(line -> line.startsWith("is: ")).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "alexnet, 'AlexNet, for the scores AlexNet(2) and AlexNet(5)'",
    "inception_v3, 'Inception-v3, for the score Inception'",
    "efficientnet_b1, 'EfficientNet-B1, for the score EffNet-B'"
  })
  void should_be_recognised(String network, String sentence) throws IOException {
    Map<String, Shape> shapes = TorchvisionWeights.of(network).shapes();
    shapes.keySet().removeIf(name -> name.matches("classifier\\.[14]\\.weight"));
    assertThat(recognised(shapes, Form.BIN)).containsExactly("is: " + sentence);
  }

  @Test
  void should_tell_swavs_network_from_one_that_classifies() throws IOException {
    Map<String, Shape> shapes = TorchvisionWeights.of("resnet50").shapes();
    assertThat(recognised(shapes, Form.BIN))
        .containsExactly(
            "is: ResNet-50, for the score SwAV",
            "is: trained to classify: published scores take SwAV's weights,"
                + " swav_800ep_pretrain.pth.tar");
    Map<String, Shape> swav = new LinkedHashMap<>();
    shapes.keySet().removeIf(name -> name.startsWith("fc."));
    shapes.forEach((name, shape) -> swav.put("module." + name, shape));
    swav.put("module.projection_head.0.bias", new Shape(3));
    swav.put("module.prototypes.weight", new Shape(3, 3));
    assertThat(recognised(swav, Form.LEGACY_BIN))
        .containsExactly("is: ResNet-50, for the score SwAV");
  }

  @Test
  void should_not_be_what_has_some_of_its_names() throws IOException {
    Map<String, Shape> shapes = TorchvisionWeights.of("alexnet").shapes();
    shapes.keySet().removeIf(name -> name.startsWith("classifier."));
    shapes.put("features.0.weight", new Shape(64, 3, 3, 3));
    assertThat(recognised(shapes, Form.BIN)).isEmpty();
  }
}
