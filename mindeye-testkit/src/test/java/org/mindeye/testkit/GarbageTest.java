package org.mindeye.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class GarbageTest {
  @Test
  void should_collect_buffers_nobody_holds() throws InterruptedException {
    WeakReference<ByteBuffer> buffer = new WeakReference<>(ByteBuffer.allocateDirect(16));
    Garbage.collectAndReuse();
    assertThat(buffer.get()).isNull();
  }
}
