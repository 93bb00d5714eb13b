// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mindeye.core.nn.Network;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.testkit.FreshManager;

class NamedNetworksTest {
  @FreshManager private NDManager manager;

  private final List<Network> opened = new ArrayList<>();

  @AfterEach
  void close() {
    opened.forEach(Network::close);
  }

  private Network layer(String parameters) {
    Network layer = new NamedLayer(parameters, 2, 2);
    opened.add(layer);
    return layer;
  }

  /** Networks in this order, each with parameters of its own name. */
  private Map<String, Network> declared(String... names) {
    Map<String, Network> networks = new LinkedHashMap<>();
    for (String name : names) {
      networks.put(name, layer("of_" + name.replace('.', '_')));
    }
    return networks;
  }

  private static Map<String, Network> drawn(Map<String, Network> networks) {
    networks.values().forEach(each -> each.initialize(Device.cpu(), NoiseSource.seeded(1)));
    return networks;
  }

  private NamedNetworks model(String... names) {
    return NamedNetworks.of(drawn(declared(names)), () -> declared(names));
  }

  /** The order of a {@code Map.of} is another one in every process. */
  @Test
  void should_have_one_order_whatever_the_map() {
    NamedNetworks one = model("encoder", "decoder", "critic");
    NamedNetworks other = model("critic", "encoder", "decoder");
    assertThat(one.tensors(manager).keySet())
        .containsExactlyElementsOf(other.tensors(manager).keySet())
        .startsWith("critic.of_critic.weight");
    assertThat(one.networks().get(2)).isSameAs(one.get("encoder", Network.class));
  }

  @Test
  void should_have_a_twin_of_the_same_order() {
    NamedNetworks model = NamedNetworks.of(drawn(declared("a", "b")), () -> declared("b", "a"));
    assertThat(model.twin().tensors(manager).keySet())
        .containsExactlyElementsOf(model.tensors(manager).keySet());
  }

  @Test
  void should_refuse_a_twin_of_other_networks() {
    NamedNetworks model = NamedNetworks.of(drawn(declared("a", "b")), () -> declared("a", "c"));
    assertThatThrownBy(model::twin)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("shape: expected the networks [a, b] but it makes [a, c]");
  }

  @Test
  void should_refuse_names_whose_tensors_would_mix_in_a_file() {
    Map<String, Network> networks = drawn(declared("a", "a-b", "a.b"));
    assertThatThrownBy(() -> NamedNetworks.of(networks, () -> networks))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the tensors of a network 'a.b' would be saved among those of 'a': use a name without"
                + " that dot");
  }

  @Test
  void should_refuse_networks_whose_parameters_have_one_name() {
    Map<String, Network> networks = new LinkedHashMap<>();
    networks.put("first", layer("layer"));
    networks.put("second", layer("layer"));
    drawn(networks);
    assertThatThrownBy(() -> NamedNetworks.of(networks, () -> networks))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the networks first and second both have a parameter 'layer.weight', but an"
                + " optimiser's state goes by names: declare it under another one");
  }

  @Test
  void should_say_which_networks_there_are() {
    NamedNetworks model = model("encoder", "decoder");
    assertThatThrownBy(() -> model.get("critic", Network.class))
        .hasMessage("no network 'critic' but [decoder, encoder]");
    assertThatThrownBy(() -> NamedNetworks.of(Map.of(), Map::of))
        .hasMessage("networks: expected at least one but there is none");
  }
}
