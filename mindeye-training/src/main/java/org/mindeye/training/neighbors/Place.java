// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.neighbors;

import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.data.SampleOrigin;

/** Where the metadata says that a picture is. */
final class Place {
  private Place() {}

  static String of(Neighbor neighbor, String column, SampleOrigin origin) {
    String place = neighbor.metadata().get(column);
    if (place == null || place.isBlank()) {
      throw origin.malformed(
          "metadata",
          "where the picture is, in " + column,
          neighbor.metadata().keySet().toString());
    }
    return place;
  }
}
