// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Readback;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.ShapeMismatchException;

/**
 * One minus the Pearson correlation of the features of a picture with those of its reconstruction,
 * in float64: EffNet-B and SwAV in the paper's table 1, where lower is better. SciPy's {@code
 * spatial.distance.correlation}.
 */
public final class CorrelationDistance {
  private CorrelationDistance() {}

  /**
   * Scores each picture; the published figure is the mean.
   *
   * @param originals {@code [images, ...]}, features of any float type, flattened
   * @param reconstructions as many features of as many reconstructions
   * @return a distance in [0, 2] for each pair, in their order
   * @throws ShapeMismatchException if the numbers of images or features differ
   * @throws NotFiniteException if a feature is not finite
   * @throws MindEyeException if the features of an image are all the same, so that the correlation
   *     is undefined (the original returns NaN)
   */
  public static double[] each(NDArray originals, NDArray reconstructions) {
    FeatureShape.requirePairs(originals, reconstructions);
    int count = Math.toIntExact(originals.getShape().get(0));
    double[] distances = new double[count];
    for (int i = 0; i < count; i++) {
      Centred original = requireVaried("originals", i, row("originals", originals, i));
      Centred reconstruction =
          requireVaried("reconstructions", i, row("reconstructions", reconstructions, i));
      distances[i] = 1 - original.correlation(reconstruction);
    }
    return distances;
  }

  /**
   * Scores every picture with every reconstruction, for tests of chance.
   *
   * @param originals {@code [images, ...]}, features of any float type, flattened
   * @param reconstructions {@code [other images, ...]}, as many features
   * @return {@code [images, other images]}, distances in [0, 2]; NaN where the features of an image
   *     are all the same. The heap holds all of them at once in float64
   * @throws ShapeMismatchException if the numbers of features differ
   * @throws NotFiniteException if a feature is not finite
   */
  public static double[][] cross(NDArray originals, NDArray reconstructions) {
    FeatureShape.requireSameWidth(originals, reconstructions);
    List<Centred> rows = rows("originals", originals);
    List<Centred> columns = rows("reconstructions", reconstructions);
    double[][] distances = new double[rows.size()][columns.size()];
    for (int i = 0; i < rows.size(); i++) {
      for (int j = 0; j < columns.size(); j++) {
        distances[i][j] = 1 - rows.get(i).correlation(columns.get(j));
      }
    }
    return distances;
  }

  private static List<Centred> rows(String name, NDArray features) {
    List<Centred> rows = new ArrayList<>();
    for (int i = 0; i < features.getShape().get(0); i++) {
      rows.add(row(name, features, i));
    }
    return rows;
  }

  private static Centred row(String name, NDArray features, int index) {
    try (CallScope scope = CallScope.open(features.getDevice())) {
      double[] values = Readback.of(features.get(index));
      for (double value : values) {
        if (!Double.isFinite(value)) {
          throw new NotFiniteException(
              name
                  + ": expected finite features but image "
                  + index
                  + " has "
                  + value
                  + "; leave it out");
        }
      }
      return Centred.of(values);
    }
  }

  private static Centred requireVaried(String name, int index, Centred features) {
    if (features.isConstant()) {
      throw new MindEyeException(
          name
              + ": the features of image "
              + index
              + " are all the same, so their correlation is undefined; leave it out");
    }
    return features;
  }
}
