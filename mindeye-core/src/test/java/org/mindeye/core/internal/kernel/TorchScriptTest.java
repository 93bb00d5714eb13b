// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mindeye.core.engine.CallScope;

class TorchScriptTest {
  private static final TorchScript GRADIENTS = TorchScript.load("gradients");

  @Test
  void should_pass_lists_whatever_the_arrays_are_called_and_put_the_names_back() {
    try (CallScope scope = CallScope.open(Device.cpu())) {
      NDArray dotted = scope.manager().create(new float[] {3});
      NDArray listed = scope.manager().create(new float[] {4});
      dotted.setName("a.b");
      listed.setName("x[]");
      NDArray norms = GRADIENTS.call("norms", List.of(dotted, listed)).singletonOrThrow();
      assertThat(norms.toFloatArray()).containsExactly(3, 4, 5);
      assertThat(dotted.getName()).isEqualTo("a.b");
      assertThat(listed.getName()).isEqualTo("x[]");
      assertThat(norms.getManager()).isSameAs(scope.manager());
    }
  }

  @Test
  void should_put_the_names_back_after_a_failure() {
    try (CallScope scope = CallScope.open(Device.cpu())) {
      NDArray named = scope.manager().ones(new Shape(2));
      named.setName("a.b");
      assertThatThrownBy(() -> GRADIENTS.call("no_such_method", List.of(named)))
          .isInstanceOf(EngineException.class);
      assertThat(named.getName()).isEqualTo("a.b");
    }
  }

  @Test
  void should_name_a_source_that_is_not_there() {
    assertThatIllegalStateException()
        .isThrownBy(() -> TorchScript.load("nothing"))
        .withMessage("kernel source nothing.torchscript is not in the jar");
  }

  /** As on Apple's processors, simulated by an operation that is nowhere. */
  @Test
  void should_do_without_one_dnn_where_libtorch_has_none() {
    assertThat(TorchScript.loadOneDnn("missing_one_dnn")).isEmpty();
    assertThatThrownBy(() -> TorchScript.loadOneDnn("missing_operation"))
        .isInstanceOf(EngineException.class);
  }

  /** Only those may be missing: a kernel that everything needs must not call oneDNN. */
  @Test
  void should_call_one_dnn_in_kernels_that_may_be_missing_only() throws IOException {
    Path sources = Path.of("src/main/resources/org/mindeye/core/internal/kernel");
    try (Stream<Path> files = Files.list(sources)) {
      assertThat(files.filter(TorchScriptTest::callsOneDnn))
          .extracting(file -> file.getFileName().toString())
          .containsExactlyInAnyOrder(
              "activated_linear.torchscript",
              "attention_tiles.torchscript",
              "cosine_attention_products.torchscript",
              "inner_products.torchscript",
              "linear.torchscript",
              "packed_convolution.torchscript");
    }
  }

  private static boolean callsOneDnn(Path file) {
    try {
      return Files.readString(file).contains("mkldnn");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
