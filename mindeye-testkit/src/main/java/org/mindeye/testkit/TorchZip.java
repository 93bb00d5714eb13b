// SPDX-License-Identifier: Apache-2.0
package org.mindeye.testkit;

import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** What {@code torch.save} writes, piece by piece; pickles are of the oldest protocol, in text. */
final class TorchZip {
  private TorchZip() {}

  /** What an entry holds; asked twice, first for the sum. */
  @FunctionalInterface
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** A tensor that lies in a storage of its own. */
  static String tensor(int key, Shape shape, String storage) {
    StringBuilder sizes = new StringBuilder("(");
    StringBuilder strides = new StringBuilder("(");
    for (int i = 0; i < shape.dimension(); i++) {
      sizes.append('I').append(shape.get(i)).append('\n');
      strides.append('I').append(shape.slice(i + 1).size()).append('\n');
    }
    return "ctorch._utils\n_rebuild_tensor_v2\n((S'storage'\nctorch\n"
        + storage
        + "\nS'"
        + key
        + "'\nS'cpu'\nL"
        + shape.size()
        + "L\ntQI0\n"
        + sizes
        + "t"
        + strides
        + "tI00\nccollections\nOrderedDict\n(tRtR";
  }

  static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** An entry without compression, as torch writes it. */
  static void store(ZipOutputStream zip, String name, long bytes, Content content)
      throws IOException {
    CRC32 sum = new CRC32();
    content.writeTo(new CheckedOutputStream(OutputStream.nullOutputStream(), sum));
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes);
    entry.setCrc(sum.getValue());
    zip.putNextEntry(entry);
    content.writeTo(zip);
    zip.closeEntry();
  }

  static void store(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    store(zip, name, bytes.length, out -> out.write(bytes));
  }
}
