// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.CommandRun;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.losses.BiMixCoLoss;
import org.mindeye.losses.ClipLoss;
import org.mindeye.losses.MixCoPlan;
import org.mindeye.losses.MixCoTargets;
import org.mindeye.losses.SoftClipLoss;
import org.mindeye.losses.SoftContrastiveLoss;
import org.mindeye.testkit.FiniteDifferences;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.Golden;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.ParityGenerator;
import org.mindeye.testkit.TensorAssert;

class ForwardLossTest {
  private static final double TEMPERATURE = 0.3;

  @TempDir private Path folder;
  @FreshManager private NDManager manager;
  private NDArray predictions;
  private NDArray targets;

  @BeforeEach
  void write() throws IOException {
    NoiseSource noise = NoiseSource.seeded(7);
    // Two axes behind the batch, and lengths far from 1: the command flattens and normalises.
    predictions = noise.normal(manager, new Shape(4, 2, 3)).mul(5);
    targets = noise.normal(manager, new Shape(4, 2, 3));
    WeightFiles.write(
        folder.resolve("in"),
        Map.of(
            "predictions", predictions,
            "targets", targets,
            "permutation", manager.create(new long[] {1, 0, 3, 2}),
            "lambda", manager.create(new float[] {0.25f, 0.5f, 0.75f, 1}),
            "selected", manager.create(new boolean[] {true, false, true, true})),
        Map.of());
  }

  private static ClipVectors unit(NDArray array) {
    return ClipVectors.normalized(array.reshape(array.getShape().get(0), -1));
  }

  private CommandRun run(String kind, double temperature) {
    List<Object> arguments = new ArrayList<>(List.of("forward", "losses", "--loss", kind));
    arguments.addAll(List.of("--temperature", temperature));
    arguments.addAll(List.of("--inputs", folder.resolve("in"), "--output", folder.resolve("out")));
    return CommandRun.of(arguments.toArray());
  }

  private void assertIs(String kind, UnaryOperator<NDArray> loss) throws IOException {
    CommandRun run = run(kind, TEMPERATURE);
    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines()).containsExactly("loss ()", "gradient (4, 2, 3)");
    try (StateDict file = WeightFiles.open(folder.resolve("out"))) {
      assertThat(file.load("loss", manager).getFloat())
          .isEqualTo(loss.apply(predictions).getFloat());
      NDArray gradient = file.load("gradient", manager);
      TensorAssert.assertThat(gradient).hasShape(4, 2, 3);
      FiniteDifferences.ALL.assertGradient(kind, loss, predictions, gradient, 1e-4);
    }
  }

  /** Targets of the type of the predictions: finite differences are taken in float64. */
  private ClipVectors images(NDArray like) {
    return unit(
        like.getDataType() == DataType.FLOAT64 ? targets.toType(DataType.FLOAT64, true) : targets);
  }

  @Test
  void should_equal_the_clip_loss_and_its_gradient() throws IOException {
    assertIs("clip", x -> new ClipLoss(TEMPERATURE).evaluate(unit(x), images(x)));
  }

  @Test
  void should_equal_the_soft_clip_loss_and_its_gradient() throws IOException {
    assertIs("SoftCLIP", x -> new SoftClipLoss(TEMPERATURE).evaluate(unit(x), images(x)));
  }

  @Test
  void should_equal_the_mixed_loss_and_its_gradient() throws IOException {
    MixCoPlan mix =
        MixCoPlan.of(
            new int[] {1, 0, 3, 2},
            new double[] {0.25, 0.5, 0.75, 1},
            new boolean[] {true, false, true, true});
    BiMixCoLoss loss = new BiMixCoLoss(TEMPERATURE, MixCoTargets.AS_PUBLISHED);
    assertIs("bimixco", x -> loss.evaluate(unit(x), images(x), mix));
  }

  @Test
  void should_equal_the_soft_contrastive_loss_and_its_gradient() throws IOException {
    NDArray augmented = NoiseSource.seeded(9).normal(manager, new Shape(4, 2, 3));
    WeightFiles.write(
        folder.resolve("in"),
        Map.of("predictions", predictions, "targets", targets, "augmented_targets", augmented),
        Map.of());
    SoftContrastiveLoss loss = new SoftContrastiveLoss(TEMPERATURE);
    UnaryOperator<NDArray> plain =
        x -> loss.evaluate(unit(x), images(x), unit(augmented.toType(x.getDataType(), true)));
    assertIs("soft-contrastive", plain);
    assertIs("SOFT_CONTRASTIVE", plain);
  }

  @Test
  void should_equal_the_golden_soft_contrastive_loss() throws IOException {
    Golden golden = Golden.open("/golden/high-level.safetensors");
    Map<String, NDArray> rows = new HashMap<>();
    for (String name : new String[] {"predictions", "targets", "augmented_targets"}) {
      long seed = golden.seedBase() + 10 + rows.size();
      rows.put(name, ParityGenerator.input(manager, seed, new Shape(7, 12)));
    }
    WeightFiles.write(folder.resolve("in"), rows, Map.of());
    CommandRun run = run("soft-contrastive", 0.075);
    assertThat(run.err()).isEmpty();
    try (StateDict file = WeightFiles.open(folder.resolve("out"))) {
      TensorAssert.assertThat(file.load("loss", manager)).matches(golden, "loss.softcont", 1e-5);
    }
  }

  @Test
  void should_ask_for_the_augmented_targets() {
    assertThat(run("soft-contrastive", 0.075).err())
        .contains("expected a tensor 'augmented_targets' but found only");
  }

  @Test
  void should_free_what_it_computed() {
    LeakCheck.assertNoLeak(
        20,
        () ->
            CommandRun.of(
                "forward",
                "losses",
                "--loss=clip",
                "--temperature=0.1",
                "--inputs",
                folder.resolve("in"),
                "--output",
                folder.resolve("out")));
  }
}
