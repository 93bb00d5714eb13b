// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.clip;

import java.util.Objects;
import org.mindeye.data.TrialImage;

/**
 * A picture and what is known about it.
 *
 * @param image its pixels
 * @param description all that can be said about it
 * @param places what is where
 */
public record DescribedPicture(TrialImage image, Description description, PlaceLabels places) {
  /** Checks that all is there. */
  public DescribedPicture {
    Objects.requireNonNull(image, "image");
    Objects.requireNonNull(description, "description");
    Objects.requireNonNull(places, "places");
  }

  /** For messages. */
  String key() {
    return image.origin().key();
  }
}
