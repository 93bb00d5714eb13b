// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.formats.tensor.TensorElements;
import org.mindeye.formats.tensor.TensorFile;

/**
 * The largest tensor of the published backbone, in files of more than 4 GiB that are mostly holes.
 */
@Tag("full-size")
class TorchLargeFileTest {
  private static final long ROWS = 197_376;
  private static final long WIDTH = 4096;
  private static final long LARGE = ROWS * WIDTH * Float.BYTES;
  private static final long HALVES = 600_000_000;
  private static final String PICKLE =
      "}S'large'\n"
          + tensor("Float", 0, ROWS * WIDTH, "I197376\nI4096\n", "I4096\nI1\n")
          + "sS'corners'\n"
          + tensor("Float", 0, ROWS * WIDTH, "I2\nI2\n", "I1\nI" + (ROWS * WIDTH - 2) + "\n")
          + "sS'halves'\n"
          + tensor("Half", 1, HALVES, "I0\n", "I1\n")
          + "sS'small'\n"
          + tensor("Float", 2, 6, "I6\n", "I1\n")
          + "s.";

  @TempDir private Path folder;

  private static String tensor(String kind, int key, long count, String sizes, String strides) {
    String storage = TorchFiles.storage(kind + "Storage", "S'" + key + "'\n", "L" + count + "L\n");
    return TorchFiles.tensor(storage, "I0\n", sizes, strides);
  }

  @Test
  void should_read_large_zip_files() throws IOException {
    Path path = folder.resolve("large.pth");
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      List<ByteBuffer> table = new ArrayList<>();
      entry(file, table, "a/data.pkl", PICKLE.length());
      file.write(TorchFiles.latin1(PICKLE));
      entry(file, table, "a/data/0", LARGE);
      large(file);
      entry(file, table, "a/data/1", 2 * HALVES);
      file.seek(file.getFilePointer() + 2 * HALVES);
      entry(file, table, "a/data/2", 24);
      file.write(TorchFiles.sixFloats());
      entry(file, table, "a/version", 2);
      file.write(TorchFiles.latin1("3\n"));
      end(file, table);
    }
    assertReadable(path);
  }

  @Test
  void should_read_large_legacy_files() throws IOException {
    Path path = folder.resolve("large.pth");
    byte[] head =
        TorchFiles.legacy("I1001\n.", "}.", PICKLE, "(lS'0'\naS'1'\naS'2'\na.", ROWS * WIDTH);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.write(head, 0, head.length - 24);
      large(file);
      file.write(littleEndian(8).putLong(HALVES).array());
      file.seek(file.getFilePointer() + 2 * HALVES);
      file.write(littleEndian(8).putLong(6).array());
      file.write(TorchFiles.sixFloats());
    }
    assertReadable(path);
  }

  private static void assertReadable(Path path) throws IOException {
    assertThat(path.toFile().length()).isGreaterThan(1L << 32);
    try (TensorFile weights = TorchCheckpoint.open(path).stateDict()) {
      assertThat(weights.info("large").bytes()).isEqualTo(LARGE);
      TensorElements large = weights.elements("large");
      assertThat(floats(large, 0)).containsExactly(1, 2);
      assertThat(floats(large, LARGE - 8)).containsExactly(3, 4);
      assertThat(floats(large, 150_000 * WIDTH * Float.BYTES)).containsOnly(0);
      assertThatThrownBy(() -> weights.array("large")).hasMessageContaining("tensor 'large'");
      assertThat(weights.floats("corners")).containsExactly(1, 3, 2, 4);
      assertThat(weights.floats("small")).containsExactly(0, 1, 2, 3, 4, 5);
    }
  }

  private static float[] floats(TensorElements elements, long firstByte) throws IOException {
    ByteBuffer two = littleEndian(8);
    elements.read(firstByte, two);
    return new float[] {two.getFloat(0), two.getFloat(4)};
  }

  /** 1 and 2 at the beginning, 3 and 4 at the end, a hole between. */
  private static void large(RandomAccessFile file) throws IOException {
    long start = file.getFilePointer();
    file.write(littleEndian(8).putFloat(1).putFloat(2).array());
    file.seek(start + LARGE - 8);
    file.write(littleEndian(8).putFloat(3).putFloat(4).array());
  }

  /** An entry with its lengths in the extra field, whatever they are. */
  private static void entry(RandomAccessFile file, List<ByteBuffer> table, String name, long size)
      throws IOException {
    ByteBuffer central = littleEndian(46 + name.length() + 28);
    central.putInt(0, 0x02014b50).putInt(20, -1).putInt(24, -1).putInt(42, -1);
    central.putShort(28, (short) name.length()).putShort(30, (short) 28).position(46);
    central.put(TorchFiles.latin1(name)).putShort((short) 1).putShort((short) 24);
    table.add(central.putLong(size).putLong(size).putLong(file.getFilePointer()));
    ByteBuffer local = littleEndian(30);
    local.putInt(0, 0x04034b50).putShort(26, (short) name.length());
    file.write(local.array());
    file.write(TorchFiles.latin1(name));
  }

  private static void end(RandomAccessFile file, List<ByteBuffer> table) throws IOException {
    long offset = file.getFilePointer();
    for (ByteBuffer entry : table) {
      file.write(entry.array());
    }
    long position = file.getFilePointer();
    ByteBuffer end = littleEndian(56 + 20 + 22).putInt(0, 0x06064b50);
    end.putLong(32, table.size()).putLong(40, position - offset).putLong(48, offset);
    end.putInt(56, 0x07064b50).putLong(64, position).putInt(76, 0x06054b50);
    file.write(end.putInt(88, -1).putInt(92, -1).putShort(86, (short) -1).array());
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
