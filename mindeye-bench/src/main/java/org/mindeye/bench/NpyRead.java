// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.HeapArray;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A file of 32-bit floats to a float array: one sample's responses (3 x 15,724) and a gallery. The
 * operating system has the file in memory, so this is the reader's speed, not the disk's.
 */
public class NpyRead extends MindEyeBenchmark {
  @Param({"47172", "25600000"})
  int numbers;

  private ScratchFolder folder;
  private Path file;

  /** Creates the benchmark; JMH fills in the parameters. */
  public NpyRead() {}

  /**
   * Writes the file; compares every number.
   *
   * @throws IOException if the disk refuses
   */
  @Setup
  public void setUp() throws IOException {
    folder = ScratchFolder.create();
    file = folder.path().resolve("numbers.npy");
    float[] values = new float[numbers];
    NoiseSource.seeded(SEED).normal(values);
    Npy.write(file, HeapArray.ofFloats(values, numbers));
    int different = Arrays.mismatch(values, read());
    Check.near("index of the first wrong number", different, -1, 0);
  }

  /**
   * One file.
   *
   * @return its numbers
   * @throws IOException if the file cannot be read
   */
  @Benchmark
  public float[] read() throws IOException {
    return Npy.read(file).toFloats();
  }

  /**
   * Deletes the file.
   *
   * @throws IOException if the disk refuses
   */
  @TearDown
  public void close() throws IOException {
    folder.close();
  }
}
