// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Builds checkpoints by hand. Pickles are written as Latin-1 texts, opcode by opcode. */
final class TorchFiles {
  static final String DICTIONARY = "ccollections\nOrderedDict\n(tR";

  private TorchFiles() {}

  static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Entries of a zip container whose only storage holds the floats 0 to 5. */
  static Map<String, byte[]> entries(byte[] pickle) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("archive/data.pkl", pickle);
    entries.put("archive/data/0", sixFloats());
    entries.put("archive/version", latin1("3\n"));
    return entries;
  }

  static byte[] sixFloats() {
    ByteBuffer floats = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 6; i++) {
      floats.putFloat(i);
    }
    return floats.array();
  }

  static byte[] zip(String pickle) {
    return zip(entries(latin1(pickle)), ZipEntry.STORED);
  }

  static byte[] zip(Map<String, byte[]> entries, int pickleMethod) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> content : entries.entrySet()) {
        ZipEntry entry = new ZipEntry(content.getKey());
        entry.setMethod(content.getKey().endsWith(".pkl") ? pickleMethod : ZipEntry.STORED);
        entry.setSize(content.getValue().length);
        CRC32 crc = new CRC32();
        crc.update(content.getValue());
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** A legacy file whose only storage holds the floats 0 to 5. */
  static byte[] legacy(String pickle) {
    return legacy("\u0080\u0002M\u00e9\u0003.", "}.", pickle, "(lS'0'\na.", 6);
  }

  static byte[] legacy(
      String version, String machine, String pickle, String keys, long storageLength) {
    ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    length.putLong(storageLength);
    String magic = "\u0080\u0002\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019.";
    return concat(latin1(magic + version + machine + pickle + keys), length.array(), sixFloats());
  }

  static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** A reference to that storage. */
  static String storage() {
    return storage("FloatStorage", "S'0'\n", "I6\n");
  }

  static String storage(String kind, String key, String count) {
    return "(S'storage'\nctorch\n" + kind + "\n" + key + "S'cpu'\n" + count + "tQ";
  }

  /** A tensor on a storage; sizes and strides as in {@code "I2\nI3\n"}. */
  static String tensor(String storage, String offset, String sizes, String strides) {
    return "ctorch._utils\n_rebuild_tensor_v2\n("
        + storage
        + offset
        + "("
        + sizes
        + "t("
        + strides
        + "tI00\n"
        + DICTIONARY
        + "tR";
  }

  static String tensor() {
    return tensor(storage(), "I0\n", "I2\nI3\n", "I3\nI1\n");
  }

  /** A whole pickle: a dictionary of the tensor {@code good} and of {@code x}. */
  static String beside(String x) {
    return "}S'good'\n" + tensor() + "sS'x'\n" + x + "s.";
  }
}
