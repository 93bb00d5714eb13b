// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.network;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.Shape;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.weights.ArtefactManifest;

/** Names, shapes and sizes of the published weights, as torchvision's state dicts list them. */
class PublishedShapesTest {
  /** Of what training changes: statistics and counters are not counted. */
  private static long parameters(Map<String, Shape> shapes) {
    return shapes.entrySet().stream()
        .filter(each -> each.getValue().dimension() > 0 && !each.getKey().contains(".running_"))
        .mapToLong(each -> each.getValue().size())
        .sum();
  }

  @ParameterizedTest
  @CsvSource({
    "ALEXNET, 16, 61100840, 10, 2469696",
    "INCEPTION_V3, 580, 27161264, 470, 21785568",
    "EFFICIENTNET_B1, 508, 7794184, 437, 6513184",
    "RESNET50, 320, 25557032, 265, 23508032"
  })
  void should_be_those_of_torchvision(
      MetricNetwork kind, int tensors, long parameters, int used, long usedParameters) {
    Map<String, Shape> published = Weights.table(kind).shapes();
    assertThat(published).hasSize(tensors);
    assertThat(parameters(published)).isEqualTo(parameters);

    Predicate<String> unused = Weights.unused(kind);
    published.keySet().removeIf(unused);
    Map<String, Shape> declared = new TreeMap<>();
    try (StagedNetwork network = kind.convolutional().orElseThrow().get()) {
      network.getParameters().forEach(p -> declared.put(p.getKey(), p.getValue().getShape()));
    }
    assertThat(declared).isEqualTo(published).hasSize(used);
    assertThat(parameters(declared)).isEqualTo(usedParameters);
  }

  @ParameterizedTest
  @CsvSource({
    "ALEXNET, 256, '(3, 192, 31, 31) (3, 256, 15, 15)'",
    "INCEPTION_V3, 342, '(3, 2048, 1, 1)'",
    "EFFICIENTNET_B1, 255, '(3, 1280, 1, 1)'",
    "RESNET50, 224, '(3, 2048, 1, 1)'"
  })
  void should_say_the_shapes_of_outputs(MetricNetwork kind, int side, String shapes) {
    assertThat(kind.side()).isEqualTo(side);
    try (StagedNetwork network = kind.convolutional().orElseThrow().get()) {
      Shape[] outputs = network.getOutputShapes(new Shape[] {new Shape(3, 3, side, side)});
      assertThat(Stream.of(outputs).map(Shape::toString).collect(Collectors.joining(" ")))
          .isEqualTo(shapes);
    }
  }

  @Test
  void should_be_known_to_the_manifest() {
    for (MetricNetwork kind : MetricNetwork.values()) {
      assertThat(ArtefactManifest.all()).anyMatch(each -> each.path().equals(kind.file()));
    }
  }
}
