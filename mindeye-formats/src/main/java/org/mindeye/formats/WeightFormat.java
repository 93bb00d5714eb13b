// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;
import org.mindeye.formats.internal.magic.Magic;
import org.mindeye.formats.internal.magic.ShardIndex;
import org.mindeye.formats.kind.FileKind;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.numpy.Npz;
import org.mindeye.formats.safetensors.Safetensors;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.torch.TorchCheckpoint;

/** The formats files of tensors come in. The content decides, not the name. */
public enum WeightFormat {
  /** A header length of eight bytes, then JSON; see {@link Safetensors}. */
  SAFETENSORS,
  /** A checkpoint of torch, in either container; see {@link TorchCheckpoint}. */
  TORCH,
  /** NumPy arrays in a zip archive; see {@link Npz}. */
  NPZ,
  /** One array of NumPy; see {@link Npy}. */
  NPY,
  /** A dictionary in several files, which an index in JSON names ({@code *.index.json}). */
  SHARDED;

  /** Long enough for the name of an archive's first entry. */
  private static final int HEAD = 512;

  private static final int ZIP_NAME_LENGTH = 26;
  private static final int ZIP_NAME = 30;
  private static final byte PICKLE = (byte) 0x80;

  /**
   * Looks at the first bytes of a file.
   *
   * @param file the file
   * @return the format it seems to have; opening it checks
   * @throws IOException if the file cannot be read
   * @throws MalformedFileException if it has none of these formats
   */
  public static WeightFormat detect(Path file) throws IOException {
    Objects.requireNonNull(file, "file");
    if (Files.notExists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    if (Files.isDirectory(file)) {
      throw unknown(file);
    }
    byte[] head = head(file);
    if (isJson(head) && ShardIndex.isOne(file)) {
      return SHARDED;
    }
    if (Magic.isSafetensors(head) && !isJson(head)) {
      return SAFETENSORS;
    }
    if (Magic.isZip(head)) {
      return zip(file, head);
    }
    if (Magic.isNumpy(head)) {
      return NPY;
    }
    // Any pickle: the checkpoint's reader says best why it is not one of torch.
    if (Magic.isLegacy(head) || head.length > 0 && head[0] == PICKLE) {
      return TORCH;
    }
    throw unknown(file);
  }

  /** Archives of other files are named here; what is wrong with one of ours, its reader says. */
  private static WeightFormat zip(Path file, byte[] head) throws IOException {
    FileKind kind = FileKind.detect(file);
    if (kind == FileKind.ZIP || kind == FileKind.KERAS) {
      throw unknown(file);
    }
    return firstEntry(head).endsWith(".npy") ? NPZ : TORCH;
  }

  private static MalformedFileException unknown(Path file) throws IOException {
    return new MalformedFileException(
        file.toString(),
        "a safetensors file, a checkpoint of torch, or a NumPy file",
        FileKind.describe(file));
  }

  /** The length before a safetensors header may look like a brace, too, but ends with zeros. */
  private static boolean isJson(byte[] head) {
    boolean length = head.length >= Long.BYTES && head[Long.BYTES - 1] == 0;
    return !length && new String(head, StandardCharsets.ISO_8859_1).stripLeading().startsWith("{");
  }

  private static String firstEntry(byte[] head) {
    if (head.length < ZIP_NAME) {
      return "";
    }
    int length =
        Short.toUnsignedInt(
            ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getShort(ZIP_NAME_LENGTH));
    int end = Math.min(head.length, ZIP_NAME + length);
    return new String(head, ZIP_NAME, end - ZIP_NAME, StandardCharsets.UTF_8);
  }

  private static byte[] head(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer head = ByteBuffer.allocate(HEAD);
      while (head.hasRemaining() && channel.read(head) >= 0) {
        continue;
      }
      return Arrays.copyOf(head.array(), head.position());
    }
  }
}
