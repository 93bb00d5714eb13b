// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.numpy.Npz;
import org.mindeye.formats.safetensors.Safetensors;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorFile;
import org.mindeye.formats.torch.ExpansionLimit;
import org.mindeye.formats.torch.TorchCheckpoint;

/** Opens files of named tensors, whatever their format; the content decides, not the name. */
public final class TensorFiles {
  private TensorFiles() {}

  /**
   * Opens a file and checks its structure; tensors are read when asked for.
   *
   * @param file safetensors; the index of several such files ({@code *.index.json}), which lie
   *     beside it; a checkpoint of torch with one dictionary of tensors, see {@link
   *     TorchCheckpoint#stateDict()}; or a NumPy archive
   * @return its tensors; the caller closes it
   * @throws IOException if the file cannot be read
   * @throws MalformedFileException if its format is unknown, or breaks the rules of its format
   */
  public static TensorFile open(Path file) throws IOException {
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
  public static TensorFile open(Path file, ExpansionLimit limit) throws IOException {
    Objects.requireNonNull(limit, "limit");
    return switch (WeightFormat.detect(file)) {
      case SAFETENSORS -> Safetensors.open(file);
      case TORCH -> checkpoint(file, limit);
      case NPZ -> Npz.open(file);
      case SHARDED -> ShardedFile.open(file);
      case NPY ->
          throw new MalformedFileException(
              file.toString(),
              "named tensors",
              "one array without a name (.npy): read it with Npy or NpyFile, or give it a name in"
                  + " Python, numpy.savez('x.npz', name=numpy.load('x.npy'))");
    };
  }

  private static TensorFile checkpoint(Path file, ExpansionLimit limit) throws IOException {
    try (CloseOnFailure opened = new CloseOnFailure()) {
      TorchCheckpoint checkpoint = opened.add(TorchCheckpoint.open(file, limit));
      return opened.done(checkpoint.stateDict());
    }
  }
}
