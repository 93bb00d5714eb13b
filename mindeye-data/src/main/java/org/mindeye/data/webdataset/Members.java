package org.mindeye.data.webdataset;

import java.util.Set;

/** The members of a sample this library reads and writes, by extension. */
final class Members {
  static final String JPG = "jpg";
  static final String PNG = "png";
  static final String VOXELS = "nsdgeneral.npy";
  static final String COCO = "coco73k.npy";
  static final String TRIAL = "trial.npy";
  static final String DISTINCT_REPEATS = "num_uniques.npy";

  /** Others, such as whole-brain volumes, are skipped without being read. */
  static final Set<String> ALL = Set.of(JPG, PNG, VOXELS, COCO, TRIAL, DISTINCT_REPEATS);

  /** Responses per image; images shown less often are padded with copies. */
  static final int REPEATS = 3;

  private Members() {}
}
