// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import java.util.List;

/**
 * How much of the way from a vector to latents the convolutions go, and how wide they are. The
 * published results use the first.
 */
public enum LatentUpsampling {
  /** Maps of 64 channels, a quarter of the latents' size. */
  X4(64, List.of(64, 128, 256)),
  /**
   * The maps of {@link #X4}, enlarged by a quarter of its channels in norms of 8 groups. The
   * original has nothing like it: for worlds too small for the published widths.
   */
  X4_NARROW(64, List.of(16, 32, 64), 8),
  /** Maps of 256 channels, an eighth of the latents' size. */
  X8(256, List.of(64, 128, 256, 256)),
  /** Maps of 512 channels, a sixteenth of the latents' size. */
  X16(512, List.of(64, 128, 256, 256, 512));

  private static final int PUBLISHED_GROUPS = 32;

  private final int channels;
  private final ConvolutionStages stages;

  LatentUpsampling(int channels, List<Integer> stages) {
    this(channels, stages, PUBLISHED_GROUPS);
  }

  LatentUpsampling(int channels, List<Integer> stages, int groups) {
    this.channels = channels;
    this.stages = new ConvolutionStages(stages, 1, groups);
  }

  /**
   * The width of the maps that the convolutions begin with.
   *
   * @return channels
   */
  public int channels() {
    return channels;
  }

  /**
   * How many times larger the latents are than the maps.
   *
   * @return 4, 8 or 16
   */
  public int factor() {
    return stages.reduction();
  }

  ConvolutionStages stages() {
    return stages;
  }
}
