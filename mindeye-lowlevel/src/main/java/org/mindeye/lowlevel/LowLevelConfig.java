// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import java.util.Objects;
import org.mindeye.core.weights.StateDict;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * The shape of a {@link LowLevelNetwork}.
 *
 * @param voxels length of the input
 * @param mlp the layers that read voxels
 * @param upsampling how far the convolutions enlarge
 * @param latents the shape of the result
 * @param mapsProjector whether there is a second head, whose features are compared with a teacher's
 *     in training; only {@link LatentUpsampling#X4} has maps as fine as the teacher's
 */
public record LowLevelConfig(
    int voxels, Mlp mlp, LatentUpsampling upsampling, Latents latents, boolean mapsProjector) {
  /** The key under which the metadata of weights may note their configuration. */
  public static final String METADATA = "mindeye.model";

  /** How many numbers the projector makes of each position of the maps. */
  public static final int PROJECTED_WIDTH = MapsProjector.WIDTH;

  /**
   * The residual layers between voxels and maps.
   *
   * @param hidden their width
   * @param blocks how many behind the first
   * @param inputDropout behind the first, in training
   * @param blockDropout behind each of the others, in training
   */
  public record Mlp(int hidden, int blocks, double inputDropout, double blockDropout) {
    /** Checks the numbers. */
    public Mlp {
      requirePositive("hidden", hidden);
      if (blocks < 0) {
        throw new IllegalArgumentException("blocks: expected 0 or more but was " + blocks);
      }
      requireRate("inputDropout", inputDropout);
      requireRate("blockDropout", blockDropout);
    }

    /**
     * The published layers.
     *
     * @return four blocks of 4096
     */
    public static Mlp paper() {
      return new Mlp(4096, 4, 0.5, 0.25);
    }
  }

  /**
   * The shape of latents.
   *
   * @param channels numbers per position
   * @param side rows, and columns
   */
  public record Latents(int channels, int side) {
    /** Checks the lengths. */
    public Latents {
      requirePositive("channels", channels);
      requirePositive("side", side);
    }

    /**
     * The latents of 512 x 512 pixels.
     *
     * @return 4 x 64 x 64
     */
    public static Latents stableDiffusion() {
      return new Latents(4, 64);
    }
  }

  /** Checks that the parts fit together. */
  public LowLevelConfig {
    requirePositive("voxels", voxels);
    Objects.requireNonNull(mlp, "mlp");
    Objects.requireNonNull(upsampling, "upsampling");
    Objects.requireNonNull(latents, "latents");
    if (latents.side % upsampling.factor() != 0) {
      throw new IllegalArgumentException(
          "latents: expected a side divisible by "
              + upsampling.factor()
              + ", the factor of the upsampling, but was "
              + latents.side);
    }
    if (mapsProjector && upsampling != LatentUpsampling.X4) {
      throw new IllegalArgumentException(
          "mapsProjector: only upsampling X4 has one, but the upsampling is " + upsampling);
    }
  }

  /**
   * The published network: 206,065,604 parameters for subject 1.
   *
   * @param voxels length of the input
   * @return 4096 wide, 4 x 64 x 64 latents, with the projector that training needs
   */
  public static LowLevelConfig paper(int voxels) {
    return new LowLevelConfig(
        voxels, Mlp.paper(), LatentUpsampling.X4, Latents.stableDiffusion(), true);
  }

  /**
   * Reads the configuration that the file notes under {@link #METADATA} or, where it notes none,
   * off the names and shapes of its tensors, which do not show the rates of dropout: they are then
   * the published ones.
   *
   * @param file holds a low-level network's tensors; stays open
   * @return the configuration
   * @throws MalformedFileException if the tensors are not such a network's, or contradict the
   *     metadata; if the metadata lack a key, or have an unknown one: names it
   */
  public static LowLevelConfig of(StateDict file) {
    return LowLevelWeights.configure(Objects.requireNonNull(file, "file").unwrapped());
  }

  /**
   * The same without the head that only training needs.
   *
   * @return a configuration
   */
  public LowLevelConfig withoutMapsProjector() {
    return new LowLevelConfig(voxels, mlp, upsampling, latents, false);
  }

  /**
   * The size of the maps that are enlarged to latents, and that the projector looks at.
   *
   * @return rows, and columns
   */
  public int mapSide() {
    return latents.side / upsampling.factor();
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": expected at least 1 but was " + value);
    }
  }

  private static void requireRate(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(name + ": expected a rate in [0, 1) but was " + value);
    }
  }
}
