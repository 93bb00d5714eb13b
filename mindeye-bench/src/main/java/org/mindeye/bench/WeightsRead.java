// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A file of weights to a tensor: opened, read, closed. The operating system has the file in memory,
 * so this is the reader's speed, not the disk's.
 */
public class WeightsRead extends DeviceBenchmark {
  private static final String NAME = "w";

  /** What the weights are stored in. */
  public enum Container {
    /** Safetensors. */
    SAFETENSORS,
    /** A checkpoint of torch, in its zip container. */
    PTH
  }

  @Param Container container;

  @Param({"1000000", "200000000"})
  int numbers;

  private ScratchFolder folder;
  private Path file;

  /** Creates the benchmark; JMH fills in the parameters. */
  public WeightsRead() {}

  /**
   * Writes the file; compares numbers at both ends.
   *
   * @throws IOException if the disk refuses
   */
  @Setup
  public void setUp() throws IOException {
    open();
    folder = ScratchFolder.create();
    float[] values = new float[numbers];
    NoiseSource.seeded(SEED).uniform(values);
    file = write(values);
    try (CallScope call = CallScope.open(Torch.device(device))) {
      NDArray read = load(call.manager());
      Check.near("first number", read.getFloat(0), values[0], 0);
      Check.near("last number", read.getFloat(numbers - 1), values[numbers - 1], 0);
    }
  }

  private Path write(float[] values) throws IOException {
    if (container == Container.PTH) {
      return TorchZip.write(folder.path().resolve("weights.pth"), NAME, values);
    }
    Path target = folder.path().resolve("weights.safetensors");
    try (CallScope call = CallScope.open(Torch.device(device))) {
      NDArray tensor = Torch.copy(call.manager(), values, new Shape(numbers));
      WeightFiles.write(target, Map.of(NAME, tensor), Map.of());
    }
    return target;
  }

  private NDArray load(NDManager manager) throws IOException {
    try (StateDict weights = WeightFiles.open(file)) {
      return weights.load(NAME, manager);
    }
  }

  /**
   * One file.
   *
   * @return its first number
   * @throws IOException if the file cannot be read
   */
  @Benchmark
  public float read() throws IOException {
    try (CallScope call = CallScope.open(Torch.device(device))) {
      return load(call.manager()).getFloat(0);
    }
  }

  /**
   * Deletes the file.
   *
   * @throws IOException if the disk refuses
   */
  @TearDown
  public void deleteFile() throws IOException {
    folder.close();
  }
}
