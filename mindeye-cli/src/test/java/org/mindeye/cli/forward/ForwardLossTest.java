package org.mindeye.cli.forward;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.CommandRun;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.weights.Safetensors;
import org.mindeye.core.weights.StateDict;
import org.mindeye.losses.BiMixCoLoss;
import org.mindeye.losses.ClipLoss;
import org.mindeye.losses.MixCoPlan;
import org.mindeye.losses.MixCoTargets;
import org.mindeye.losses.SoftClipLoss;
import org.mindeye.testkit.FiniteDifferences;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;
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
    Safetensors.write(
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

  private void assertIs(String kind, UnaryOperator<NDArray> loss) throws IOException {
    Path out = folder.resolve("out");
    CommandRun run =
        CommandRun.of(
            "forward",
            "losses",
            "--loss",
            kind,
            "--temperature",
            TEMPERATURE,
            "--inputs",
            folder.resolve("in"),
            "--output",
            out);
    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines()).containsExactly("loss ()", "gradient (4, 2, 3)");
    try (StateDict file = Safetensors.open(out)) {
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
