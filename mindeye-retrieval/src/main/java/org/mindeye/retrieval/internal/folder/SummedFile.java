// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.internal.folder;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.mindeye.Plural;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * What the manifest of a folder says about a file of it. The sums are CRC-32C, which every change
 * of up to 32 neighbouring bits changes, in hexadecimal digits.
 *
 * @param name in the folder
 * @param bytes its length
 * @param sum of all of it
 * @param ends of its first and its last {@value #END} bytes, which hold the headers of all formats
 *     here, so that opening a file of any size compares them
 */
public record SummedFile(String name, long bytes, String sum, String ends) {
  private static final int END = 4096;
  private static final int WINDOW = 1 << 20;

  /**
   * What a file is now.
   *
   * @param file read whole
   * @return its length and sums
   * @throws IOException if it cannot be read
   */
  public static SummedFile read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      return new SummedFile(
          file.getFileName().toString(),
          channel.size(),
          sum(file, channel, 0, channel.size()),
          ends(file, channel));
    }
  }

  private static String ends(Path file, FileChannel channel) throws IOException {
    long size = channel.size();
    return sum(file, channel, 0, Math.min(END, size))
        + sum(file, channel, Math.max(0, size - END), size);
  }

  private static String sum(Path file, FileChannel channel, long from, long to) throws IOException {
    CRC32C sum = new CRC32C();
    ByteBuffer window = ByteBuffer.allocateDirect((int) Math.min(WINDOW, Math.max(1, to - from)));
    for (long at = from; at < to; at += window.limit()) {
      window.clear().limit((int) Math.min(window.capacity(), to - at));
      while (window.hasRemaining()) {
        if (channel.read(window, at + window.position()) < 0) {
          throw new EOFException(file + ": ends at byte " + (at + window.position()));
        }
      }
      sum.update(window.flip());
    }
    return HexFormat.of().toHexDigits((int) sum.getValue());
  }

  /**
   * Refuses a file of another length, or with another beginning or end.
   *
   * @param folder where the file lies
   * @param manifest the name of the file that says this
   * @throws IOException if it cannot be read
   * @throws MalformedFileException if it is missing or another
   */
  public void requireEnds(Path folder, String manifest) throws IOException {
    Path file = folder.resolve(name);
    try (FileChannel channel = FileChannel.open(file)) {
      requireLength(manifest, file, channel.size());
      require(manifest, file, "the first and last bytes", ends, ends(file, channel));
    } catch (NoSuchFileException e) {
      throw missing(manifest, file);
    }
  }

  /**
   * Refuses a file of which a single byte is another.
   *
   * @param folder where the file lies
   * @param manifest the name of the file that says this
   * @throws IOException if it cannot be read
   * @throws MalformedFileException if it is missing or another
   */
  public void requireAll(Path folder, String manifest) throws IOException {
    Path file = folder.resolve(name);
    if (!Files.exists(file)) {
      throw missing(manifest, file);
    }
    SummedFile found = read(file);
    requireLength(manifest, file, found.bytes);
    require(manifest, file, "content", sum, found.sum);
  }

  private void requireLength(String manifest, Path file, long found) {
    if (found != bytes) {
      throw new MalformedFileException(
          file.toString(),
          Plural.of(bytes, "byte") + " as in " + manifest,
          found + (found < bytes ? " (truncated?)" : "") + "; build the index again");
    }
  }

  private static void require(
      String manifest, Path file, String what, String expected, String found) {
    if (!found.equals(expected)) {
      throw new MalformedFileException(
          file.toString(),
          what + " with the sum " + expected + " as in " + manifest,
          found + " (damaged or replaced); build the index again");
    }
  }

  private static MalformedFileException missing(String manifest, Path file) {
    return new MalformedFileException(
        file.toString(), "a file that " + manifest + " lists", "none; build the index again");
  }
}
