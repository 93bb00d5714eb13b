// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import java.util.Map;
import org.mindeye.cli.report.LowLevelPictures.Painter;
import org.mindeye.evaluation.PixelScores;
import org.mindeye.evaluation.results.PictureScores.Place;

/**
 * One row of the grid of blurry pictures.
 *
 * @param place why it is shown
 * @param sample position in the test split
 * @param seen the bytes of the picture's file
 * @param painted of the network, ridge regression and the autoencoder
 */
public record LowLevelExample(Place place, int sample, byte[] seen, Map<Painter, Painted> painted) {
  /**
   * A picture and how close it is to the seen one.
   *
   * @param png the bytes of a file
   * @param scores beside the seen one
   */
  public record Painted(byte[] png, PixelScores scores) {}

  /** Copies the map. */
  public LowLevelExample {
    painted = Map.copyOf(painted);
  }
}
