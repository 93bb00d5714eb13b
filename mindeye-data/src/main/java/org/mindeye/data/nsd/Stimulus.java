// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.nsd;

import java.util.Objects;

/**
 * A picture of the Natural Scenes Dataset.
 *
 * @param id its number there
 * @param cocoId its number in Microsoft COCO, for its captions and categories
 * @param cocoSplit the part of COCO it is in, such as {@code train2017}
 * @param shared whether every subject saw it
 */
public record Stimulus(NsdId id, long cocoId, String cocoSplit, boolean shared) {
  /** Checks that number and split are there. */
  public Stimulus {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(cocoSplit, "cocoSplit");
  }
}
