package org.mindeye.core.weights;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.mindeye.core.nn.Network;

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
   * @throws MalformedFileException if it is no safetensors file, or not exactly one
   */
  public static StateDict open(Path file) throws IOException {
    return SafetensorsFile.open(file);
  }

  /**
   * Writes a file. It appears under its name only when complete; an existing one is replaced. What
   * is needed beside the tensors is one window, whatever their size.
   *
   * @param file the file; its folder must exist
   * @param tensors by name, any shape: float64, float32, float16, int64, int32, int8, uint8 or
   *     boolean
   * @param metadata texts to note beside the tensors; may be empty
   * @throws IOException if the file cannot be written
   * @throws IllegalArgumentException if the format cannot hold a name or a type
   */
  public static void write(Path file, Map<String, NDArray> tensors, Map<String, String> metadata)
      throws IOException {
    SafetensorsWriter.write(file, SafetensorsWriter.items(tensors), metadata);
  }

  /**
   * Writes the same bytes to a channel of the caller's, who may digest or count them on their way.
   *
   * @param channel takes them from its position on; stays open, and what it holds after an
   *     exception is no safetensors file
   * @param tensors by name, as for {@link #write(Path, Map, Map)}
   * @param metadata texts to note beside the tensors; may be empty
   * @throws IOException if the channel refuses
   * @throws IllegalArgumentException if the format cannot hold a name or a type
   */
  public static void write(
      WritableByteChannel channel, Map<String, NDArray> tensors, Map<String, String> metadata)
      throws IOException {
    SafetensorsWriter.write(
        window -> {
          while (window.hasRemaining()) {
            channel.write(window);
          }
        },
        SafetensorsWriter.items(tensors),
        metadata);
  }

  /**
   * Writes a network's parameters and buffers under their published names.
   *
   * @param file the file; its folder must exist
   * @param network an initialised network that nobody trains meanwhile
   * @param metadata texts to note beside the tensors; may be empty
   * @throws IOException if the file cannot be written
   * @throws IllegalStateException if the network has no weights
   */
  public static void write(Path file, Network network, Map<String, String> metadata)
      throws IOException {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(metadata, "metadata");
    write(file, network.arrays(), metadata);
  }

  /**
   * Copies another file's tensors, whatever its format: one at a time, in the types {@link
   * ElementType#tensorType} gives.
   *
   * @param file the file; its folder must exist
   * @param tensors what to copy; stays open
   * @param metadata texts to note beside the tensors; may be empty
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, StateDict tensors, Map<String, String> metadata)
      throws IOException {
    SafetensorsWriter.write(file, SafetensorsWriter.items(tensors), metadata);
  }
}
