// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation;

import java.util.Objects;

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
 * @param signalToNoise how the voxels' ratios are distributed
 * @param sessions how the images are shown
 */
public record BrainSimulatorConfig(
    int voxels,
    double semanticShare,
    double exponent,
    SignalToNoise signalToNoise,
    Sessions sessions) {

  /**
   * The log-normal distribution of the voxels' ratio of signal deviation to noise deviation.
   *
   * @param median over voxels
   * @param spread deviation of the logarithm
   */
  public record SignalToNoise(double median, double spread) {
    /** Checks the numbers. */
    public SignalToNoise {
      requireWithin("signalToNoise.median", median, 1e-6, 1e6);
      requireWithin("signalToNoise.spread", spread, 0, 10);
    }
  }

  /**
   * How the images are shown.
   *
   * @param repeats how often each image is shown
   * @param trials length of a scanning session; a last one of a single trial joins the one before
   * @param drift deviation, in noise deviations, of a voxel's offset and of its linear trend over a
   *     session
   */
  public record Sessions(int repeats, int trials, double drift) {
    /** Checks the numbers. */
    public Sessions {
      requireAtLeast("sessions.repeats", 1, repeats);
      requireAtLeast("sessions.trials", 2, trials);
      requireWithin("sessions.drift", drift, 0, 100);
    }
  }

  /** Checks the numbers. */
  public BrainSimulatorConfig {
    requireAtLeast("voxels", 2, voxels);
    requireWithin("semanticShare", semanticShare, 0, 1);
    requireWithin("exponent", exponent, 0.01, 1);
    Objects.requireNonNull(signalToNoise, "signalToNoise");
    Objects.requireNonNull(sessions, "sessions");
  }

  /**
   * A subject like those of NSD: half retinotopic, half semantic, three repeats, 750 trials a
   * session.
   *
   * @param voxels how many voxels
   * @return the assumptions
   */
  public static BrainSimulatorConfig standard(int voxels) {
    return new BrainSimulatorConfig(
        voxels, 0.5, 0.5, new SignalToNoise(0.43, 0.5), new Sessions(3, 750, 0.5));
  }

  /**
   * Other noise.
   *
   * @param median over voxels of signal deviation over noise deviation
   * @param spread deviation of the logarithm of that ratio
   * @return a changed copy
   */
  public BrainSimulatorConfig withSignalToNoise(double median, double spread) {
    return new BrainSimulatorConfig(
        voxels, semanticShare, exponent, new SignalToNoise(median, spread), sessions);
  }

  /**
   * Other sessions.
   *
   * @param newSessions repeats, length and drift
   * @return a changed copy
   */
  public BrainSimulatorConfig withSessions(Sessions newSessions) {
    return new BrainSimulatorConfig(voxels, semanticShare, exponent, signalToNoise, newSessions);
  }

  /**
   * How many voxels mix CLIP tokens; they come after the retinotopic ones.
   *
   * @return the count
   */
  public int semanticVoxels() {
    return (int) Math.round(voxels * semanticShare);
  }

  private static void requireAtLeast(String name, int least, int value) {
    if (value < least) {
      throw new IllegalArgumentException(
          name + ": expected at least " + least + " but was " + value);
    }
  }

  private static void requireWithin(String name, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          name + ": expected a number from " + least + " to " + most + " but was " + value);
    }
  }
}
