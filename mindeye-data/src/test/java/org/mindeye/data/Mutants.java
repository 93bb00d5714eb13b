// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.mindeye.MindEyeException;

/**
 * Files that are damaged at random, with a seed: every one is read, or refused with our exception.
 */
public final class Mutants {
  /** Reads a file completely, however it answers. */
  @FunctionalInterface
  public interface Reader {
    /** Reads all of it. */
    void read(Path file) throws Exception;
  }

  private final Path folder;
  private final Reader reader;
  private int refused;

  /** Mutants are written into the folder, one after the other. */
  public Mutants(Path folder, Reader reader) {
    this.folder = folder;
    this.reader = reader;
  }

  /**
   * Damages the originals in turn. Fails at the first answer that is neither a result nor our
   * exception, and if hardly any mutant was refused.
   */
  public void attempt(List<Path> originals, int count, long seed) throws Exception {
    refused = 0;
    Map<Path, byte[]> sound = new LinkedHashMap<>();
    for (Path original : originals) {
      sound.put(folder.resolve(original.getFileName().toString()), Files.readAllBytes(original));
    }
    List<Path> targets = List.copyOf(sound.keySet());
    for (int i = 0; i < count; i++) {
      Path target = targets.get(i % targets.size());
      byte[] changed = changed(sound.get(target), new Random(seed * 1_000_003 + i));
      attempt(Files.write(target, changed), seed + "/" + i);
      // Whole again, for it may lie beside the next one.
      if (targets.size() > 1 || i == count - 1) {
        Files.write(target, sound.get(target));
      }
    }
    assertThat(refused).isGreaterThan(count / 20);
  }

  private void attempt(Path file, String which) {
    try {
      reader.read(file);
    } catch (MindEyeException e) {
      // As a file, or as the member of a sample.
      assertThat(e.getMessage()).contains(file.getFileName().toString().split("\\.", 2));
      refused++;
    } catch (Exception | OutOfMemoryError | StackOverflowError e) {
      fail("mutant " + which + " of " + file.getFileName() + " was answered with " + e, e);
    }
  }

  /** A few changes, half of them among the first bytes, where headers are. */
  public static byte[] changed(byte[] original, Random random) {
    byte[] bytes = original.clone();
    for (int changes = 1 + random.nextInt(3); changes > 0 && bytes.length > 0; changes--) {
      int range = random.nextBoolean() ? Math.min(512, bytes.length) : bytes.length;
      int at = random.nextInt(range);
      switch (random.nextInt(7)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 4), (byte) -1);
        case 3 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 4), (byte) 0);
        case 4 -> bytes = Arrays.copyOf(bytes, at);
        case 5 -> bytes = spliced(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(16)));
        default -> bytes[at] = (byte) (bytes[at] + random.nextInt(5) - 2);
      }
    }
    return bytes;
  }

  /** Without the bytes from a to b. */
  private static byte[] spliced(byte[] bytes, int a, int b) {
    byte[] result = Arrays.copyOf(bytes, bytes.length - (b - a));
    System.arraycopy(bytes, b, result, a, bytes.length - b);
    return result;
  }
}
