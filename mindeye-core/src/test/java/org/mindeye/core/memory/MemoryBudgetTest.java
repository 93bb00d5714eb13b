// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.memory;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryBudgetTest {
  private static final long MIB = 1L << 20;

  @TempDir private Path root;

  @Test
  void should_read_what_the_machine_has_left() throws IOException {
    write("proc/meminfo", "MemTotal:       9999 kB\nMemAvailable:   8192 kB\n");

    MemoryBudget budget = MemoryBudget.linux(root);

    assertThat(budget.available()).hasValue(8 * MIB);
    assertThat(budget).hasToString("0.01 GiB are available (MemAvailable in /proc/meminfo)");
    assertThat(budget.allows(8 * MIB)).isTrue();
    assertThat(budget.allows(8 * MIB + 1)).isFalse();
  }

  @Test
  void should_heed_a_version_2_group_around_this_process() throws IOException {
    write("proc/meminfo", "MemAvailable:   8192 kB\n");
    write("proc/self/cgroup", "0::/outer/inner\n");
    write("sys/fs/cgroup/outer/inner/memory.max", "max\n");
    write("sys/fs/cgroup/outer/inner/memory.current", "1\n");
    write("sys/fs/cgroup/outer/memory.max", 5 * MIB + "\n");
    write("sys/fs/cgroup/outer/memory.current", 3 * MIB + "\n");
    write("sys/fs/cgroup/outer/memory.stat", "active_file 7\ninactive_file " + MIB + "\n");

    MemoryBudget budget = MemoryBudget.linux(root);

    assertThat(budget.available()).hasValue(3 * MIB);
    assertThat(budget.source()).isEqualTo("the limit of this process's control group");
  }

  @Test
  void should_heed_a_version_1_group_at_the_mount_of_a_container() throws IOException {
    write("proc/meminfo", "MemAvailable:   8192 kB\n");
    write("proc/self/cgroup", "4:cpu:/\n3:memory:/host/path\n0::/\n");
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", 4 * MIB + "\n");
    write("sys/fs/cgroup/memory/memory.usage_in_bytes", 5 * MIB + "\n");

    assertThat(MemoryBudget.linux(root).available()).hasValue(0);
  }

  @Test
  void should_ignore_groups_with_more_than_the_machine_has() throws IOException {
    write("proc/meminfo", "MemAvailable:   8192 kB\n");
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    write("sys/fs/cgroup/memory/memory.usage_in_bytes", "4096\n");

    assertThat(MemoryBudget.linux(root).available()).hasValue(8 * MIB);
  }

  @Test
  void should_allow_everything_where_nothing_is_known() {
    MemoryBudget elsewhere = MemoryBudget.linux(root);
    MemoryBudget gpu = MemoryBudget.of(Device.gpu(0));

    assertThat(elsewhere).hasToString("an unknown amount is available (there is no /proc/meminfo)");
    assertThat(elsewhere.allows(Long.MAX_VALUE)).isTrue();
    assertThat(gpu.available()).isEmpty();
    assertThat(gpu.allows(Long.MAX_VALUE)).isTrue();
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
