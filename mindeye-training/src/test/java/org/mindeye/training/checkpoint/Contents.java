// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.weights.StateDict;

/** What a checkpoint of a step holds in these tests: every bit follows from the step. */
final class Contents {
  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

  private Contents() {}

  /** Writes the checkpoint of a step, with float tensors of that many elements. */
  static Checkpoint write(CheckpointStore store, long step, int elements) throws IOException {
    try (NDManager owner = Torch.newManager(Device.cpu())) {
      NDArray flags = owner.create(new boolean[] {step % 2 == 0, true}).duplicate();
      NDArray count = owner.create(new long[] {step, -step}).duplicate();
      return store.write(
          step,
          Map.of(
              "model", Map.of("w", floats(owner, step, elements), "flags", flags),
              "optimizer", Map.of("m.w", floats(owner, ~step, elements), "count", count),
              "empty", Map.of()),
          Map.of("model", Map.of("note", "of step " + step)),
          Map.of("state.json", document(step)));
    }
  }

  static Checkpoint write(CheckpointStore store, long step) throws IOException {
    return write(store, step, 50);
  }

  private static NDArray floats(NDManager owner, long seed, int elements) {
    float[] values = new float[elements];
    ByteBuffer.wrap(bytes(seed, elements))
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer()
        .get(values);
    return Torch.copy(owner, values, new Shape(elements / 2, 2));
  }

  /** Any bits, those of numbers that are none included. */
  private static byte[] bytes(long seed, int elements) {
    ByteBuffer bits = ByteBuffer.allocate(elements * Float.BYTES).order(ByteOrder.nativeOrder());
    for (int i = 0; i < elements; i++) {
      bits.putInt((int) ((seed * 31 + i + 1) * MULTIPLIER >>> 29));
    }
    return bits.array();
  }

  static byte[] document(long step) {
    return String.format(Locale.ROOT, "{\"step\": %d}", step).getBytes(StandardCharsets.UTF_8);
  }

  /** Asserts that a checkpoint holds its step's content, bit for bit. */
  static void assertHeld(Checkpoint checkpoint, int elements) throws IOException {
    long step = checkpoint.step();
    assertThat(checkpoint.document("state.json")).isEqualTo(document(step));
    try (NDManager owner = Torch.newManager(Device.cpu());
        StateDict model = checkpoint.tensors("model");
        StateDict optimizer = checkpoint.tensors("optimizer");
        StateDict empty = checkpoint.tensors("empty")) {
      assertThat(empty.names()).isEmpty();
      assertThat(model.metadata()).containsExactly(Map.entry("note", "of step " + step));
      assertThat(optimizer.metadata()).isEmpty();
      assertThat(model.names()).containsExactlyInAnyOrder("w", "flags");
      assertThat(model.load("w", owner).getShape()).isEqualTo(new Shape(elements / 2, 2));
      assertThat(model.load("w", owner).toByteArray()).isEqualTo(bytes(step, elements));
      assertThat(model.load("flags", owner).toBooleanArray()).containsExactly(step % 2 == 0, true);
      assertThat(optimizer.load("m.w", owner).toByteArray()).isEqualTo(bytes(~step, elements));
      assertThat(optimizer.load("count", owner).toLongArray()).containsExactly(step, -step);
    }
  }

  static void assertHeld(Checkpoint checkpoint) throws IOException {
    assertHeld(checkpoint, 50);
  }
}
