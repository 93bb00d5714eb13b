// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.safetensors;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorFile;

/**
 * Safetensors files: a JSON header and raw little-endian numbers. Files and tensors of any size;
 * nothing in a file is ever executed.
 *
 * <p>Reading is strict: the header (at most 100 MB) is one JSON object without repeated or unknown
 * keys, and the tensors lie one behind the other and fill the file. F64, F32, F16, BF16, I64, I32,
 * I16, I8, U16, U8 and BOOL are read; other types (8-bit floats) are refused.
 *
 * <p>Writing gives the bytes that the reference implementation, Python's {@code save_file}, gives
 * (which orders several metadata entries arbitrarily; here they are sorted).
 */
public final class Safetensors {
  private Safetensors() {}

  /**
   * Opens a file and checks its structure; tensors are read when asked for.
   *
   * @param file the file
   * @return its tensors, in the order of their elements; the caller closes it
   * @throws IOException if the file cannot be read
   * @throws MalformedFileException if it is not exactly one safetensors file
   */
  public static TensorFile open(Path file) throws IOException {
    return SafetensorsFile.open(file);
  }

  /**
   * Writes a file. It appears under its name only when complete; an existing one is replaced. What
   * is needed besides the tensors is the windows they come in, whatever their size.
   *
   * @param file the file; its folder must exist
   * @param tensors names, types, shapes and contents, in any order
   * @param metadata texts to note beside the tensors; may be empty
   * @throws IOException if the file cannot be written
   * @throws IllegalArgumentException if the format cannot hold a name, or two are the same
   * @throws IllegalStateException if a content does not have as many bytes as its type and shape
   *     say
   */
  public static void write(Path file, List<SafetensorsItem> tensors, Map<String, String> metadata)
      throws IOException {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(metadata, "metadata");
    SafetensorsWriter.write(file, tensors, metadata);
  }

  /**
   * Writes the same bytes to a channel of the caller's, who may digest or count them on their way.
   *
   * @param channel takes them from its position on; stays open, and what it holds after an
   *     exception is not a safetensors file
   * @param tensors as for {@link #write(Path, List, Map)}
   * @param metadata texts to note beside the tensors; may be empty
   * @throws IOException if the channel refuses
   * @throws IllegalArgumentException if the format cannot hold a name, or two are the same
   * @throws IllegalStateException if a content does not have as many bytes as its type and shape
   *     say
   */
  public static void write(
      WritableByteChannel channel, List<SafetensorsItem> tensors, Map<String, String> metadata)
      throws IOException {
    Objects.requireNonNull(channel, "channel");
    Objects.requireNonNull(metadata, "metadata");
    SafetensorsWriter.write(
        window -> {
          while (window.hasRemaining()) {
            channel.write(window);
          }
        },
        tensors,
        metadata);
  }

  /**
   * Writes arrays that are in the Java heap.
   *
   * @param file the file; its folder must exist
   * @param arrays by name
   * @param metadata texts to note beside them; may be empty
   * @throws IOException if the file cannot be written
   * @throws IllegalArgumentException if the format cannot hold a name
   */
  public static void write(Path file, Map<String, HeapArray> arrays, Map<String, String> metadata)
      throws IOException {
    write(
        file,
        arrays.entrySet().stream()
            .map(entry -> SafetensorsItem.of(entry.getKey(), entry.getValue()))
            .toList(),
        metadata);
  }
}
