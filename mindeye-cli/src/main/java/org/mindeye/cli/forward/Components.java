// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

import java.util.List;
import java.util.Optional;
import org.mindeye.evaluation.network.MetricNetwork;

/** The components this command knows, in the order they are listed. A new one is a new line. */
final class Components {
  static final List<Component> ALL =
      List.of(
          new BackboneComponent(),
          new ClipComponent(),
          new LossComponent(),
          new PriorComponent(),
          new PriorSampleComponent(),
          new FinalLayerPriorComponent(),
          new LowLevelComponent(),
          new VaeEncodeComponent(),
          new VaeDecodeComponent(),
          new ConvNextComponent(),
          new MetricNetworkComponent("alexnet", MetricNetwork.ALEXNET),
          new MetricNetworkComponent("inception_v3", MetricNetwork.INCEPTION_V3),
          new MetricNetworkComponent("efficientnet_b1", MetricNetwork.EFFICIENTNET_B1),
          new MetricNetworkComponent("resnet50", MetricNetwork.RESNET50),
          new UnetComponent(),
          new SchedulerComponent(),
          new ImageToImageComponent(),
          new MetricsComponent());

  private Components() {}

  static Optional<Component> named(String name) {
    return ALL.stream().filter(component -> component.name().equals(name)).findFirst();
  }

  static List<String> names() {
    return ALL.stream().map(Component::name).toList();
  }
}
