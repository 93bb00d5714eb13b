// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Precision;

/**
 * The vectors of a gallery in the order in which they come. A search pays for each block and each
 * of its chunks, so small pieces are gathered until they are worth a block.
 */
final class RowBlocks {
  /** Numbers of a block that is worth it: 128 MB, of which a copy exists for a moment. */
  private static final long ENOUGH = 1 << 25;

  private final Precision precision;
  private final NDManager owner;
  private final long enough;
  private final List<Rows> blocks = new ArrayList<>();
  private final NDList gathered = new NDList();
  private long numbers;

  RowBlocks(Precision precision, NDManager owner) {
    this(precision, owner, ENOUGH);
  }

  RowBlocks(Precision precision, NDManager owner, long enough) {
    this.precision = precision;
    this.owner = owner;
    this.enough = enough;
  }

  /**
   * Copies vectors.
   *
   * @param rows {@code [rows, width]}, float32, on any device; at most {@link Rows#mostAtOnce}
   */
  void add(NDArray rows) {
    if (rows.size() >= enough) {
      closeBlock();
      blocks.add(Rows.of(rows, precision, owner.getDevice(), owner));
      return;
    }
    try (CallScope scope = CallScope.open(owner.getDevice())) {
      gathered.add(scope.keep(rows.toDevice(owner.getDevice(), true), owner));
    }
    numbers += rows.size();
    if (numbers >= enough) {
      closeBlock();
    }
  }

  private void closeBlock() {
    if (gathered.isEmpty()) {
      return;
    }
    try (CallScope scope = CallScope.open(owner.getDevice())) {
      NDArray all = gathered.size() == 1 ? gathered.get(0) : NDArrays.concat(gathered);
      blocks.add(Rows.of(all, precision, owner.getDevice(), owner));
    }
    gathered.forEach(NDArray::close);
    gathered.clear();
    numbers = 0;
  }

  /** All blocks, after which nothing may be added. */
  List<Rows> done() {
    closeBlock();
    return List.copyOf(blocks);
  }
}
