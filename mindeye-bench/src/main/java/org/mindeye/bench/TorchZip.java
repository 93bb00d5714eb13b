// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes what {@code torch.save({name: tensor}, file)} writes for one vector of 32-bit floats. */
final class TorchZip {
  private static final int CHUNK = 1 << 18;

  private TorchZip() {}

  static Path write(Path file, String name, float[] values) throws IOException {
    CRC32 crc = new CRC32();
    chunks(values, bytes -> crc.update(bytes));
    try (ZipOutputStream zip =
        new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      small(zip, "weights/data.pkl", pickle(name, values.length));
      small(zip, "weights/version", "3\n".getBytes(StandardCharsets.US_ASCII));
      store(zip, "weights/data/0", 4L * values.length, crc);
      chunks(values, zip::write);
      zip.closeEntry();
    }
    return file;
  }

  private static void small(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    store(zip, name, content.length, crc);
    zip.write(content);
    zip.closeEntry();
  }

  private static void store(ZipOutputStream zip, String name, long size, CRC32 crc)
      throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(size);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
  }

  private interface Sink {
    void accept(byte[] bytes) throws IOException;
  }

  private static void chunks(float[] values, Sink sink) throws IOException {
    for (int from = 0; from < values.length; from += CHUNK) {
      int count = Math.min(CHUNK, values.length - from);
      ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values, from, count);
      sink.accept(bytes.array());
    }
  }

  /** {@code {name: torch._utils._rebuild_tensor_v2(storage 0, 0, (n,), (1,), False, {})}}. */
  private static byte[] pickle(String name, int numbers) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x80, 2, '}'});
    text(out, name);
    ascii(out, "ctorch._utils\n_rebuild_tensor_v2\n((");
    text(out, "storage");
    ascii(out, "ctorch\nFloatStorage\n");
    text(out, "0");
    text(out, "cpu");
    number(out, numbers);
    out.writeBytes(new byte[] {'t', 'Q', 'K', 0});
    number(out, numbers);
    out.writeBytes(new byte[] {(byte) 0x85, 'K', 1, (byte) 0x85, (byte) 0x89});
    ascii(out, "ccollections\nOrderedDict\n)RtRs.");
    return out.toByteArray();
  }

  private static void ascii(ByteArrayOutputStream out, String text) {
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static void text(ByteArrayOutputStream out, String text) {
    out.write('X');
    out.writeBytes(little(text.length()));
    ascii(out, text);
  }

  private static void number(ByteArrayOutputStream out, int value) {
    out.write('J');
    out.writeBytes(little(value));
  }

  private static byte[] little(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }
}
