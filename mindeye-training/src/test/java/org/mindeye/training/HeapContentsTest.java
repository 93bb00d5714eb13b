// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.mindeye.MindEyeException;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.formats.io.HeapBudget;

class HeapContentsTest {
  private static final ClipSpace SPACE = ClipSpace.VIT_L_14_HIDDEN;
  private static final int PIXELS = 425 * 425;

  private static HeapBudget gibibytes(long count) {
    return new HeapBudget(count << 30);
  }

  @Test
  void should_refuse_a_heap_that_would_be_full() {
    HeapContents all = new HeapContents(9000, 9000, PIXELS, 15724, SPACE.size());
    assertThatThrownBy(() -> all.requireFits(gibibytes(4)))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(
            "heap: responses of 9000 pictures and targets of 9000 take 8.2 GiB, encoding 32 pictures"
                + " at a time 0.2, and work some more; this JVM may use 4.0; start it with a larger"
                + " one, for example -Xmx11g");
    all.requireFits(gibibytes(11));
    assertThatThrownBy(() -> all.requireFits(gibibytes(10))).hasMessageContaining("-Xmx11g");
    new HeapContents(9000, 500, PIXELS, 15724, SPACE.size()).requireFits(gibibytes(4));
  }

  @Test
  void should_count_the_pictures_that_are_encoded() {
    HeapContents large = new HeapContents(48, 16, 4096 * 4096, 60, new ClipSpace(5, 8).size());
    assertThatThrownBy(() -> large.requireFits(new HeapBudget(512L << 20)))
        .hasMessageContaining("encoding 32 pictures at a time 12.0");
  }
}
