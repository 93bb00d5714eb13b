// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.weights;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.nn.DataTypes;
import org.mindeye.core.nn.Network;
import org.mindeye.formats.TensorFiles;
import org.mindeye.formats.WeightFormat;
import org.mindeye.formats.safetensors.Safetensors;
import org.mindeye.formats.safetensors.SafetensorsItem;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorInfo;
import org.mindeye.formats.torch.ExpansionLimit;
import org.mindeye.formats.torch.TorchCheckpoint;

/**
 * Opens files of weights, whatever their format (the content decides, not the name), and writes
 * tensors as safetensors.
 */
public final class WeightFiles {
  private WeightFiles() {}

  /**
   * Opens a file and checks its structure; tensors are read when asked for.
   *
   * @param file safetensors; the index of several such files ({@code *.index.json}), which lie
   *     beside it; a checkpoint of torch with one dictionary of tensors, see {@link
   *     TorchCheckpoint#stateDict()}; or a NumPy archive
   * @return its tensors; the caller closes it
   * @throws IOException if the file cannot be read; for a published file that is missing, the
   *     message says what it is and where to get it
   * @throws MalformedFileException if its format is unknown, or breaks the rules of its format
   */
  public static StateDict open(Path file) throws IOException {
    return open(file, ExpansionLimit.DEFAULT);
  }

  /**
   * As {@link #open(Path)}, for a file whose tensors may take more together than those of others.
   *
   * @param file the file
   * @param limit for a checkpoint of torch
   * @return its tensors; the caller closes it
   * @throws IOException if the file cannot be read
   * @throws MalformedFileException if its format is unknown, or breaks the rules of its format
   */
  public static StateDict open(Path file, ExpansionLimit limit) throws IOException {
    requirePresent(file);
    return StateDict.of(TensorFiles.open(file, limit));
  }

  /**
   * Looks at the first bytes of a file.
   *
   * @param file the file
   * @return the format it seems to have; opening it checks
   * @throws IOException if the file cannot be read; for a published file that is missing, the
   *     message says what it is and where to get it
   * @throws MalformedFileException if its format is unknown
   */
  public static WeightFormat format(Path file) throws IOException {
    requirePresent(file);
    return WeightFormat.detect(file);
  }

  private static void requirePresent(Path file) throws NoSuchFileException {
    Objects.requireNonNull(file, "file");
    if (Files.notExists(file)) {
      throw new NoSuchFileException(file.toString(), null, ArtefactManifest.missingReason(file));
    }
  }

  /**
   * Writes a safetensors file. It appears under its name only when complete; an existing one is
   * replaced. What is needed besides the tensors is one window, whatever their size.
   *
   * @param file the file; its folder must exist
   * @param tensors by name, any shape: float64, float32, float16, bfloat16, int64, int32, int8,
   *     uint8 or boolean
   * @param metadata texts to note beside the tensors; may be empty
   * @throws IOException if the file cannot be written
   * @throws IllegalArgumentException if the format cannot hold a name or a type
   */
  public static void write(Path file, Map<String, NDArray> tensors, Map<String, String> metadata)
      throws IOException {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(metadata, "metadata");
    Safetensors.write(file, items(tensors), metadata);
  }

  /**
   * Writes the same bytes to a channel of the caller's, who may digest or count them on their way.
   *
   * @param channel takes them from its position on; stays open, and what it holds after an
   *     exception is not a safetensors file
   * @param tensors by name, as for {@link #write(Path, Map, Map)}
   * @param metadata texts to note beside the tensors; may be empty
   * @throws IOException if the channel refuses
   * @throws IllegalArgumentException if the format cannot hold a name or a type
   */
  public static void write(
      WritableByteChannel channel, Map<String, NDArray> tensors, Map<String, String> metadata)
      throws IOException {
    Safetensors.write(channel, items(tensors), metadata);
  }

  /**
   * Writes a network's parameters and buffers under their published names.
   *
   * @param file the file; its folder must exist
   * @param network an initialised network that is not being trained
   * @param metadata texts to note beside the tensors; may be empty
   * @throws IOException if the file cannot be written
   * @throws IllegalStateException if the network has no weights
   */
  public static void write(Path file, Network network, Map<String, String> metadata)
      throws IOException {
    write(file, network.arrays(), metadata);
  }

  /**
   * Copies another file's tensors, whatever its format: one at a time, in the types {@link
   * TensorTypes#dataType} gives.
   *
   * @param file the file; its folder must exist
   * @param tensors what to copy; stays open
   * @param metadata texts to note beside the tensors; may be empty
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, StateDict tensors, Map<String, String> metadata)
      throws IOException {
    Safetensors.write(
        file, tensors.names().stream().map(name -> item(tensors, name)).toList(), metadata);
  }

  private static List<SafetensorsItem> items(Map<String, NDArray> tensors) {
    return tensors.entrySet().stream()
        .map(entry -> item(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static SafetensorsItem item(String name, NDArray array) {
    return new SafetensorsItem(
        new TensorInfo(
            name,
            TensorTypes.written(name, DataTypes.of(array)),
            TensorTypes.shape(array.getShape())),
        sink -> TensorWindows.forEach(array, sink));
  }

  /** What is read for writing is freed before the next tensor. */
  private static SafetensorsItem item(StateDict tensors, String name) {
    TensorInfo info = tensors.info(name);
    return new SafetensorsItem(
        new TensorInfo(
            name, TensorTypes.written(name, TensorTypes.dataType(info.type())), info.shape()),
        sink -> {
          try (CallScope scope = CallScope.open(Device.cpu())) {
            TensorWindows.forEach(tensors.load(name, scope.manager()), sink);
          }
        });
  }
}
