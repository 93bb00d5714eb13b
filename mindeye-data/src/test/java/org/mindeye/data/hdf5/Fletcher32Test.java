// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.hdf5;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.MindEyeException;

class Fletcher32Test {
  private static final int MODULUS = 65_535;

  /**
   * The sums of big-endian words, modulo 65535 after each, as defined. Where one is 0, the library
   * writes 65535 instead if any word was not zero.
   */
  private static int plain(byte[] bytes) {
    long first = 0;
    long second = 0;
    boolean zeros = true;
    for (int at = 0; at < bytes.length; at += 2) {
      int low = at + 1 < bytes.length ? bytes[at + 1] & 0xff : 0;
      int word = (bytes[at] & 0xff) * 256 + low;
      zeros &= word == 0;
      first = (first + word) % MODULUS;
      second = (second + first) % MODULUS;
    }
    if (!zeros) {
      first = first == 0 ? MODULUS : first;
      second = second == 0 ? MODULUS : second;
    }
    return (int) (second << 16 | first);
  }

  private static byte[] chunk(byte[] bytes, int sum) {
    return ByteBuffer.allocate(bytes.length + 4)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(bytes)
        .putInt(sum)
        .array();
  }

  private static byte[] decode(byte[] chunk) {
    return new Fletcher32().decode(chunk, new int[0]);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 719, 720, 721, 1441, 100_001})
  void should_agree_with_the_plain_sum(int length) {
    byte[] random = new byte[length];
    new Random(length).nextBytes(random);
    byte[] ones = new byte[length];
    Arrays.fill(ones, (byte) 0xff);
    for (byte[] bytes : new byte[][] {random, ones, new byte[length]}) {
      int sum = plain(bytes);
      assertThat(decode(chunk(bytes, sum))).isEqualTo(bytes);
      assertThatThrownBy(() -> decode(chunk(bytes, sum ^ 1 << 20)))
          .isInstanceOf(MindEyeException.class)
          .hasMessage("a chunk whose checksum is wrong: damaged, get the file again");
    }
  }

  /** Computed by HDF5 2.0.0, in a file of h5py: 0, 1, 2, … 255, 0, … as bytes. */
  @Test
  void should_agree_with_the_library() {
    byte[] bytes = new byte[1441];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    assertThat(decode(chunk(bytes, 0xb1d52a58))).isEqualTo(bytes);
  }

  /** Those of libraries before version 1.6.3 on little-endian machines. */
  @Test
  void should_accept_sums_of_old_libraries() {
    byte[] bytes = {1, 2, 3, 4};
    assertThat(plain(bytes)).isEqualTo(0x0508_0406);
    assertThat(decode(chunk(bytes, 0x0805_0604))).isEqualTo(bytes);
    assertThatThrownBy(() -> decode(chunk(bytes, 0x0604_0805)))
        .isInstanceOf(MindEyeException.class);
  }

  @Test
  void should_refuse_a_chunk_without_room_for_a_sum() {
    assertThatThrownBy(() -> decode(new byte[3]))
        .isInstanceOf(MindEyeException.class)
        .hasMessage("a chunk of 3 bytes with a checksum");
  }
}
