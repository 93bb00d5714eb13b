// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.mindeye.core.nn.Network;

/** The numbers of networks, by name. */
public final class NetworkWeights {
  private NetworkWeights() {}

  public static Map<String, float[]> of(Network network) {
    return of(List.of(network));
  }

  public static Map<String, float[]> of(Iterable<? extends Network> networks) {
    Map<String, float[]> weights = new TreeMap<>();
    for (Network network : networks) {
      network.arrays().forEach((name, array) -> weights.put(name, array.toFloatArray()));
    }
    return weights;
  }

  public static void assertSame(Network found, Map<String, float[]> expected) {
    assertSame(of(found), expected);
  }

  public static void assertSame(Map<String, float[]> found, Map<String, float[]> expected) {
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach((name, w) -> assertThat(found.get(name)).as(name).isEqualTo(w));
  }
}
