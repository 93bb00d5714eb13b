// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction.unet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Names, shapes and size of the published weights, as diffusers lists them. */
class PublishedUnetTest {
  private static Map<String, String> table() throws IOException {
    Map<String, String> table = new TreeMap<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                PublishedUnetTest.class.getResourceAsStream("vd-image-unet.tsv"),
                StandardCharsets.UTF_8))) {
      reader.lines().map(line -> line.split("\t")).forEach(cells -> table.put(cells[0], cells[1]));
    }
    return table;
  }

  private static Map<String, String> declared(ConditionalUnet network) {
    Map<String, String> declared = new TreeMap<>();
    network
        .getParameters()
        .forEach(
            each -> {
              long[] sizes = each.getValue().getShape().getShape();
              declared.put(
                  each.getKey(),
                  String.join("x", Arrays.stream(sizes).mapToObj(Long::toString).toList()));
            });
    return declared;
  }

  @Test
  void should_be_versatile_diffusions() throws IOException {
    try (ConditionalUnet network =
        new ConditionalUnet(ConditionalUnetConfig.versatileDiffusion())) {
      assertThat(declared(network)).hasSize(686).isEqualTo(table());
      assertThat(network.parameterCount()).isEqualTo(859_520_964);
    }
  }
}
