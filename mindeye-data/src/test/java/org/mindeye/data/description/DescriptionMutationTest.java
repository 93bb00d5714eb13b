// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.description;

import java.util.List;
import org.mindeye.data.MutationTestCase;

/** {@link DataDescription}, which {@link FileDescriber} reads. */
class DescriptionMutationTest extends MutationTestCase {
  private static Format format(String name, String folder, String... files) {
    return Format.of(name, DataDescription::read, folder, files);
  }

  @Override
  protected List<Format> formats() {
    return List.of(
        format("volumes", "volume", "i2_little.nii", "series.nii.gz", "mgh_i2.mgh"),
        format("MATLAB", "matlab", "plain.mat", "version_7_3.mat"),
        format("pickles", "glmsingle", "flat.npy", "numbers.npy"));
  }
}
