// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.webdataset;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The members of a sample this library reads and writes, by extension. */
final class Members {
  /** The original reads {@code jpg} and {@code png}; its extensions in capitals count, too. */
  static final List<String> IMAGES = List.of("jpg", "jpeg", "png");

  static final String VOXELS = "nsdgeneral.npy";
  static final String COCO = "coco73k.npy";
  static final String TRIAL = "trial.npy";
  static final String DISTINCT_REPEATS = "num_uniques.npy";

  /** Others, such as whole-brain volumes, are skipped without being read. */
  static final Set<String> ALL =
      Stream.concat(IMAGES.stream(), Stream.of(VOXELS, COCO, TRIAL, DISTINCT_REPEATS))
          .collect(Collectors.toUnmodifiableSet());

  /** Responses per image; images shown less often are padded with copies. */
  static final int REPEATS = 3;

  private Members() {}
}
