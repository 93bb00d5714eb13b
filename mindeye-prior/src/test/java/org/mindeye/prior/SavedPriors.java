// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.mindeye.core.engine.Torch;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.prior.diffusion.NoiseSchedule;
import org.mindeye.testkit.LeakCheck;

/** Files as the original and others save priors, and what loading them should say. */
final class SavedPriors {
  private SavedPriors() {}

  /** A whole model as the original saves it: network, schedule and something of the backbone. */
  static Map<String, NDArray> model(
      NDManager manager, DenoisingNetwork network, NoiseSchedule schedule) {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    schedule
        .buffers()
        .forEach(
            (name, values) ->
                tensors.put(
                    "noise_scheduler." + name,
                    Torch.copy(manager, values, new Shape(values.length))));
    network.arrays().forEach((name, array) -> tensors.put("net." + name, array));
    tensors.put("voxel2clip.lin0.0.bias", manager.ones(new Shape(3)));
    return tensors;
  }

  static void assertSame(DenoisingNetwork expected, DenoisingNetwork actual) {
    expected
        .arrays()
        .forEach(
            (name, array) ->
                assertThat(actual.arrays().get(name).toFloatArray())
                    .as(name)
                    .isEqualTo(array.toFloatArray()));
  }

  /** What is logged goes to the standard error stream in tests. */
  static String logged(Callable<?> action) throws Exception {
    PrintStream before = System.err;
    ByteArrayOutputStream caught = new ByteArrayOutputStream();
    try (PrintStream stream = new PrintStream(caught, true, StandardCharsets.UTF_8)) {
      System.setErr(stream);
      action.call();
    } finally {
      System.setErr(before);
    }
    return caught.toString(StandardCharsets.UTF_8);
  }

  static void assertRefused(Path file, String tensor, String reason) {
    LeakCheck.Census before = LeakCheck.census();
    assertThatThrownBy(() -> DiffusionPrior.load(file, Device.cpu()))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(tensor)
        .hasMessageContaining(reason);
    assertThat(LeakCheck.census()).isEqualTo(before);
  }
}
