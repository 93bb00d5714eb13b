// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.weights;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.engine.Torch;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.TensorElements;
import org.mindeye.formats.tensor.TensorInfo;
import org.mindeye.formats.tensor.TensorShape;

/** Files and tensors beyond what one buffer can hold. */
class LargeSafetensorsTest {
  @TempDir private Path folder;

  @Test
  void should_ask_for_no_more_than_one_window_at_a_time() {
    long elements = 3L * TensorTransfer.WINDOW / Float.BYTES + 1;
    TensorInfo info = new TensorInfo("w", ElementType.FLOAT16, new TensorShape(elements));
    List<Integer> requested = new ArrayList<>();
    List<ByteBuffer> windows = new ArrayList<>();
    TensorElements zeros =
        (firstByte, into) -> {
          requested.add(into.remaining());
          windows.add(into);
          into.position(into.limit());
        };
    try (NDManager owner = Torch.newManager(Device.cpu())) {
      new TensorTransfer("zeros").load(info, zeros, owner);
    }
    // Halves double when they are widened, so their windows are half as long; the last holds one.
    int half = TensorTransfer.WINDOW / 2;
    assertThat(requested).containsExactly(half, half, half, 2);
    assertThat(windows).allSatisfy(window -> assertThat(window).isSameAs(windows.get(0)));
  }

  @Test
  @Tag("full-size")
  void should_read_a_tensor_of_3_gib_from_a_file_of_6() throws IOException {
    Path path = folder.resolve("large.safetensors");
    long rows = 197_376;
    long bytes = rows * 4096 * 4;
    String header =
        String.format(
            Locale.ROOT,
            """
        {"a":{"dtype":"F32","shape":[197376,4096],"data_offsets":[0,%d]},\
        "b":{"dtype":"F32","shape":[197376,4096],"data_offsets":[%d,%d]}}""",
            bytes,
            bytes,
            2 * bytes);
    ByteBuffer start = ByteBuffer.allocate(8 + header.length()).order(ByteOrder.LITTLE_ENDIAN);
    start.putLong(header.length()).put(header.getBytes(StandardCharsets.US_ASCII));
    try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
      sparse.write(start.array());
      sparse.setLength(start.capacity() + 2 * bytes);
      sparse.seek(start.capacity() + 2 * bytes - 2);
      sparse.write(new byte[] {(byte) 0x80, 0x3f}); // 1 as the last element
    }
    try (StateDict file = WeightFiles.open(path);
        NDManager owner = Torch.newManager(Device.cpu())) {
      NDArray b = file.load("b", owner);
      assertThat(b.get(new NDIndex(rows - 1 + ", 4095")).getFloat()).isEqualTo(1);
      assertThat(b.sum().getFloat()).isEqualTo(1);
      file.copyInto("a", b);
      assertThat(b.sum().getFloat()).isZero();
      b.set(new NDIndex("150000, 17"), 5);
      Path copy = folder.resolve("copy.safetensors");
      WeightFiles.write(copy, Map.of("b", b), Map.of());
      b.muli(0);
      try (StateDict written = WeightFiles.open(copy)) {
        written.copyInto("b", b);
      }
      assertThat(b.get(new NDIndex("150000, 17")).getFloat()).isEqualTo(5);
      assertThat(b.sum().getFloat()).isEqualTo(5);
    }
  }
}
