// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.mindeye.formats.NpyFixtures;

class HalfTest {
  @Test
  void should_return_to_the_same_bits_for_every_finite_half() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = Half.toFloat((short) bits);
      if (Float.isNaN(value)) {
        assertThat(Float.isNaN(Half.toFloat(Half.fromFloat(value)))).isTrue();
      } else {
        assertThat(Half.fromFloat(value)).as("bits %04x = %s", bits, value).isEqualTo((short) bits);
      }
    }
  }

  @Test
  void should_round_as_numpy_rounds() throws IOException {
    float[] floats = NpyFixtures.array("half_from_float").toFloats();
    HeapArray expected = NpyFixtures.array("half_rounded");
    ByteBuffer halves = expected.bytes();
    assertThat(floats).hasSizeGreaterThan(1000);
    for (float value : floats) {
      assertThat(Half.fromFloat(value)).as("%s", value).isEqualTo(halves.getShort());
    }
  }

  @Test
  void should_keep_the_sign_of_zero_and_the_limits() {
    assertThat(Half.fromFloat(-0f)).isEqualTo((short) 0x8000);
    assertThat(1 / Half.toFloat((short) 0x8000)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(Half.toFloat(Half.fromFloat(Half.MAX_VALUE))).isEqualTo(65504f);
    assertThat(Half.toFloat(Half.fromFloat(65520f))).isEqualTo(Float.POSITIVE_INFINITY);
  }
}
