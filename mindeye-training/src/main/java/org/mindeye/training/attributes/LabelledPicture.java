// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.attributes;

import java.util.List;
import java.util.Objects;
import org.mindeye.data.TrialImage;

/**
 * A picture and what it shows.
 *
 * @param image its pixels
 * @param labels the number of the right class of each attribute
 */
public record LabelledPicture(TrialImage image, List<Integer> labels) {
  /** Copies the list. */
  public LabelledPicture {
    Objects.requireNonNull(image, "image");
    labels = List.copyOf(labels);
  }

  /** For messages. */
  String key() {
    return image.origin().key();
  }
}
