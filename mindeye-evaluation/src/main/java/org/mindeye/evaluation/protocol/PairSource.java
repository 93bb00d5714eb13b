// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.protocol;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.mindeye.core.engine.Alive;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.ShapeMismatchException;

/** Where the images of an evaluation come from, one pair at a time. */
public interface PairSource {
  /**
   * How many pairs there are.
   *
   * @return at least 2
   */
  int size();

  /**
   * Reads a pair. Each is asked for once, in order.
   *
   * @param index from 0
   * @param owner the manager that is to own the tensors; it is closed after some images
   * @return the pair
   * @throws IOException if it cannot be read
   */
  ImagePair read(int index, NDManager owner) throws IOException;

  /**
   * Images that are in memory already.
   *
   * @param ids one for each image
   * @param originals {@code [images, 3, height, width]} in [0, 1]; stay the caller's
   * @param reconstructions {@code [images, 3, height, width]}; stay the caller's
   * @return a source of them
   * @throws ShapeMismatchException if the numbers differ
   */
  static PairSource of(List<String> ids, ImageBatch originals, ImageBatch reconstructions) {
    Objects.requireNonNull(originals, "originals");
    Objects.requireNonNull(reconstructions, "reconstructions");
    List<String> names = List.copyOf(Objects.requireNonNull(ids, "ids"));
    if (originals.batch() != names.size() || reconstructions.batch() != names.size()) {
      throw new ShapeMismatchException(
          "pairs: expected as many ids, originals and reconstructions but there are "
              + names.size()
              + ", "
              + originals.batch()
              + " and "
              + reconstructions.batch());
    }
    return new PairSource() {
      @Override
      public int size() {
        return names.size();
      }

      @Override
      public ImagePair read(int index, NDManager owner) {
        Alive.require("owner", owner);
        return ImagePair.of(
            names.get(index), row(originals, index, owner), row(reconstructions, index, owner));
      }
    };
  }

  private static ImageBatch row(ImageBatch images, int index, NDManager owner) {
    var row = images.array().get(new NDIndex("{}:{}", index, index + 1)).duplicate();
    row.attach(owner);
    return ImageBatch.of(row);
  }
}
