// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.mindeye.MindEyeException;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.numpy.NpyFile;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * Embeddings in {@code .npy} files of any size, one after the other, which stay on the disk. A
 * row's id is its number in all of them.
 */
public final class NpyEmbeddings implements EmbeddingSource, AutoCloseable {
  private final List<NpyFile> files;

  /** Where the rows of each file begin, and behind the last where all end. */
  private final long[] starts;

  private final int width;

  private NpyEmbeddings(List<NpyFile> files, long[] starts, int width) {
    this.files = files;
    this.starts = starts;
    this.width = width;
  }

  /**
   * Opens files.
   *
   * @param paths in the order of their rows, at least one: {@code [rows, width]} or {@code [rows,
   *     ...]}, of any numbers, in either order of bytes and elements
   * @return the rows of all; the caller closes it
   * @throws IOException if one cannot be read
   * @throws MalformedFileException if one is no such file, or has rows of another width
   * @throws MindEyeException if all are empty
   */
  public static NpyEmbeddings open(List<Path> paths) throws IOException {
    if (paths.isEmpty()) {
      throw new IllegalArgumentException("paths: expected at least one file");
    }
    try (CloseOnFailure opened = new CloseOnFailure()) {
      List<NpyFile> files = new ArrayList<>();
      long[] starts = new long[paths.size() + 1];
      for (Path path : paths) {
        NpyFile file = opened.add(NpyFile.open(path));
        files.add(file);
        if (width(file) != width(files.get(0)) || width(file) < 1) {
          throw new MalformedFileException(
              file.source(),
              width(files.get(0)) < 1
                  ? "[rows, width]"
                  : "[rows, " + width(files.get(0)) + "] as in " + files.get(0).source(),
              Arrays.toString(file.shape()));
        }
        starts[files.size()] = Math.addExact(starts[files.size() - 1], file.rows());
      }
      if (starts[paths.size()] == 0) {
        throw new MindEyeException(
            files.get(0).source() + ": expected at least one row but there is none");
      }
      return opened.done(new NpyEmbeddings(files, starts, Math.toIntExact(width(files.get(0)))));
    }
  }

  private static long width(NpyFile file) {
    long[] shape = file.shape();
    return shape.length < 2 ? 0 : Arrays.stream(shape).skip(1).reduce(1, Math::multiplyExact);
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public long size() {
    return starts[files.size()];
  }

  @Override
  public void read(long from, float[] into) throws IOException {
    long end = from + into.length / width;
    Objects.checkFromToIndex(from, end, size());
    try {
      for (int i = 0; i < files.size(); i++) {
        long first = Math.max(from, starts[i]);
        long last = Math.min(end, starts[i + 1]);
        if (first < last) {
          float[] some = files.get(i).read(first - starts[i], last - starts[i]).toFloats();
          System.arraycopy(some, 0, into, Math.toIntExact((first - from) * width), some.length);
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /**
   * Releases the files. Closing twice is harmless.
   *
   * @throws UncheckedIOException if one cannot be closed
   */
  @Override
  public void close() {
    files.forEach(NpyFile::close);
  }
}
