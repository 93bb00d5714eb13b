// SPDX-License-Identifier: Apache-2.0
package org.mindeye.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class GarbageTest {
  private static final int LARGE = 64 << 20;

  private static long nativeBytes() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  @Test
  void should_collect_unreachable_buffers_and_free_their_memory() {
    WeakReference<ByteBuffer> buffer = new WeakReference<>(ByteBuffer.allocateDirect(LARGE));
    long before = nativeBytes();
    Garbage.collectAndReuse();
    assertThat(buffer.get()).isNull();
    assertThat(nativeBytes()).isLessThan(before - LARGE / 2);
  }
}
