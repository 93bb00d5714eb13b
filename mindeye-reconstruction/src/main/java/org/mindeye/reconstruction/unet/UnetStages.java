// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction.unet;

import java.util.List;

/**
 * The stages of a UNet, whose maps halve on the way down and double on the way up.
 *
 * @param channels of each stage, that with the largest maps first; diffusers' {@code
 *     block_out_channels}
 * @param attention which of them have a transformer behind each residual block; the middle between
 *     down and up always has one
 * @param blocks residual blocks of each stage on the way down; there is one more on the way up;
 *     diffusers' {@code layers_per_block}
 * @param groups of each group norm; divides all channels; diffusers' {@code norm_num_groups}
 */
public record UnetStages(List<Integer> channels, List<Boolean> attention, int blocks, int groups) {
  /** Checks the widths. */
  public UnetStages {
    channels = List.copyOf(channels);
    attention = List.copyOf(attention);
    if (channels.isEmpty() || blocks < 1 || groups < 1) {
      throw new IllegalArgumentException(
          "stages: expected at least one, with at least one block and one group, but was channels "
              + channels
              + ", blocks "
              + blocks
              + ", groups "
              + groups);
    }
    if (attention.size() != channels.size()) {
      throw new IllegalArgumentException(
          "attention: expected true or false for each of the stages of channels "
              + channels
              + " but was "
              + attention);
    }
    for (int width : channels) {
      if (width < 1 || width % groups != 0) {
        throw new IllegalArgumentException(
            "channels: expected multiples of the " + groups + " groups but was " + channels);
      }
    }
  }

  /**
   * How much smaller the deepest maps are than the largest.
   *
   * @return a power of two
   */
  public int reduction() {
    return 1 << (channels.size() - 1);
  }

  /** How many there are. */
  int count() {
    return channels.size();
  }

  /** Numbers per position in the middle. */
  int deepest() {
    return channels.get(channels.size() - 1);
  }
}
