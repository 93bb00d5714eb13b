// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.Plural;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.optim.StepScope;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.testkit.LeakCheck;

class TorchTest {
  @Test
  void should_name_the_cpu() {
    assertThat(Torch.device("cpu")).isEqualTo(Device.cpu());
  }

  @ParameterizedTest
  @ValueSource(strings = {"cuda", "gpu", "gpu-1", "GPU0", "gpu0 ", "gpu100", ""})
  void should_explain_names_it_does_not_know(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Torch.device(name))
        .withMessage(
            "device '" + name + "': expected cpu or gpu followed by its number, as in gpu0");
  }

  @Test
  void should_explain_that_a_process_drives_one_device() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Torch.device("gpu0,gpu1"))
        .withMessage(
            "device 'gpu0,gpu1': expected cpu or gpu followed by its number, as in gpu0;"
                + " one process drives one device: start one process per device");
  }

  @Test
  void should_explain_an_absent_gpu() {
    int present = Torch.engine().getGpuCount();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Torch.device("gpu99"))
        .withMessage(
            "device 'gpu99': the engine sees "
                + Plural.of(present, "GPU")
                + "; use cpu, or run with a CUDA build of libtorch 2.7.1"
                + " (PYTORCH_LIBRARY_PATH, PYTORCH_VERSION, PYTORCH_FLAVOR)");
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT32", "FLOAT64"})
  void should_make_scalars_that_change_the_type_of_nothing(DataType type) {
    try (NDManager manager = Torch.newManager(Device.cpu())) {
      for (Shape shape : new Shape[] {new Shape(), new Shape(2, 3)}) {
        NDArray x = manager.ones(shape, type);
        NDArray y = x.mul(Torch.scalar(x, 30));
        assertThat(y.getDataType()).isEqualTo(type);
        assertThat(y.getShape()).isEqualTo(shape);
        assertThat(y.sum().toType(DataType.FLOAT64, true).getDouble())
            .isEqualTo(30.0 * shape.size());
        LeakCheck.assertNoLeak(() -> Torch.scalar(x, 2).close());
      }
    }
  }

  /** Every way to ask for the device. */
  @Test
  void should_refuse_an_absent_gpu_wherever_a_device_is_accepted() {
    Device absent = Device.gpu(99);
    ResidualMlpBackbone network = new ResidualMlpBackbone(BackboneConfig.paper(7).withHidden(8));
    List<ThrowingCallable> callers =
        List.of(
            () -> Torch.newManager(absent),
            () -> CallScope.open(absent),
            () -> StepScope.open(absent),
            () -> network.initialize(absent, NoiseSource.seeded(1)),
            () -> network.allocate(absent));
    for (ThrowingCallable caller : callers) {
      assertThatIllegalArgumentException()
          .isThrownBy(caller)
          .withMessageStartingWith("device 'gpu99': the engine sees ")
          .withMessageEndingWith("(PYTORCH_LIBRARY_PATH, PYTORCH_VERSION, PYTORCH_FLAVOR)");
    }
    assertThat(network.hasWeights()).isFalse();
  }

  @Test
  void should_name_what_is_null() {
    assertThatNullPointerException().isThrownBy(() -> Torch.newManager(null)).withMessage("device");
    assertThatNullPointerException().isThrownBy(() -> Torch.device(null)).withMessage("name");
  }

  @Test
  void should_copy_into_memory_of_its_own() {
    float[] data = {1, 2, 3, 4, 5, 6};
    try (NDManager manager = Torch.newManager(Device.cpu())) {
      NDArray copy = Torch.copy(manager, data, new Shape(2, 3));
      data[0] = 9;
      assertThat(copy.getShape()).isEqualTo(new Shape(2, 3));
      assertThat(copy.toFloatArray()).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(copy.getManager()).isSameAs(manager);
      LeakCheck.assertNoLeak(() -> Torch.copy(manager, data, new Shape(6)).close());
    }
  }

  @Test
  void should_copy_indices_and_flags_too() {
    try (NDManager manager = Torch.newManager(Device.cpu())) {
      long[] indices = {3, 1, 2};
      boolean[] flags = {true, false, true};
      NDArray rows = Torch.copy(manager, indices, new Shape(3, 1));
      NDArray shown = Torch.copy(manager, flags, new Shape(3));
      indices[0] = 9;
      flags[0] = false;

      assertThat(rows.getShape()).isEqualTo(new Shape(3, 1));
      assertThat(rows.toLongArray()).containsExactly(3, 1, 2);
      assertThat(shown.toBooleanArray()).containsExactly(true, false, true);
      LeakCheck.assertNoLeak(() -> Torch.copy(manager, indices, new Shape(3)).close());
      LeakCheck.assertNoLeak(() -> Torch.copy(manager, flags, new Shape(3)).close());
    }
  }
}
