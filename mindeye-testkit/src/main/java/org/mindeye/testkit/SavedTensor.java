// SPDX-License-Identifier: Apache-2.0
package org.mindeye.testkit;

import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipOutputStream;

/** Files as {@code torch.save} writes them of one float32 tensor. */
public final class SavedTensor {
  private SavedTensor() {}

  /**
   * Writes a tensor alone.
   *
   * @param file where
   * @param values in row-major order
   * @param shape its axes
   * @return the file
   * @throws IOException if it cannot be written
   */
  public static Path write(Path file, float[] values, long... shape) throws IOException {
    return write(file, TorchZip.tensor(0, new Shape(shape), "FloatStorage") + ".", values);
  }

  /**
   * Writes a dictionary with a tensor.
   *
   * @param file where
   * @param key of the tensor
   * @param values in row-major order
   * @param shape its axes
   * @return the file
   * @throws IOException if it cannot be written
   */
  public static Path writeUnder(Path file, String key, float[] values, long... shape)
      throws IOException {
    String tensor = TorchZip.tensor(0, new Shape(shape), "FloatStorage");
    return write(file, "}S'" + key + "'\n" + tensor + "s.", values);
  }

  private static Path write(Path file, String pickle, float[] values) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      TorchZip.store(zip, "archive/data.pkl", TorchZip.latin1(pickle));
      TorchZip.store(zip, "archive/data/0", bytes.array());
      TorchZip.store(zip, "archive/version", TorchZip.latin1("3\n"));
    }
    return file;
  }
}
