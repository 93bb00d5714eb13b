// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.network;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.nn.BatchNorm;
import org.mindeye.core.nn.Conv2d;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.nn.Network;
import org.mindeye.core.nn.Window;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightBinder;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.TensorAssert;

/** A batch norm in a convolution beside the same two one after the other. */
class FoldTest {
  private static final double EPSILON = 0.25; // large, so that it shows
  private static final Window WINDOW = Window.square(3).withStride(2).withPadding(1);

  @TempDir private Path folder;
  @FreshManager private NDManager manager;

  private static final class Plain extends Network {
    private final Conv2d convolution;
    private final BatchNorm norm;

    Plain(int in, int out, int groups) {
      convolution = Conv2d.groupedWithoutBias(scope().child("conv"), in, out, WINDOW, groups);
      norm = new BatchNorm(scope().child("bn"), out, EPSILON);
    }

    @Override
    protected NDList evaluate(NDList inputs) {
      return new NDList(norm.apply(convolution.apply(inputs.get(0)), Mode.eval()));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
      throw new UnsupportedOperationException("not asked for");
    }
  }

  private static final class Folded extends StagedNetwork {
    Folded(int in, int out, int groups) {
      super(MetricNetwork.RESNET50);
      addStage(
          List.of(
              normed(
                  scope().child("conv"),
                  scope().child("bn"),
                  new Channels(in, out),
                  WINDOW,
                  groups,
                  EPSILON)));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
      throw new UnsupportedOperationException("not asked for");
    }
  }

  /** Every tensor is drawn, variances positive and far from 1. */
  private Path weights(Plain network) throws IOException {
    Map<String, NDArray> tensors = new TreeMap<>();
    NoiseSource noise = NoiseSource.seeded(7);
    for (String name : network.getParameters().keys()) {
      Parameter parameter = network.getParameters().get(name);
      NDArray drawn = noise.normal(manager, parameter.getShape());
      if (!name.endsWith("num_batches_tracked")) {
        tensors.put(name, name.endsWith("running_var") ? drawn.square().add(0.1) : drawn);
      }
    }
    Path file = folder.resolve("weights.safetensors");
    WeightFiles.write(file, tensors, Map.of());
    return file;
  }

  @ParameterizedTest
  @CsvSource({
    "3, 5, 1, FLOAT32, 1e-6",
    "6, 6, 6, FLOAT32, 1e-6",
    "4, 8, 2, FLOAT32, 1e-6",
    "3, 5, 1, BFLOAT16, 0.01",
    "6, 6, 6, BFLOAT16, 0.01"
  })
  void should_change_nothing_but_the_rounding(
      int in, int out, int groups, Precision precision, double allowed) throws IOException {
    NDArray x = NoiseSource.seeded(8).normal(manager, new Shape(2, 3, 9, 7));
    NDArray wide = x.repeat(1, (in + 2) / 3).get(":, :" + in);
    try (Plain plain = new Plain(in, out, groups);
        Folded folded = new Folded(in, out, groups);
        GradMode off = GradMode.off()) {
      folded.storeIn(precision);
      try (StateDict file = WeightFiles.open(weights(plain))) {
        WeightBinder.strict()
            .mayBeMissing("bn.num_batches_tracked")
            .load(file, plain, Device.cpu(), NoiseSource.seeded(1));
        WeightBinder.strict().load(folded.folded(file), folded, Device.cpu());
      }
      NDArray expected = plain.evaluate(new NDList(wide)).singletonOrThrow();
      NDArray found = folded.run(0, wide);
      assertThat(found.getShape()).isEqualTo(new Shape(2, out, 5, 4));
      TensorAssert.assertThat(found).isWithinRelativeL2(expected.toFloatArray(), allowed);
    }
  }
}
