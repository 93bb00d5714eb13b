// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.hdf5;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.mindeye.MindEyeException;

/** What jHDF 0.9.4 did, and smaller mistakes. */
class SliceCheckTest {
  private static ByteBuffer zeros(int[] lengths) {
    return ByteBuffer.allocate(Integer.BYTES * Arrays.stream(lengths).reduce(1, (a, b) -> a * b));
  }

  @Test
  void should_pass_with_the_parser_of_this_build() {
    SliceCheck.require();
    SliceCheck.require();
  }

  @Test
  void should_find_a_parser_that_gives_zeros() {
    assertThatThrownBy(() -> SliceCheck.require((first, lengths) -> zeros(lengths)))
        .isInstanceOf(MindEyeException.class)
        .hasMessageContaining("reads slices of chunked data wrongly: expected ")
        .hasMessageContaining(" but found 0; use io.jhdf:jhdf 0.13.0 or newer");
  }
}
