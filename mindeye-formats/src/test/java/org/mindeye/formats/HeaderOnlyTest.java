// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.MindEyeException;
import org.mindeye.formats.internal.npy.NpyHeader;
import org.mindeye.formats.io.HeapBudget;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.numpy.NpyFile;
import org.mindeye.formats.numpy.Npz;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorElements;
import org.mindeye.formats.tensor.TensorFile;
import org.mindeye.formats.tensor.TensorInfo;
import org.mindeye.formats.tensor.TensorShape;

/** What is in a file is seen from its headers, in memory that does not depend on its size. */
class HeaderOnlyTest {
  private static final long A_LITTLE = 1 << 20;
  private static final int MIB = 1 << 20;

  @TempDir private Path folder;

  /** Asserts that work allocates no more than a little in the heap, and gives its result. */
  private static <T> T inLittleHeap(Callable<T> work) throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    work.call(); // loads classes
    long before = threads.getCurrentThreadAllocatedBytes();
    T result = work.call();
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(A_LITTLE);
    return result;
  }

  /** So many MiB of zero bytes behind a header, for each member; a thousandth of it on the disk. */
  private Path bomb(int mebibytes, String... names) throws IOException {
    Path file = folder.resolve("bomb.npz");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.setLevel(Deflater.BEST_SPEED);
      for (String name : names) {
        zip.putNextEntry(new ZipEntry(name + ".npy"));
        zip.write(NpyHeader.encode(ElementType.FLOAT32, new long[] {mebibytes, MIB / 4}));
        for (int i = 0; i < mebibytes; i++) {
          zip.write(new byte[MIB]);
        }
        zip.closeEntry();
      }
    }
    return file;
  }

  private Path sparse(String name, boolean fortran, long missing) throws IOException {
    Path file = folder.resolve(name);
    byte[] header = NpyHeader.encode(ElementType.FLOAT32, new long[] {20_000, 20_000});
    if (fortran) {
      String text = new String(header, StandardCharsets.ISO_8859_1).replace("False", "True ");
      header = text.getBytes(StandardCharsets.ISO_8859_1);
    }
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.write(header);
      sparse.setLength(header.length + 1_600_000_000L - missing);
    }
    return file;
  }

  @Test
  void should_list_an_archive_without_inflating_it() throws Exception {
    Path file = bomb(24, "a", "b");
    TensorInfo[] infos =
        inLittleHeap(
            () -> {
              try (TensorFile weights = TensorFiles.open(file)) {
                return weights.names().stream().map(weights::info).toArray(TensorInfo[]::new);
              }
            });
    TensorShape shape = new TensorShape(24, MIB / 4);
    assertThat(infos)
        .containsExactly(
            new TensorInfo("a", ElementType.FLOAT32, shape),
            new TensorInfo("b", ElementType.FLOAT32, shape));
  }

  @Test
  void should_read_a_deflated_tensor_window_by_window() throws Exception {
    Path file = bomb(40, "a");
    try (TensorFile weights = TensorFiles.open(file)) {
      ByteBuffer window = ByteBuffer.allocateDirect(MIB);
      inLittleHeap(
          () -> {
            TensorElements elements = weights.elements("a");
            long end = weights.info("a").bytes();
            for (long at = 0; at < end; at += MIB) {
              elements.read(at, window.clear());
              if (window.flip().getInt(MIB / 2) != 0) {
                throw new AssertionError("byte " + at);
              }
            }
            return 0;
          });
    }
  }

  @Test
  void should_tell_a_large_array_of_either_order_from_its_header() throws Exception {
    for (boolean fortran : new boolean[] {false, true}) {
      Path file = sparse("large.npy", fortran, 0);
      assertThat(inLittleHeap(() -> Npy.info(file)))
          .isEqualTo(
              new TensorInfo("(array)", ElementType.FLOAT32, new TensorShape(20_000, 20_000)));
      float[] last =
          inLittleHeap(
              () -> {
                try (NpyFile open = NpyFile.open(file)) {
                  return open.read(19_999, 20_000).toFloats();
                }
              });
      assertThat(last).hasSize(20_000).containsOnly(0);
    }
  }

  @Test
  void should_refuse_a_cut_array_from_its_length() throws Exception {
    Path file = sparse("cut.npy", false, 1);
    inLittleHeap(
        () ->
            assertThatThrownBy(() -> Npy.info(file))
                .isInstanceOf(MalformedFileException.class)
                .hasMessage(
                    file
                        + ": expected 1600000000 bytes after the header but found 1599999999"
                        + " (truncated?)"));
    assertThatThrownBy(() -> Npy.read(file)).hasMessageEndingWith("(truncated?)");
  }

  @Test
  void should_read_a_deflated_array_in_fortran_order() throws IOException {
    byte[] fortran = NpyFixtures.bytes("grid_f4_big_fortran");
    for (int method : new int[] {ZipEntry.DEFLATED, ZipEntry.STORED}) {
      Path file = folder.resolve("fortran" + method + ".npz");
      try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
        zip.putNextEntry(entry("grid.npy", method, fortran));
        zip.write(fortran);
      }
      HeapArray expected = NpyFixtures.array("grid_f4_big_c");
      assertThat(Npz.read(file)).containsEntry("grid", expected);
      try (TensorFile weights = TensorFiles.open(file)) {
        assertThat(weights.floats("grid")).isEqualTo(expected.toFloats());
      }
      if (method == ZipEntry.STORED) {
        byte[] damaged = Files.readAllBytes(file);
        String text = new String(damaged, StandardCharsets.ISO_8859_1);
        damaged[text.indexOf("\n", text.indexOf("fortran_order")) + 9] ^= 1;
        Files.write(file, damaged);
        assertThatThrownBy(() -> Npz.read(file))
            .hasMessageContaining("fortran0.npz!grid.npy: expected content with the checksum ");
      }
    }
  }

  private static ZipEntry entry(String name, int method, byte[] content) {
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(method);
    if (method == ZipEntry.STORED) {
      CRC32 sum = new CRC32();
      sum.update(content);
      entry.setCrc(sum.getValue());
      entry.setSize(content.length);
    }
    return entry;
  }

  @Test
  void should_say_which_array_the_heap_cannot_hold_and_what_to_do() {
    HeapBudget small = new HeapBudget(64 * MIB);
    assertThatThrownBy(() -> small.allocate("x.npz!a.npy", 65 * MIB, "read it by rows"))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(
            "x.npz!a.npy: needs 65 MiB of Java heap, but this process has 64 MiB in all; give it"
                + " -Xmx1g, or read it by rows");
    assertThatThrownBy(() -> small.require("x", 3L << 30, "less"))
        .hasMessageContaining("needs 3.00 GiB of Java heap", "-Xmx6g");
    assertThat(small.allocate("x", 5, "less")).isEqualTo(new byte[5]);
    // What only the machine knows: no JVM makes an array of this length.
    HeapBudget boastful = new HeapBudget(Long.MAX_VALUE);
    assertThatThrownBy(() -> boastful.allocate("x", Integer.MAX_VALUE, "less"))
        .isInstanceOf(MindEyeException.class)
        .hasMessageContaining("x: needs 2.00 GiB of Java heap");
  }
}
