// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.weights.StateDict;
import org.mindeye.evaluation.network.FeatureConfig;
import org.mindeye.evaluation.network.FeatureNetwork;
import org.mindeye.evaluation.network.MetricNetwork;

/** Images to the features that a metric compares. */
final class MetricNetworkComponent implements Component {
  private final String name;
  private final MetricNetwork kind;

  MetricNetworkComponent(String name, MetricNetwork kind) {
    this.name = name;
    this.kind = kind;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String description() {
    return kind
        + " up to the features for "
        + kind.scores()
        + ", published with "
        + kind.file()
        + ". A classifier in the file, and what training adds, are left alone.";
  }

  @Override
  public Record exampleConfig() {
    return null;
  }

  @Override
  public Set<Precision> precisions() {
    return EnumSet.of(Precision.FLOAT32, Precision.BFLOAT16);
  }

  @Override
  public List<Axes> inputs() {
    String second =
        kind == MetricNetwork.INCEPTION_V3
            ? "; turned into 2 pixel - 1 by the network itself, as torchvision's"
            : "";
    return List.of(
        Axes.of(
            "images",
            "[batch, 3, height, width]",
            "normalised with ImageNet's mean and deviation, published with "
                + kind.side()
                + " pixels a side"
                + second));
  }

  @Override
  public List<Axes> outputs() {
    return kind.features().stream()
        .map(each -> Axes.of(each.node(), axes(each.shape()), each.score()))
        .toList();
  }

  private static String axes(Shape shape) {
    return "[batch, " + shape.get(0) + (shape.dimension() == 1 ? ", 1, 1]" : ", height, width]");
  }

  @Override
  public void run(Job job) throws IOException {
    NDArray images = job.input("images", DataType.FLOAT32);
    FeatureConfig config = FeatureConfig.paper().withPrecision(job.precision());
    try (GradMode off = GradMode.off();
        StateDict weights = job.weights();
        FeatureNetwork network = FeatureNetwork.load(kind, weights, config, job.device())) {
      network.forward(images).forEach(job::put);
    }
  }
}
