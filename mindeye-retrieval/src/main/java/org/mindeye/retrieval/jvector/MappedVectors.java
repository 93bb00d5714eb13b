// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.jvector;

import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.mindeye.formats.numpy.NpyFile;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * The vectors of an index in their file, mapped into memory: the system keeps of them what it has
 * room for. Reading is safe from several threads.
 */
final class MappedVectors {
  /** Bytes of a mapping, at most. */
  private static final long WINDOW = 1 << 30;

  private final int count;
  private final int width;
  private final int perWindow;
  private final FloatBuffer[] windows;

  private MappedVectors(int count, int width, int perWindow, FloatBuffer[] windows) {
    this.count = count;
    this.width = width;
    this.perWindow = perWindow;
    this.windows = windows;
  }

  static MappedVectors open(Path path, int count, int width) throws IOException {
    try (NpyFile file = NpyFile.open(path)) {
      if (file.type() != ElementType.FLOAT32
          || !Arrays.equals(file.shape(), new long[] {count, width})) {
        throw new MalformedFileException(
            file.source(),
            "float32 [" + count + ", " + width + "]",
            file.type() + " " + Arrays.toString(file.shape()));
      }
      int perWindow = (int) Math.max(1, WINDOW / ((long) width * Float.BYTES));
      FloatBuffer[] windows = new FloatBuffer[(count - 1) / perWindow + 1];
      for (int i = 0; i < windows.length; i++) {
        long from = (long) i * perWindow;
        windows[i] = file.map(from, Math.min(from + perWindow, count)).asFloatBuffer();
      }
      return new MappedVectors(count, width, perWindow, windows);
    }
  }

  /** Copies a vector, since Java is faster on the heap. */
  void read(int row, float[] into) {
    windows[row / perWindow].get(row % perWindow * width, into);
  }

  /** The same for JVector, which takes a reader for each of its threads. */
  RandomAccessVectorValues reader() {
    return new Reader();
  }

  private final class Reader implements RandomAccessVectorValues {
    private final float[] room = new float[width];

    /** What JVector computes with: the room itself. */
    private final VectorFloat<?> vector =
        VectorizationProvider.getInstance().getVectorTypeSupport().createFloatVector(room);

    @Override
    public int size() {
      return count;
    }

    @Override
    public int dimension() {
      return width;
    }

    @Override
    public VectorFloat<?> getVector(int row) {
      read(row, room);
      return vector;
    }

    @Override
    public boolean isValueShared() {
      return true;
    }

    @Override
    public RandomAccessVectorValues copy() {
      return new Reader();
    }
  }
}
