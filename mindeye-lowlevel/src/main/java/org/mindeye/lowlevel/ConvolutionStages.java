// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import java.util.List;
import org.mindeye.core.nn.ParameterScope;
import org.mindeye.core.nn.ResidualConvBlock;

/**
 * The widths of an encoder or decoder whose maps double or halve from stage to stage.
 *
 * @param channels of each stage, that with the largest maps first; diffusers' {@code
 *     block_out_channels}
 * @param blocks residual blocks of each stage of an encoder; a decoder has one more; diffusers'
 *     {@code layers_per_block}
 * @param groups of each norm; divides all channels; diffusers' {@code norm_num_groups}
 */
public record ConvolutionStages(List<Integer> channels, int blocks, int groups) {
  /** Of all their group norms. */
  static final double EPSILON = 1e-6;

  /** Checks the widths. */
  public ConvolutionStages {
    channels = List.copyOf(channels);
    if (channels.isEmpty() || blocks < 1 || groups < 1) {
      throw new IllegalArgumentException(
          "stages: expected at least one, with at least one block and one group, but was channels "
              + channels
              + ", blocks "
              + blocks
              + ", groups "
              + groups);
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

  ResidualConvBlock residual(ParameterScope scope, int in, int out) {
    return new ResidualConvBlock(scope, in, out, groups, EPSILON);
  }

  /**
   * Numbers that are there at most while maps are enlarged to a size, layer after layer and without
   * a graph.
   */
  long enlargingPeak(long positions) {
    int last = channels.size() - 1;
    long peak = 0;
    for (int i = 0; i <= last; i++) {
      int in = channels.get(Math.min(i + 1, last));
      peak = Math.max(peak, blockPeak(in, channels.get(i)) * (positions >> (2 * i)));
    }
    return peak;
  }

  /** The same while maps of a size are reduced. */
  long reducingPeak(long positions) {
    long peak = 0;
    for (int i = 0; i < channels.size(); i++) {
      int in = channels.get(Math.max(i - 1, 0));
      peak = Math.max(peak, blockPeak(in, channels.get(i)) * (positions >> (2 * i)));
    }
    return peak;
  }

  /** Input, norm and SiLU at its start; input, result, shortcut and sum at its end. */
  private static long blockPeak(int in, int out) {
    return Math.max(3L * in, in + (in == out ? 2L : 3L) * out);
  }
}
