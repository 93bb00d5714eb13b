// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.BatchNorm;
import org.mindeye.core.nn.Linear;
import org.mindeye.core.nn.Network;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.testkit.LeakCheck;

class WeightBinderTest {
  private static final Device CPU = Device.cpu();

  @TempDir private Path folder;

  /** A linear layer and a batch norm, which has an int64 counter. */
  private static final class Tiny extends Network {
    Tiny(int in) {
      Linear.of(scope().child("lin"), in, 2);
      new BatchNorm(scope().child("norm"), 2);
    }

    @Override
    protected NDList evaluate(NDList inputs) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
      throw new UnsupportedOperationException();
    }
  }

  private static Tiny drawn(long seed) {
    Tiny network = new Tiny(3);
    network.initialize(CPU, NoiseSource.seeded(seed));
    return network;
  }

  private static void assertSame(Network actual, Network expected) {
    expected
        .arrays()
        .forEach(
            (name, array) ->
                assertThat(actual.arrays().get(name).toByteArray())
                    .as(name)
                    .isEqualTo(array.toByteArray()));
  }

  /** A file of a network's tensors, changed before they are written. */
  private StateDict file(Network network, Consumer<Map<String, NDArray>> change)
      throws IOException {
    Path path = folder.resolve("w.safetensors");
    Map<String, NDArray> tensors = network.arrays();
    change.accept(tensors);
    WeightFiles.write(path, tensors, Map.of());
    return WeightFiles.open(path);
  }

  @Test
  void should_give_a_network_the_saved_weights_bit_by_bit() throws IOException {
    Path path = folder.resolve("w.safetensors");
    try (Tiny saved = drawn(1);
        Tiny loaded = new Tiny(3)) {
      saved.arrays().get("norm.num_batches_tracked").addi(7);
      WeightFiles.write(path, saved, Map.of("epoch", "3"));
      try (StateDict file = WeightFiles.open(path)) {
        assertThat(file.metadata()).containsEntry("epoch", "3");
        assertThat(WeightBinder.strict().load(file, loaded, CPU)).isSameAs(loaded);
      }
      assertSame(loaded, saved);
      assertThat(loaded.trainable()).hasSize(4);
      assertThat(loaded.getParameters().get(0).getValue().getArray().getName()).isNull();
    }
  }

  @Test
  void should_replace_weights_in_place() throws IOException {
    try (Tiny saved = drawn(1);
        Tiny other = drawn(2);
        StateDict file = file(saved, tensors -> {})) {
      NDArray weight = other.arrays().get("lin.weight");
      WeightBinder.strict().copyInto(file, other);
      assertThat(other.arrays().get("lin.weight")).isSameAs(weight);
      assertSame(other, saved);
    }
  }

  @Test
  void should_report_everything_that_does_not_fit_at_once_and_copy_nothing() throws IOException {
    try (NDManager owner = Torch.newManager(CPU);
        Tiny saved = drawn(1);
        Tiny other = drawn(2);
        Tiny before = drawn(2);
        StateDict file =
            file(
                saved,
                tensors -> {
                  tensors.remove("norm.bias");
                  tensors.remove("lin.bias");
                  tensors.put("net.x", owner.create(1f));
                  tensors.put("lin.weight", owner.zeros(new Shape(3, 2)));
                  tensors.put("norm.num_batches_tracked", owner.create(1f));
                })) {
      assertThatThrownBy(() -> WeightBinder.strict().copyInto(file, other))
          .isInstanceOf(WeightMismatchException.class)
          .hasMessage(
              """
              %s does not fit Tiny:
                missing from the file (2):
                  lin.bias
                  norm.bias
                in the file, but not in the network (1):
                  net.x
                different (2):
                  lin.weight FLOAT32 (3, 2) in the file, float32 (2, 3) in the network
                  norm.num_batches_tracked FLOAT32 () in the file, int64 () in the network""",
              file.source());
      assertSame(other, before);
      Tiny unloaded = new Tiny(3);
      assertThatThrownBy(() -> WeightBinder.strict().load(file, unloaded, CPU))
          .isInstanceOf(WeightMismatchException.class);
      assertThatThrownBy(() -> WeightBinder.strict().requireFits(file, unloaded))
          .isInstanceOf(WeightMismatchException.class)
          .hasMessageContaining("lin.bias");
      try (StateDict whole = file(saved, tensors -> {})) {
        WeightBinder.strict().requireFits(whole, unloaded);
      }
      assertThat(unloaded.hasWeights()).isFalse();
    }
  }

  @Test
  void should_list_twenty_names_count_the_rest_and_know_all() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (int i = 0; i < 25; i++) {
      shapes.put(String.format(Locale.ROOT, "x%02d", i), new Shape(1));
    }
    assertThatThrownBy(
            () -> WeightBinder.strict().load(StateDicts.shapes(shapes), new Tiny(3), CPU))
        .hasMessageContaining("in the file, but not in the network (25):\n    x00\n    x01")
        .hasMessageContaining("x19\n    … and 5 more")
        .hasMessageNotContaining("x20")
        .asInstanceOf(InstanceOfAssertFactories.type(WeightMismatchException.class))
        .satisfies(e -> assertThat(e.details()).contains("(25):\n    x00\n", "\n    x24"));
  }

  @Test
  void should_allow_what_the_patterns_allow_and_nothing_else() throws IOException {
    try (NDManager owner = Torch.newManager(CPU);
        Tiny saved = drawn(1);
        Tiny other = drawn(2);
        StateDict file =
            file(
                saved,
                tensors -> {
                  tensors.remove("lin.bias");
                  tensors.put("head.a.weight", owner.create(1f));
                  tensors.put("headXaXweight", owner.create(1f));
                })) {
      WeightBinder binder = WeightBinder.strict().mayBeMissing("lin.*").mayBeExtra("head.*t");
      assertThatThrownBy(() -> binder.copyInto(file, other))
          .hasMessageContaining("not in the network (1):\n    headXaXweight");
      float[] bias = other.arrays().get("lin.bias").toFloatArray();
      binder.mayBeExtra("headX*X*").copyInto(file, other);
      assertThat(other.arrays().get("lin.bias").toFloatArray()).isEqualTo(bias);
      assertThat(other.arrays().get("lin.weight")).isEqualTo(saved.arrays().get("lin.weight"));
    }
  }

  @Test
  void should_refuse_calls_that_cannot_give_every_parameter_a_value() throws IOException {
    try (Tiny saved = drawn(1);
        StateDict file = file(saved, tensors -> {})) {
      assertThatThrownBy(
              () -> WeightBinder.strict().mayBeMissing("lin.bias").load(file, new Tiny(3), CPU))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageEndingWith(
              "give a noise source to draw them from, or initialize it and use copyInto");
      assertThatThrownBy(() -> WeightBinder.strict().load(file, saved, CPU))
          .hasMessage(
              "Tiny has weights already; replace them with WeightBinder.copyInto, or make a new one");
      assertThatThrownBy(() -> WeightBinder.strict().copyInto(file, new Tiny(3)))
          .hasMessageStartingWith("Tiny has no weights");
      assertThatThrownBy(() -> WeightFiles.write(folder.resolve("x"), new Tiny(3), Map.of()))
          .hasMessageStartingWith("Tiny has no weights");
    }
  }

  @Test
  void should_draw_what_may_be_missing_and_nothing_else() throws IOException {
    WeightBinder binder = WeightBinder.strict().mayBeMissing("lin.weight", "norm.*");
    try (Tiny saved = drawn(1);
        StateDict file = file(saved, tensors -> tensors.keySet().retainAll(List.of("lin.bias")));
        NDManager owner = Torch.newManager(CPU)) {
      try (Tiny first = binder.load(file, new Tiny(3), CPU, NoiseSource.seeded(5));
          Tiny again = binder.load(file, new Tiny(3), CPU, NoiseSource.seeded(5))) {
        assertThat(first.arrays().get("lin.bias")).isEqualTo(saved.arrays().get("lin.bias"));
        assertThat(first.arrays().get("norm.running_var").toFloatArray()).containsExactly(1, 1);
        // The only draw: as for a network whose first parameter this is.
        float[] drawn = NoiseSource.seeded(5).uniform(owner, new Shape(6)).toFloatArray();
        for (int i = 0; i < drawn.length; i++) {
          drawn[i] = (float) ((2.0 * drawn[i] - 1) / Math.sqrt(3));
        }
        assertThat(first.arrays().get("lin.weight").toFloatArray()).isEqualTo(drawn);
        assertSame(again, first);
        assertThat(first.trainable()).hasSize(4);
      }
      Tiny refused = new Tiny(3);
      assertThatThrownBy(
              () -> WeightBinder.strict().load(file, refused, CPU, NoiseSource.seeded(5)))
          .isInstanceOf(WeightMismatchException.class)
          .hasMessageContaining("missing from the file (6):\n    lin.weight");
      assertThat(refused.hasWeights()).isFalse();
      LeakCheck.assertNoLeak(
          () -> binder.load(file, new Tiny(3), CPU, NoiseSource.seeded(5)).close());
    }
  }

  @Test
  void should_close_the_network_when_the_file_fails_half_way() throws IOException {
    try (Tiny saved = drawn(1);
        StateDict file = file(saved, tensors -> {})) {
      Tiny network = new Tiny(3);
      file.close();
      assertThatThrownBy(() -> WeightBinder.strict().load(file, network, CPU))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("is closed");
      assertThat(network.hasWeights()).isFalse();
    }
  }

  @Test
  void should_allocate_the_published_types_and_train_what_it_trained_before() {
    try (Tiny network = new Tiny(3)) {
      network.allocate(CPU);
      assertThat(network.arrays().get("norm.num_batches_tracked").getDataType())
          .isEqualTo(DataType.INT64);
      assertThat(network.arrays().get("lin.weight").getShape()).isEqualTo(new Shape(2, 3));
      assertThatThrownBy(() -> network.allocate(CPU))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "Tiny has weights already; replace them with WeightBinder.copyInto, or make a new one");
    }
  }

  @Test
  void should_leave_nothing_behind() throws IOException {
    try (Tiny saved = drawn(1);
        Tiny other = drawn(2);
        StateDict file = file(saved, tensors -> {})) {
      LeakCheck.assertNoLeak(
          () -> {
            WeightBinder.strict().load(file, new Tiny(3), CPU).close();
            WeightBinder.strict().copyInto(file, other);
          });
      LeakCheck.assertNoLeak(
          () ->
              assertThatThrownBy(() -> WeightBinder.strict().load(file, new Tiny(4), CPU))
                  .isInstanceOf(WeightMismatchException.class));
    }
  }
}
