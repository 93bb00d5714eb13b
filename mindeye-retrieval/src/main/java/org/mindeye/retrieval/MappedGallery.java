// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Torch;
import org.mindeye.formats.numpy.NpyFile;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * The vectors of a {@code .npy} file as blocks that are mapped into memory: nothing is copied but
 * what a search widens for a moment.
 *
 * @param blocks the vectors, in tensors of the manager that was given
 * @param width numbers per vector
 * @param count how many
 */
record MappedGallery(GalleryBlocks blocks, int width, int count) {
  /** Numbers that are looked at or widened at once: 16 MB of float32. */
  private static final int WIDENED_AT_ONCE = 1 << 22;

  /** Of one mapping. */
  private static final long MOST_BYTES = 1L << 30;

  private static final Set<ElementType> FLOATS =
      Set.of(ElementType.FLOAT16, ElementType.FLOAT32, ElementType.FLOAT64);

  /** Opens a file and looks at every vector. */
  static MappedGallery open(Path path, NDManager owner) throws IOException {
    try (NpyFile file = NpyFile.open(path)) {
      requireFloats(file);
      int width = width(file);
      int count = count(file);
      boolean asItLies = Rows.isOneChunk(width);
      int step =
          asItLies
              ? (int) Math.min(Rows.mostAtOnce(width), MOST_BYTES / file.type().bytes() / width)
              : Math.max(1, WIDENED_AT_ONCE / width);
      List<NDArray> windows = new ArrayList<>();
      for (int from = 0; from < count; from += step) {
        int to = Math.min(from + step, count);
        windows.add(
            Torch.mapped(owner, file.map(from, to), new Shape(to - from, width), file.type()));
      }
      GalleryBlocks blocks =
          asItLies
              ? new GalleryBlocks.Stored(windows.stream().map(Rows::at).toList())
              : new GalleryBlocks.Widened(List.copyOf(windows));
      requireUnitLength(file.source(), windows);
      return new MappedGallery(blocks, width, count);
    }
  }

  private static void requireFloats(NpyFile file) {
    if (!FLOATS.contains(file.type())) {
      throw new MalformedFileException(
          file.source(), "numbers of type FLOAT16, FLOAT32 or FLOAT64", file.type().toString());
    }
  }

  private static int width(NpyFile file) {
    long[] shape = file.shape();
    long width = Arrays.stream(shape).skip(1).reduce(1, Math::multiplyExact);
    if (shape.length < 2 || width < 1 || width > Integer.MAX_VALUE) {
      throw new MalformedFileException(file.source(), "[vectors, width]", Arrays.toString(shape));
    }
    return (int) width;
  }

  private static int count(NpyFile file) {
    if (file.rows() < 1 || file.rows() > Integer.MAX_VALUE) {
      throw new MalformedFileException(
          file.source(), "1 to 2^31 - 1 vectors", Long.toString(file.rows()));
    }
    return (int) file.rows();
  }

  private static void requireUnitLength(String source, List<NDArray> windows) {
    long first = 0;
    for (NDArray window : windows) {
      int count = Math.toIntExact(window.getShape().get(0));
      int step = Math.max(1, WIDENED_AT_ONCE / Math.toIntExact(window.getShape().get(1)));
      for (int from = 0; from < count; from += step) {
        try (CallScope scope = CallScope.open(window.getDevice())) {
          NDArray some = window.get(from + ":" + Math.min(from + step, count));
          SearchInput.requireUnitLength(source, some.toType(DataType.FLOAT32, false), first + from);
        }
      }
      first += count;
    }
  }
}
