// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.internal.kernel.CosineAttention.KeysAndValues;
import org.mindeye.core.nn.DataTypes;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.TensorAssert;

class CosineAttentionTest {
  @FreshManager private NDManager manager;

  private NDArray normal(long seed, long... shape) {
    return NoiseSource.seeded(seed).normal(manager, new Shape(shape));
  }

  /** Angles of one number per position and pair. */
  private NDArray rotation(int tokens, int pairs) {
    float[] table = new float[tokens * pairs * 2];
    for (int p = 0; p < tokens; p++) {
      for (int m = 0; m < pairs; m++) {
        table[(p * pairs + m) * 2] = (float) Math.cos(angle(p, m));
        table[(p * pairs + m) * 2 + 1] = (float) Math.sin(angle(p, m));
      }
    }
    return Torch.copy(manager, table, new Shape(tokens, pairs, 2));
  }

  private static double angle(int position, int pair) {
    return 0.3 * position / (1 + pair);
  }

  /** One head of one token: turned and of length 1. */
  private static double[] direction(float[] from, int offset, int width, int position) {
    double[] turned = new double[width];
    double squares = 0;
    for (int m = 0; m < width / 2; m++) {
      double a = from[offset + 2 * m];
      double b = from[offset + 2 * m + 1];
      double angle = angle(position, m);
      turned[2 * m] = a * Math.cos(angle) - b * Math.sin(angle);
      turned[2 * m + 1] = b * Math.cos(angle) + a * Math.sin(angle);
      squares += a * a + b * b;
    }
    for (int i = 0; i < width; i++) {
      turned[i] /= Math.sqrt(squares);
    }
    return turned;
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 2",
    "2, 3, 2, 4",
    "1, 17, 3, 6",
    "3, 65, 12, 64",
    "1, 257, 2, 8",
    "2, 97, 11, 6"
  })
  void should_equal_the_plain_computation(int batch, int tokens, int heads, int width) {
    NDArray q = normal(1, batch, tokens, (long) heads * width);
    NDArray kv = normal(2, batch, tokens, 2L * width);
    NDArray nulls = normal(3, 2, width);
    NDArray bias = normal(4, heads, tokens, tokens + 1L);
    NDArray rotation = rotation(tokens, width / 2);
    KeysAndValues found = CosineAttention.keysAndValues(kv, rotation, nulls);
    NDArray queries = CosineAttention.queries(q, rotation);
    NDArray actual = CosineAttention.attend(queries, found, bias);
    NDArray ones = manager.ones(new Shape(batch, tokens, heads, tokens + 1L));
    NDArray masked = CosineAttention.attend(queries, found, bias, ones);
    double[] expected = plain(q, kv, nulls, bias, batch, tokens, heads, width);
    TensorAssert.assertThat(actual)
        .hasShape(batch, tokens, (long) heads * width)
        .isWithinRelativeL2(expected, 1e-5);
    TensorAssert.assertThat(masked).isWithinRelativeL2(expected, 1e-5);
    bias.setRequiresGradient(true);
    for (GradMode mode : new GradMode[] {GradMode.on(), GradMode.off()}) {
      try (mode) {
        TensorAssert.assertThat(CosineAttention.attend(queries, found, bias))
            .isWithinRelativeL2(expected, 1e-5);
      }
    }
  }

  /** With and without a graph; rotations and lengths are as exact as in float32. */
  @ParameterizedTest
  @CsvSource({"1, 1, 1, 2", "2, 3, 2, 4", "1, 17, 3, 6", "2, 97, 11, 6"})
  void should_nearly_equal_it_in_bfloat16(int batch, int tokens, int heads, int width) {
    NDArray q = half(normal(1, batch, tokens, (long) heads * width));
    NDArray kv = half(normal(2, batch, tokens, 2L * width));
    NDArray nulls = normal(3, 2, width);
    NDArray bias = normal(4, heads, tokens, tokens + 1L);
    NDArray rotation = rotation(tokens, width / 2);
    KeysAndValues found = CosineAttention.keysAndValues(kv, rotation, nulls);
    NDArray queries = CosineAttention.queries(q, rotation);
    NDArray ones = manager.ones(new Shape(batch, tokens, heads, tokens + 1L));
    double[] expected = plain(single(q), single(kv), nulls, bias, batch, tokens, heads, width);
    for (boolean graph : new boolean[] {false, true}) {
      bias.setRequiresGradient(graph);
      try (GradMode mode = graph ? GradMode.on() : GradMode.off()) {
        for (NDArray actual :
            new NDArray[] {
              CosineAttention.attend(queries, found, bias),
              CosineAttention.attend(queries, found, half(bias)),
              CosineAttention.attend(queries, found, bias, ones)
            }) {
          assertThat(DataTypes.of(actual)).isEqualTo(DataType.BFLOAT16);
          TensorAssert.assertThat(single(actual).toFloatArray()).isWithinRelativeL2(expected, 0.04);
        }
      }
    }
  }

  private static NDArray half(NDArray x) {
    return DataTypes.convert(x, DataType.BFLOAT16);
  }

  private static NDArray single(NDArray x) {
    return DataTypes.convert(x, DataType.FLOAT32);
  }

  private static double[] plain(
      NDArray q, NDArray kv, NDArray nulls, NDArray bias, int batch, int tokens, int heads, int w) {
    float[] qs = q.toFloatArray();
    float[] kvs = kv.toFloatArray();
    float[] none = nulls.toFloatArray();
    float[] scores = bias.toFloatArray();
    double[] result = new double[qs.length];
    for (int b = 0; b < batch; b++) {
      for (int h = 0; h < heads; h++) {
        for (int i = 0; i < tokens; i++) {
          double[] asking = direction(qs, ((b * tokens + i) * heads + h) * w, w, i);
          double[] weights = new double[tokens + 1];
          double sum = 0;
          for (int j = 0; j <= tokens; j++) {
            double[] key =
                j == 0
                    ? direction(none, 0, w, 0)
                    : direction(kvs, (b * tokens + j - 1) * 2 * w, w, j - 1);
            double score = scores[(h * tokens + i) * (tokens + 1) + j];
            for (int c = 0; c < w; c++) {
              score += 16 * asking[c] * key[c];
            }
            weights[j] = Math.exp(score);
            sum += weights[j];
          }
          for (int j = 0; j <= tokens; j++) {
            for (int c = 0; c < w; c++) {
              float value = j == 0 ? none[w + c] : kvs[(b * tokens + j - 1) * 2 * w + w + c];
              result[((b * tokens + i) * heads + h) * w + c] += weights[j] / sum * value;
            }
          }
        }
      }
    }
    return result;
  }

  @Test
  void should_see_the_same_in_one_piece_and_in_two() {
    NDArray kv = normal(2, 2, 7, 8);
    NDArray nulls = normal(3, 2, 4);
    NDArray rotation = rotation(7, 2);
    KeysAndValues whole = CosineAttention.keysAndValues(kv, rotation, nulls);
    KeysAndValues pieces =
        CosineAttention.keysAndValues(kv.get(":, :3"), rotation.get(":3"), nulls)
            .followedBy(CosineAttention.keysAndValues(kv.get(":, 3:"), rotation.get("3:")));
    assertThat(pieces.keys().toFloatArray()).isEqualTo(whole.keys().toFloatArray());
    assertThat(pieces.values().toFloatArray()).isEqualTo(whole.values().toFloatArray());
    assertThat(whole.keys().getShape()).isEqualTo(new Shape(2, 1, 8, 4));
    NDArray q = normal(4, 2, 7, 12);
    NDArray queries =
        CosineAttention.followedBy(
            CosineAttention.queries(q.get(":, :3"), rotation.get(":3")),
            CosineAttention.queries(q.get(":, 3:"), rotation.get("3:")));
    assertThat(queries.toFloatArray())
        .isEqualTo(CosineAttention.queries(q, rotation).toFloatArray());
  }

  @Test
  void should_drop_what_the_mask_drops() {
    NDArray q = normal(1, 1, 2, 4);
    NDArray rotation = rotation(2, 2);
    KeysAndValues found = CosineAttention.keysAndValues(normal(2, 1, 2, 8), rotation);
    NDArray bias = manager.zeros(new Shape(1, 2, 2));
    NDArray nothing = manager.zeros(new Shape(1, 2, 1, 2));
    assertThat(
            CosineAttention.attend(CosineAttention.queries(q, rotation), found, bias, nothing)
                .toFloatArray())
        .containsOnly(0);
  }

  @Test
  void should_leave_nothing_behind() {
    NDArray q = normal(1, 1, 2, 4);
    NDArray kv = normal(2, 1, 2, 8);
    NDArray rotation = rotation(2, 2);
    NDArray bias = manager.zeros(new Shape(1, 2, 2));
    LeakCheck.assertNoLeak(
        () -> {
          try (CallScope scope = CallScope.open(Device.cpu())) {
            CosineAttention.attend(
                CosineAttention.queries(q, rotation),
                CosineAttention.keysAndValues(kv, rotation),
                bias);
          }
        });
  }
}
