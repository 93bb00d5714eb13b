// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation;

/**
 * The assumptions behind a simulated subject. None is tuned to make a method look good.
 *
 * <p>Signal to noise: each voxel's ratio of signal to noise deviation (the "ncsnr" of Allen et al.
 * 2022) is drawn from a log-normal distribution. A median of 0.43 corresponds to a noise ceiling of
 * about 36 % for the mean of three presentations, {@code ncsnr² / (ncsnr² + 1/3)}, and a deviation
 * of 0.5 of its logarithm to a middle half between about 20 % and 52 %.
 *
 * @param voxels how many voxels the region of interest has
 * @param semanticShare share of voxels that mix CLIP tokens instead of pooling a receptive field
 * @param exponent the compressive nonlinearity: {@code sign(x) |x|^exponent} of the standardised
 *     drive
 * @param medianSnr median over voxels of signal deviation over noise deviation
 * @param snrSpread deviation of the logarithm of that ratio
 * @param repeats how often each image is shown
 * @param trialsPerSession length of a scanning session; a last one of a single trial joins the one
 *     before
 * @param drift deviation, in noise deviations, of a voxel's offset and of its linear trend over a
 *     session
 */
public record BrainSimulatorConfig(
    int voxels,
    double semanticShare,
    double exponent,
    double medianSnr,
    double snrSpread,
    int repeats,
    int trialsPerSession,
    double drift) {

  /** Checks the numbers. */
  public BrainSimulatorConfig {
    if (voxels < 2) {
      throw new IllegalArgumentException("voxels: expected at least 2 but was " + voxels);
    }
    requireWithin("semanticShare", semanticShare, 0, 1);
    requireWithin("exponent", exponent, 0.01, 1);
    requireWithin("medianSnr", medianSnr, 1e-6, 1e6);
    requireWithin("snrSpread", snrSpread, 0, 10);
    requireWithin("drift", drift, 0, 100);
    if (repeats < 1) {
      throw new IllegalArgumentException("repeats: expected at least 1 but was " + repeats);
    }
    if (trialsPerSession < 2) {
      throw new IllegalArgumentException(
          "trialsPerSession: expected at least 2 but was " + trialsPerSession);
    }
  }

  /**
   * A subject like those of NSD: half retinotopic, half semantic, three repeats, 750 trials a
   * session.
   *
   * @param voxels how many voxels
   * @return the assumptions
   */
  public static BrainSimulatorConfig standard(int voxels) {
    return new BrainSimulatorConfig(voxels, 0.5, 0.5, 0.43, 0.5, 3, 750, 0.5);
  }

  /**
   * How many voxels mix CLIP tokens; they come after the retinotopic ones.
   *
   * @return the count
   */
  public int semanticVoxels() {
    return (int) Math.round(voxels * semanticShare);
  }

  private static void requireWithin(String name, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          name + ": expected a number from " + least + " to " + most + " but was " + value);
    }
  }
}
