// SPDX-License-Identifier: Apache-2.0
package org.mindeye.arguments;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.lang.reflect.Executable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.Finite;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.VoxelBatch;

/** Tensors and managers that are gone, handed in by a caller: one line says which and why. */
class DeadArgumentsTest {
  @TempDir private static Path folder;
  private static Entries entries;

  /** Freed tensors, views of them, and a closed manager. */
  private static final List<Object> DEAD = new ArrayList<>();

  @BeforeAll
  static void open() throws IOException {
    entries = new Entries(folder);
    NDManager manager = Torch.newManager(Device.cpu());
    NDArray rows = manager.create(new float[] {1, 0, 0, 1}, new Shape(2, 2));
    NDArray tokens = manager.ones(new Shape(2, 1, 4));
    DEAD.addAll(
        List.of(
            manager,
            rows,
            VoxelBatch.of(rows),
            ClipVectors.of(rows),
            BrainTokens.of(tokens),
            ClipTokens.of(tokens),
            ImageBatch.of(manager.zeros(new Shape(2, 3, 4, 4)))));
    manager.close();
  }

  @AfterAll
  static void close() {
    entries.close();
  }

  @Test
  void should_be_named() throws Exception {
    List<String> others = new ArrayList<>();
    int tried = 0;
    List<Class<?>> all = new ArrayList<>(Entries.ALL);
    all.add(Finite.class);
    for (Class<?> entry : all) {
      for (Executable each : entries.executables(entry)) {
        for (int i = 0; i < each.getParameterCount(); i++) {
          Object dead = dead(each.getParameterTypes()[i]);
          if (dead != null && entries.hasSamples(each, i)) {
            tried++;
            String outcome = entries.outcome(each, i, dead);
            String said = dead instanceof NDManager ? "this manager is closed" : "is freed";
            if (!outcome.contains(said)) {
              others.add(
                  entry.getSimpleName()
                      + "."
                      + each.getName()
                      + "("
                      + each.getParameters()[i]
                      + "): "
                      + outcome);
            }
          }
        }
      }
    }
    assertThat(others).isEmpty();
    assertThat(tried).isGreaterThan(40);
  }

  private static Object dead(Class<?> type) {
    return DEAD.stream()
        .filter(sample -> type != Object.class && type.isInstance(sample))
        .findFirst()
        .orElse(null);
  }
}
