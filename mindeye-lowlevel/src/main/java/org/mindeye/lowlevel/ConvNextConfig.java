// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import java.util.List;
import java.util.Objects;
import org.mindeye.core.weights.StateDict;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * The shape of a {@link ConvNextTeacher}.
 *
 * @param depths blocks of each stage
 * @param widths channels of each stage
 * @param projectorWidth numbers per position of the features; 0 without a projector
 */
public record ConvNextConfig(List<Integer> depths, List<Integer> widths, int projectorWidth) {
  /** Checks the numbers. */
  public ConvNextConfig {
    depths = List.copyOf(depths);
    widths = List.copyOf(widths);
    boolean positive = depths.stream().allMatch(n -> n > 0) && widths.stream().allMatch(n -> n > 0);
    if (depths.isEmpty() || depths.size() != widths.size() || !positive || projectorWidth < 0) {
      throw new IllegalArgumentException(
          "stages: expected a depth and a width of at least 1 for each but was"
              + " depths "
              + depths
              + ", widths "
              + widths
              + ", projectorWidth "
              + projectorWidth);
    }
  }

  /**
   * VICRegL's ConvNeXt-XL, the teacher of the published training: 348,111,872 parameters and
   * 1,575,936 of the projector.
   *
   * @return the published configuration
   */
  public static ConvNextConfig extraLarge() {
    return new ConvNextConfig(List.of(3, 3, 27, 3), List.of(256, 512, 1024, 2048), 512);
  }

  /**
   * ConvNeXt-S (Liu et al. 2022) with features of the same width: the teacher for small machines.
   *
   * @return a configuration
   */
  public static ConvNextConfig small() {
    return new ConvNextConfig(List.of(3, 3, 27, 3), List.of(96, 192, 384, 768), 512);
  }

  /**
   * Reads the configuration off the names and shapes of VICRegL's tensors.
   *
   * @param file holds a teacher's tensors, with or without the projector; stays open
   * @return the configuration
   * @throws MalformedFileException if the tensors are not a ConvNeXt's of VICRegL
   */
  public static ConvNextConfig of(StateDict file) {
    StateDict weights = ConvNextWeights.of(Objects.requireNonNull(file, "file"));
    return weights.names().stream().anyMatch(name -> name.startsWith("maps_projector."))
        ? ConvNextWeights.configure(weights)
        : ConvNextWeights.configureBackbone(weights);
  }

  /**
   * The backbone alone.
   *
   * @return a configuration
   */
  public ConvNextConfig withoutProjector() {
    return new ConvNextConfig(depths, widths, 0);
  }

  /**
   * How many pixels a position stands for, in each direction.
   *
   * @return 32 with four stages
   */
  public int reduction() {
    return 4 << (depths.size() - 1);
  }
}
