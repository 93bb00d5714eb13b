// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.mindeye.formats.tensor.MalformedFileException;

/** Damages files at random, with a seed, and lets a reader answer. */
public final class Mutations {
  /** Reads a damaged file completely, however it answers. */
  @FunctionalInterface
  public interface Reader {
    /** Reads all of it. */
    void read(byte[] file) throws Exception;
  }

  private Mutations() {}

  /**
   * Asserts that every mutant is read, or refused with the one exception for that; any other one
   * fails the test and shows the mutant.
   *
   * @return how many were refused
   */
  public static int answered(byte[] good, int headBytes, int count, Reader reader) {
    int refused = 0;
    for (int seed = 0; seed < count; seed++) {
      byte[] mutant = mutate(good, headBytes, new Random(seed));
      try {
        reader.read(mutant);
      } catch (MalformedFileException e) {
        assertThat(e.getMessage()).contains(": expected ", " but found ");
        refused++;
      } catch (Exception | OutOfMemoryError | StackOverflowError e) {
        fail("mutant " + seed + " was answered with " + e, e);
      }
    }
    return refused;
  }

  /** A few changes, most of them in the file's head: bytes, bits, pieces lost, doubled, moved. */
  private static byte[] mutate(byte[] good, int headBytes, Random random) {
    byte[] mutant = good.clone();
    for (int change = random.nextInt(3); change >= 0; change--) {
      int range = Math.min(mutant.length, random.nextInt(4) > 0 ? headBytes : good.length);
      if (range == 0) {
        return mutant;
      }
      int at = random.nextInt(range);
      switch (random.nextInt(6)) {
        case 0 -> mutant[at] = (byte) random.nextInt(256);
        case 1 -> mutant[at] ^= (byte) (1 << random.nextInt(8));
        case 2 ->
            mutant[at] =
                "{}[]\",:0159.-eE\\u \0".getBytes(StandardCharsets.US_ASCII)[random.nextInt(19)];
        case 3 -> mutant = Arrays.copyOf(mutant, random.nextInt(2 * mutant.length));
        case 4 -> mutant = spliced(mutant, at, Math.min(mutant.length, at + random.nextInt(20)), 0);
        default ->
            mutant = spliced(mutant, at, Math.min(mutant.length, at + random.nextInt(20)), 2);
      }
    }
    return mutant;
  }

  /** The bytes from a to b repeated so many times, between what is before and behind them. */
  private static byte[] spliced(byte[] bytes, int a, int b, int times) {
    byte[] result = new byte[bytes.length + (times - 1) * (b - a)];
    System.arraycopy(bytes, 0, result, 0, a);
    for (int i = 0; i < times; i++) {
      System.arraycopy(bytes, a, result, a + i * (b - a), b - a);
    }
    System.arraycopy(bytes, b, result, a + times * (b - a), bytes.length - b);
    return result;
  }
}
