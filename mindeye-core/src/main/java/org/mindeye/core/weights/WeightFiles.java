package org.mindeye.core.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/** Opens files of weights, whatever their format; the content decides, not the name. */
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
   * @throws MalformedFileException if it is of no known format, or breaks the rules of its format
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
   * @throws MalformedFileException if it is of no known format, or breaks the rules of its format
   */
  public static StateDict open(Path file, ExpansionLimit limit) throws IOException {
    Objects.requireNonNull(limit, "limit");
    return switch (WeightFormat.of(file)) {
      case SAFETENSORS -> Safetensors.open(file);
      case TORCH -> checkpoint(file, limit);
      case NPZ -> Npz.open(file);
      case SHARDED -> ShardedStateDict.open(file);
      case NPY ->
          throw new MalformedFileException(
              file.toString(), "named tensors", "one array without a name (.npy)");
    };
  }

  private static StateDict checkpoint(Path file, ExpansionLimit limit) throws IOException {
    TorchCheckpoint checkpoint = TorchCheckpoint.open(file, limit);
    try {
      return checkpoint.stateDict();
    } catch (RuntimeException | Error e) {
      checkpoint.close();
      throw e;
    }
  }
}
