// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Precision;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

class RowBlocksTest {
  private static final int WIDTH = 3;

  @FreshManager private NDManager manager;

  private RowBlocks blocksOf(int rows) {
    return new RowBlocks(Precision.FLOAT32, manager, (long) rows * WIDTH);
  }

  /** Rows of a single 1, whose place is the row's number modulo the width. */
  private void add(RowBlocks blocks, int first, int count) {
    try (CallScope scope = CallScope.open(manager.getDevice())) {
      float[] values = new float[count * WIDTH];
      for (int i = 0; i < count; i++) {
        values[i * WIDTH + (first + i) % WIDTH] = 1;
      }
      blocks.add(scope.manager().create(values, new Shape(count, WIDTH)));
    }
  }

  private float[] places(List<Rows> blocks) {
    try (CallScope scope = CallScope.open(manager.getDevice())) {
      NDArray query = scope.manager().create(new float[] {0, 1, 2}, new Shape(1, WIDTH));
      Rows queries = Rows.of(query, Precision.FLOAT32, manager.getDevice(), scope.manager());
      float[] places = new float[blocks.stream().mapToInt(Rows::count).sum()];
      int next = 0;
      for (Rows block : blocks) {
        for (int row = 0; row < block.count(); row++) {
          places[next++] = block.cosine(row, queries, 0, queries.room());
        }
      }
      return places;
    }
  }

  @Test
  void should_gather_small_pieces_and_keep_their_order() {
    RowBlocks blocks = blocksOf(4);
    add(blocks, 0, 1);
    add(blocks, 1, 2);
    add(blocks, 3, 2); // five rows: enough
    add(blocks, 5, 1);
    add(blocks, 6, 4); // enough alone, so the one before it is a block
    add(blocks, 10, 1);

    List<Rows> all = blocks.done();

    assertThat(all).extracting(Rows::count).containsExactly(5, 1, 4, 1);
    assertThat(places(all)).containsExactly(0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1);
  }

  @Test
  void should_keep_no_piece_beside_its_block() {
    int before = LeakCheck.census().arrays();
    RowBlocks blocks = blocksOf(50);
    for (int row = 0; row < 100; row++) {
      add(blocks, row, 1);
    }
    assertThat(blocks.done()).hasSize(2);
    assertThat(LeakCheck.census().arrays()).isEqualTo(before + 2);
  }
}
