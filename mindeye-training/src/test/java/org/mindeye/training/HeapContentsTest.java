// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.mindeye.MindEyeException;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.data.loader.AheadConfig;
import org.mindeye.formats.io.HeapBudget;

class HeapContentsTest {
  private static final ClipSpace SPACE = ClipSpace.VIT_L_14_HIDDEN;
  private static final int PIXELS = 425 * 425;

  private static final HeapContents.Steps FEW = HeapContents.Steps.unprepared(32, 1000);

  private static HeapBudget gibibytes(long count) {
    return new HeapBudget(count << 30);
  }

  @Test
  void should_refuse_a_heap_that_would_be_full() {
    HeapContents all = new HeapContents(9000, 9000, PIXELS, 15724, SPACE.size(), FEW);
    assertThatThrownBy(() -> all.requireFits(gibibytes(4)))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(
            "heap: responses of 9000 pictures and targets of 9000 take 8.2 GiB, encoding 32 pictures"
                + " at a time 0.2, batches of 32 that are prepared for steps later 0.0, and work"
                + " some more; this JVM may use 4.0; start it with a larger one, for example"
                + " -Xmx11g");
    all.requireFits(gibibytes(11));
    assertThatThrownBy(() -> all.requireFits(gibibytes(10))).hasMessageContaining("-Xmx11g");
    new HeapContents(9000, 500, PIXELS, 15724, SPACE.size(), FEW).requireFits(gibibytes(4));
  }

  @Test
  void should_count_the_pictures_that_are_encoded() {
    HeapContents large = new HeapContents(48, 16, 4096 * 4096, 60, new ClipSpace(5, 8).size(), FEW);
    assertThatThrownBy(() -> large.requireFits(new HeapBudget(512L << 20)))
        .hasMessageContaining("encoding 32 pictures at a time 12.0");
  }

  /** Four ahead, two of the step itself, and one as it becomes a tensor. */
  @Test
  void should_count_the_batches_that_are_prepared_for_steps() {
    long picture = 3 * 224 * 224 * Float.BYTES;
    AheadConfig ahead = new AheadConfig(4, 4);
    HeapContents large =
        new HeapContents(
            0, 0, PIXELS, 1, 1, new HeapContents.Steps(300, 2, ahead, picture, picture));
    long bytes = 7 * 300 * picture;
    assertThatThrownBy(() -> large.requireFits(new HeapBudget((long) (1.29 * bytes))))
        .hasMessageContaining("batches of 300 that are prepared for steps later 1.2, and work");
    large.requireFits(new HeapBudget((long) (1.31 * bytes)));
    new HeapContents(
            0,
            0,
            PIXELS,
            1,
            1,
            new HeapContents.Steps(300, 2, AheadConfig.none(), picture, picture))
        .requireFits(new HeapBudget((long) (0.6 * bytes)));
  }

  @Test
  void should_refuse_impossible_steps() {
    assertThatThrownBy(() -> HeapContents.Steps.unprepared(0, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "steps: expected batches of at least 1 sample, at least 1 for a step, and no negative"
                + " sizes, but was 0, 1, 0 and 4");
  }
}
