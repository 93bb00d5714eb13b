// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.optim;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.nn.Parameter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.BackboneNorm;
import org.mindeye.core.backbone.ResidualMlpBackbone;

class ParameterGroupsTest {
  private static final BackboneConfig PAPER = BackboneConfig.paper(15724);

  private static List<String> names(ParameterGroup group) {
    return group.parameters().stream().map(Parameter::getName).toList();
  }

  private static long size(ParameterGroup group) {
    return group.parameters().stream().mapToLong(p -> p.getShape().size()).sum();
  }

  @Test
  void should_exempt_names_with_bias_as_the_original_does() {
    ResidualMlpBackbone network = new ResidualMlpBackbone(PAPER);
    List<ParameterGroup> groups = ParameterGroups.asPublished(network, 1e-2);
    assertThat(groups).extracting(ParameterGroup::name).containsExactly("decay", "no decay");
    assertThat(groups).extracting(ParameterGroup::weightDecay).containsExactly(1e-2, 0.0);
    assertThat(names(groups.get(0)))
        .contains("lin0.0.weight", "lin0.1.weight", "projector.0.weight")
        .allMatch(name -> name.endsWith(".weight"));
    assertThat(names(groups.get(1))).hasSize(17).allMatch(name -> name.endsWith(".bias"));
    assertThat(size(groups.get(1))).isEqualTo(248_064);
    assertThat(size(groups.get(0)) + 248_064).isEqualTo(network.parameterCount());
  }

  @Test
  void should_exempt_gains_too_by_the_usual_rule() {
    List<ParameterGroup> groups =
        ParameterGroups.conventional(new ResidualMlpBackbone(PAPER.withBlocks(1)), 0.1);
    assertThat(names(groups.get(0)))
        .containsExactly(
            "lin0.0.weight",
            "mlp.0.0.weight",
            "lin1.weight",
            "projector.2.weight",
            "projector.5.weight",
            "projector.8.weight");
    assertThat(names(groups.get(1))).hasSize(16).contains("lin0.1.weight", "projector.3.weight");
  }

  @Test
  void should_leave_out_buffers_and_frozen_parameters() {
    ResidualMlpBackbone network =
        new ResidualMlpBackbone(
            PAPER.withBlocks(0).withNorm(BackboneNorm.BATCH_NORM_RELU, false).withoutProjector());
    network.getParameters().get("lin1.bias").freeze(true);
    List<ParameterGroup> groups = ParameterGroups.asPublished(network, 1e-2);
    assertThat(names(groups.get(0)))
        .containsExactly("lin0.0.weight", "lin0.1.weight", "lin1.weight");
    assertThat(names(groups.get(1))).containsExactly("lin0.0.bias", "lin0.1.bias");
  }
}
