// SPDX-License-Identifier: Apache-2.0
package org.mindeye.testkit;

import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipOutputStream;

/**
 * Files as {@code torch.save} writes them, of any size without being in memory: each float32 tensor
 * holds nothing but its number in the file, from 1, so that one in the wrong place shows.
 */
public final class NumberedCheckpoint {
  private static final int BLOCK = 1 << 20;

  private final StringBuilder pickle = new StringBuilder();
  private final List<Shape> tensors = new ArrayList<>();
  private final Map<String, Integer> numbers = new LinkedHashMap<>();

  private NumberedCheckpoint() {}

  /**
   * Writes a file.
   *
   * @param path where
   * @param root the dictionary in the file: texts or whole numbers to dictionaries, lists, whole
   *     numbers, and shapes, each of which becomes a tensor
   * @return the number of each tensor by its key
   * @throws IOException if it cannot be written
   */
  public static Map<String, Integer> write(Path path, Map<?, ?> root) throws IOException {
    NumberedCheckpoint file = new NumberedCheckpoint();
    file.append("", root);
    file.pickle.append('.');
    try (OutputStream out = Files.newOutputStream(path);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      TorchZip.store(zip, "archive/data.pkl", TorchZip.latin1(file.pickle.toString()));
      for (int i = 0; i < file.tensors.size(); i++) {
        byte[] block = block(i + 1);
        long bytes = file.tensors.get(i).size() * Float.BYTES;
        TorchZip.store(zip, "archive/data/" + i, bytes, each -> repeat(block, bytes, each));
      }
      TorchZip.store(zip, "archive/version", TorchZip.latin1("3\n"));
    }
    return file.numbers;
  }

  /** In the oldest protocol, which is text. */
  private void append(String key, Object value) {
    if (value instanceof Map<?, ?> dictionary) {
      pickle.append('}');
      dictionary.forEach(
          (name, each) -> {
            pickle.append(name instanceof Integer ? "I" + name + "\n" : "S'" + name + "'\n");
            append(name.toString(), each);
            pickle.append('s');
          });
    } else if (value instanceof List<?> list) {
      pickle.append(']');
      list.forEach(
          each -> {
            append(key, each);
            pickle.append('a');
          });
    } else if (value instanceof Shape shape) {
      pickle.append(TorchZip.tensor(tensors.size(), shape, "FloatStorage"));
      tensors.add(shape);
      numbers.put(key, tensors.size());
    } else {
      pickle.append('I').append((int) value).append('\n');
    }
  }

  private static byte[] block(float value) {
    ByteBuffer block = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    while (block.hasRemaining()) {
      block.putFloat(value);
    }
    return block.array();
  }

  private static void repeat(byte[] block, long bytes, OutputStream out) throws IOException {
    for (long done = 0; done < bytes; done += block.length) {
      out.write(block, 0, (int) Math.min(block.length, bytes - done));
    }
  }
}
