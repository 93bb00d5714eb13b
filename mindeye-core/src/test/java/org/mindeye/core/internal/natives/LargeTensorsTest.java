// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.natives;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.sun.jna.Function;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.mindeye.core.engine.Torch;

@EnabledOnOs(OS.LINUX)
class LargeTensorsTest {
  /** Pages that the kernel has given to this process, of any size. */
  private static long pagesGiven() throws IOException {
    String stat = Files.readString(Path.of("/proc/self/stat"));
    return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[7]);
  }

  private static void fill(NDManager manager, long mebibytes) {
    manager.ones(new Shape(mebibytes << 18)).close();
  }

  @Test
  void should_fill_the_memory_of_earlier_tensors() throws IOException {
    try (NDManager manager = Torch.newManager(Device.cpu())) {
      fill(manager, 40);
      fill(manager, 40);
      long before = pagesGiven();
      for (int i = 0; i < 100; i++) {
        fill(manager, 40);
      }
      // Otherwise 100 times 10,240 pages, or 532 with large ones among them.
      assertThat(pagesGiven() - before).isLessThan(20_000);
    }
  }

  /** How many of them it gets is the kernel's business. */
  @Test
  void should_have_libtorch_ask_for_large_pages() {
    Torch.engine();
    Object[] name = {"THP_MEM_ALLOC_ENABLE"};
    assertThat(Function.getFunction("c", "getenv").invokeString(name, false)).isEqualTo("1");
  }
}
