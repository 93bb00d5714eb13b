// SPDX-License-Identifier: Apache-2.0
package org.mindeye.testkit;

import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
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
      byte[] text = latin1(file.pickle.toString());
      store(zip, "archive/data.pkl", text, text.length);
      for (int i = 0; i < file.tensors.size(); i++) {
        store(zip, "archive/data/" + i, block(i + 1), file.tensors.get(i).size() * Float.BYTES);
      }
      byte[] version = latin1("3\n");
      store(zip, "archive/version", version, version.length);
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
      pickle.append(tensor(tensors.size(), shape));
      tensors.add(shape);
      numbers.put(key, tensors.size());
    } else {
      pickle.append('I').append((int) value).append('\n');
    }
  }

  /** What torch writes. */
  private static String tensor(int key, Shape shape) {
    StringBuilder sizes = new StringBuilder("(");
    StringBuilder strides = new StringBuilder("(");
    for (int i = 0; i < shape.dimension(); i++) {
      sizes.append('I').append(shape.get(i)).append('\n');
      strides.append('I').append(shape.slice(i + 1).size()).append('\n');
    }
    return "ctorch._utils\n_rebuild_tensor_v2\n((S'storage'\nctorch\nFloatStorage\nS'"
        + key
        + "'\nS'cpu'\nL"
        + shape.size()
        + "L\ntQI0\n"
        + sizes
        + "t"
        + strides
        + "tI00\nccollections\nOrderedDict\n(tRtR";
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] block(float value) {
    ByteBuffer block = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    while (block.hasRemaining()) {
      block.putFloat(value);
    }
    return block.array();
  }

  /** An entry that repeats a block up to a size, uncompressed as torch writes it. */
  private static void store(ZipOutputStream zip, String name, byte[] block, long bytes)
      throws IOException {
    CRC32 crc = new CRC32();
    for (long done = 0; done < bytes; done += block.length) {
      crc.update(block, 0, (int) Math.min(block.length, bytes - done));
    }
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    for (long done = 0; done < bytes; done += block.length) {
      zip.write(block, 0, (int) Math.min(block.length, bytes - done));
    }
    zip.closeEntry();
  }
}
