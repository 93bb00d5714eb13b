// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.List;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Precision;

/** The vectors of a gallery, which a search looks at block by block, in the order of the rows. */
interface GalleryBlocks {
  /** Looks at a block. */
  interface Visitor {
    /**
     * Looks at it.
     *
     * @param rows may be gone after the call
     * @param first the number of the first row
     */
    void visit(Rows rows, int first);
  }

  /** Hands over all blocks, one after the other. */
  void visit(Visitor visitor);

  /** Blocks that are there as they are searched: in memory, or mapped from a file. */
  record Stored(List<Rows> blocks) implements GalleryBlocks {
    @Override
    public void visit(Visitor visitor) {
      int first = 0;
      for (Rows rows : blocks) {
        visitor.visit(rows, first);
        first += rows.count();
      }
    }
  }

  /**
   * Blocks of vectors too wide to be multiplied as they lie: each search copies them one by one.
   *
   * @param stored {@code [rows, width]} each, of a floating type that DJL converts
   */
  record Widened(List<NDArray> stored) implements GalleryBlocks {
    @Override
    public void visit(Visitor visitor) {
      int first = 0;
      for (NDArray some : stored) {
        try (CallScope scope = CallScope.open(some.getDevice())) {
          NDArray single = some.toType(DataType.FLOAT32, false);
          Rows rows = Rows.of(single, Precision.FLOAT32, single.getDevice(), scope.manager());
          visitor.visit(rows, first);
          first += rows.count();
        }
      }
    }
  }
}
