// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.mindeye.core.engine.Alive;
import org.mindeye.core.tensor.ShapeMismatchException;

/** Features of originals and reconstructions, which have to go together. */
final class FeatureShape {
  private FeatureShape() {}

  /** How many features an image has. */
  static int width(String name, NDArray features) {
    Shape shape = Alive.require(name, features).getShape();
    if (shape.dimension() < 2 || shape.size() == 0) {
      throw new ShapeMismatchException(
          name + ": expected [images, features] but was " + shape + "; flatten or stack them");
    }
    if (!features.getDataType().isFloating()) {
      throw new ShapeMismatchException(
          name + ": expected floats but was " + features.getDataType() + "; convert them");
    }
    return Math.toIntExact(shape.size() / shape.get(0));
  }

  static void requireSameWidth(NDArray originals, NDArray reconstructions) {
    int width = width("originals", originals);
    if (width("reconstructions", reconstructions) != width) {
      throw differ(originals, reconstructions, "as many features of an image");
    }
  }

  static void requirePairs(NDArray originals, NDArray reconstructions) {
    requireSameWidth(originals, reconstructions);
    if (originals.getShape().get(0) != reconstructions.getShape().get(0)) {
      throw differ(originals, reconstructions, "one image for each original");
    }
  }

  private static ShapeMismatchException differ(NDArray first, NDArray second, String expected) {
    return new ShapeMismatchException(
        "reconstructions: expected "
            + expected
            + ", as the originals "
            + first.getShape()
            + " have, but was "
            + second.getShape());
  }
}
