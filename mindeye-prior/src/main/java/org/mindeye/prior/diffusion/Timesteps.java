// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior.diffusion;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.mindeye.Plural;

/**
 * The timesteps at which a sampler calls its network, noisiest first, all different. Immutable. The
 * spacings of diffusers round as numpy does, halves to the even number.
 */
public final class Timesteps {
  private final int[] values;

  private Timesteps(int[] values) {
    this.values = values;
  }

  /**
   * Timesteps one by one.
   *
   * @param values falling, none below 0; copied
   * @return the timesteps
   * @throws IllegalArgumentException if there are none, or they do not fall
   */
  public static Timesteps of(int... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("timesteps: expected at least one but was none");
    }
    for (int i = 0; i < values.length; i++) {
      if (values[i] < 0 || i > 0 && values[i] >= values[i - 1]) {
        throw new IllegalArgumentException(
            "timesteps: expected falling numbers from 0 on but was " + Arrays.toString(values));
      }
    }
    return new Timesteps(values.clone());
  }

  /**
   * Multiples of {@code floor(timesteps / steps)}, shifted ({@code timestep_spacing: leading}; DDIM
   * in diffusers).
   *
   * @param timesteps how many the process has
   * @param steps how many to choose, 1 to timesteps
   * @param stepsOffset what is added to each; 1 for Stable Diffusion
   * @return the timesteps
   * @throws IllegalArgumentException if a number is out of its range, or a timestep would be
   */
  public static Timesteps leading(int timesteps, int steps, int stepsOffset) {
    requireSteps(timesteps, steps, 1);
    int apart = timesteps / steps;
    int highest = (steps - 1) * apart + stepsOffset;
    if (stepsOffset < 0 || highest >= timesteps) {
      throw new IllegalArgumentException(
          "stepsOffset: expected a number from 0 to "
              + (timesteps - 1 - (steps - 1) * apart)
              + " for "
              + steps
              + " of "
              + Plural.of(timesteps, "timestep")
              + " but was "
              + stepsOffset);
    }
    return from(steps, j -> j * apart + stepsOffset);
  }

  /**
   * Evenly spaced from the noisiest timestep to 0, rounded ({@code timestep_spacing: linspace}).
   * DPM-Solver++ and UniPC in diffusers take one more than they do steps, {@link #withoutLast}.
   *
   * @param timesteps how many the process has
   * @param steps how many to choose, 2 to timesteps
   * @return the timesteps
   * @throws IllegalArgumentException if steps is out of its range
   */
  public static Timesteps linspace(int timesteps, int steps) {
    requireSteps(timesteps, steps, 2);
    double apart = (timesteps - 1.0) / (steps - 1);
    return from(steps, j -> (int) Math.rint(j * apart));
  }

  /**
   * Evenly spaced from the noisiest timestep on, the last one well above 0 ({@code
   * timestep_spacing: trailing}).
   *
   * @param timesteps how many the process has
   * @param steps how many to choose, 1 to timesteps
   * @return the timesteps
   * @throws IllegalArgumentException if steps is out of its range
   */
  public static Timesteps trailing(int timesteps, int steps) {
    requireSteps(timesteps, steps, 1);
    // numpy's arange counts in steps of the rounded difference of its first two numbers; that
    // decides which way some halves are rounded.
    double apart = timesteps - (timesteps - (double) timesteps / steps);
    return from(steps, j -> (int) Math.rint(timesteps - (steps - 1 - j) * apart) - 1);
  }

  /**
   * From the noisiest timestep to 0, quadratically denser towards 0.
   *
   * @param timesteps how many the process has
   * @param steps how many to choose, 2 to timesteps
   * @return the timesteps
   * @throws IllegalArgumentException if steps is out of its range
   */
  public static Timesteps quadratic(int timesteps, int steps) {
    requireSteps(timesteps, steps, 2);
    int[] values = new int[steps];
    for (int i = 0; i < steps; i++) {
      int left = steps - 1 - i; // as many timesteps must be left below this one
      double even = left / (steps - 1.0);
      int wanted = (int) Math.round((timesteps - 1) * even * even);
      values[i] = Math.min(Math.max(wanted, left), i == 0 ? wanted : values[i - 1] - 1);
    }
    return of(values);
  }

  /**
   * Where image-to-image begins: {@code steps - min(floor(steps * strength), steps)}, computed in
   * double precision as diffusers does, so that 0.29 of 100 steps are 28.
   *
   * @param steps how many timesteps there are, at least 1
   * @param strength how much of the noise process the image goes through, from 0 to 1
   * @return index of the first timestep that is used; {@code steps}, that is none, if strength is
   *     less than one step
   * @throws IllegalArgumentException if a number is out of its range
   */
  public static int startIndex(int steps, double strength) {
    if (steps < 1) {
      throw new IllegalArgumentException("steps: expected at least 1 but was " + steps);
    }
    if (!(strength >= 0 && strength <= 1)) {
      throw new IllegalArgumentException(
          "strength: expected a number in [0, 1] but was " + strength);
    }
    return steps - (int) (steps * strength);
  }

  /** {@code value} of {@code steps - 1} down to 0. */
  private static Timesteps from(int steps, IntUnaryOperator value) {
    return of(IntStream.range(0, steps).map(i -> value.applyAsInt(steps - 1 - i)).toArray());
  }

  private static void requireSteps(int timesteps, int steps, int least) {
    if (steps < least || steps > timesteps) {
      throw new IllegalArgumentException(
          "steps: expected "
              + least
              + " to "
              + timesteps
              + ", the timesteps of the process, but was "
              + steps);
    }
  }

  /**
   * The same but the last, least noisy one.
   *
   * @return one fewer
   * @throws IllegalArgumentException if there is only one
   */
  public Timesteps withoutLast() {
    return of(Arrays.copyOf(values, values.length - 1));
  }

  /**
   * How many there are.
   *
   * @return at least 1
   */
  public int count() {
    return values.length;
  }

  /**
   * One of them.
   *
   * @param index from 0, the noisiest
   * @return the timestep
   */
  public int get(int index) {
    return values[index];
  }

  /**
   * All of them.
   *
   * @return a copy, noisiest first
   */
  public int[] toArray() {
    return values.clone();
  }

  /** An index at which sampling can begin. */
  int requireIndex(int start) {
    if (start < 0 || start >= values.length) {
      throw new IllegalArgumentException(
          "start: expected 0 to " + (values.length - 1) + " of these timesteps but was " + start);
    }
    return start;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Timesteps timesteps && Arrays.equals(values, timesteps.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return Arrays.toString(values);
  }
}
