// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.retrieve;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.NpyRows;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.formats.WeightFormat;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.numpy.NpyFile;

/** Tokens of a gallery in a file: an array alone, or a tensor beside others. */
final class TokenFile implements AutoCloseable {
  private static final String IDS = "coco_ids";

  private final String source;
  private final long[] shape;
  private final NpyFile array;
  private final NpyRows rows;
  private final NDManager manager;
  private final NDArray tensor;
  private final long[] ids;

  private TokenFile(
      String source, long[] shape, NpyFile array, NDManager manager, NDArray tensor, long[] ids) {
    this.source = source;
    this.shape = shape;
    this.array = array;
    this.rows = array == null ? null : NpyRows.of(array);
    this.manager = manager;
    this.tensor = tensor;
    this.ids = ids;
  }

  /**
   * Opens a file.
   *
   * @param file .npy, .npz or safetensors
   * @param name of the tensor; null for the only one beside ids and keys
   */
  static TokenFile open(Path file, String name) throws IOException {
    if (WeightFiles.format(file) == WeightFormat.NPY) {
      NpyFile array = NpyFile.open(file);
      return new TokenFile(file.toString(), array.shape(), array, null, null, null);
    }
    try (CloseOnFailure opened = new CloseOnFailure();
        StateDict tensors = WeightFiles.open(file)) {
      NDManager manager = opened.add(Torch.newManager(Device.cpu()));
      String wanted = name == null ? only(file, tensors) : name;
      if (!tensors.names().contains(wanted)) {
        throw new MindEyeException(
            file + ": no tensor '" + wanted + "'; --tensor names one of " + tensors.names());
      }
      NDArray tensor = tensors.load(wanted, manager);
      long[] ids = tensors.names().contains(IDS) ? tensors.load(IDS, manager).toLongArray() : null;
      return opened.done(
          new TokenFile(
              file + ": " + wanted, tensor.getShape().getShape(), null, manager, tensor, ids));
    }
  }

  private static String only(Path file, StateDict tensors) {
    List<String> names =
        tensors.names().stream().filter(n -> !n.equals(IDS) && !n.equals("keys")).toList();
    if (names.size() != 1) {
      throw new MindEyeException(
          file
              + ": expected one tensor of tokens but found "
              + Plural.of(names.size(), "tensor")
              + ": choose one with --tensor (./mindeye inspect lists them)");
    }
    return names.get(0);
  }

  /** Refuses tokens of another space, and nothing at all. */
  void requireSpace(ClipSpace space) {
    boolean flat = shape.length == 2 && shape[1] == space.size();
    boolean tokens = shape.length == 3 && shape[1] == space.tokens() && shape[2] == space.width();
    if (!(flat || tokens) || shape[0] < 1) {
      throw new MindEyeException(
          String.format(
              Locale.ROOT,
              "%s: expected [pictures, %d, %d] or [pictures, %d], the tokens of the model, but found"
                  + " %s",
              source,
              space.tokens(),
              space.width(),
              space.size(),
              Arrays.toString(shape)));
    }
    if (ids != null && ids.length != shape[0]) {
      throw new MindEyeException(
          source + ": " + Plural.of(shape[0], "picture") + " but " + ids.length + " " + IDS);
    }
  }

  int rows() {
    return Math.toIntExact(shape[0]);
  }

  /** Some rows, as they are. */
  NDArray load(int from, int to, NDManager owner) {
    if (rows != null) {
      return rows.load(from, to, owner);
    }
    NDArray rows = tensor.get(new NDIndex(from + ":" + to)).toDevice(owner.getDevice(), true);
    rows.attach(owner);
    return rows;
  }

  /** The number of a picture; null if the file does not say. */
  Long cocoId(int row) {
    return ids == null ? null : ids[row];
  }

  @Override
  public void close() {
    if (array != null) {
      array.close();
    } else {
      manager.close();
    }
  }
}
