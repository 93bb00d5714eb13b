// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.webdataset;

import java.util.Objects;
import org.mindeye.data.ImageLimits;
import org.mindeye.data.Subject;

/**
 * What a reader expects and how much it accepts.
 *
 * @param voxels the length of every response
 * @param maxMemberBytes the largest member that is read; unknown members are skipped, whatever
 *     their size
 * @param imageLimits the largest image accepted
 */
public record ReaderConfig(int voxels, long maxMemberBytes, ImageLimits imageLimits) {
  private static final long DEFAULT_MAX_MEMBER_BYTES = 64L << 20;

  /** Checks that the numbers are positive and a member fits one array. */
  public ReaderConfig {
    Objects.requireNonNull(imageLimits, "imageLimits");
    if (voxels < 1) {
      throw new IllegalArgumentException("voxels must be positive but was " + voxels);
    }
    if (maxMemberBytes < 1 || maxMemberBytes > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "maxMemberBytes must be 1 to 2147483639 but was " + maxMemberBytes);
    }
  }

  /**
   * For data of any brain, real or simulated: members up to 64 MiB, images up to 4096 x 4096.
   *
   * @param voxels the length of every response
   * @return the configuration
   */
  public static ReaderConfig of(int voxels) {
    return new ReaderConfig(voxels, DEFAULT_MAX_MEMBER_BYTES, ImageLimits.DEFAULT);
  }

  /**
   * For a subject of the Natural Scenes Dataset.
   *
   * @param subject whose voxels are expected
   * @return {@link #of(int)} with the subject's voxels
   */
  public static ReaderConfig of(Subject subject) {
    return of(subject.voxels());
  }
}
