// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import ai.djl.ndarray.NDArray;
import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.mindeye.Plural;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Readback;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.ShapeMismatchException;

/**
 * The features of many images, one row of float32 each, added one after the other. What is known of
 * a row (its mean and length in float64, and which earlier row it equals) is kept on the heap; the
 * numbers are there too, or in a temporary file that goes away with the table. A thousand images
 * with the 184,512 features of AlexNet's second layer are 738 MB.
 *
 * <p>Not safe for concurrent use.
 */
public final class FeatureTable implements AutoCloseable {
  private final String name;
  private final int width;
  private final FeatureRows rows;
  private final double[] means;
  private final double[] lengths;
  private final int[] twins;
  private final Map<HashCode, Integer> firsts = new HashMap<>();
  private int size;

  private FeatureTable(String name, int width, int capacity, FeatureRows rows) {
    this.name = name;
    this.width = width;
    this.rows = rows;
    means = new double[capacity];
    lengths = new double[capacity];
    twins = new int[capacity];
  }

  /**
   * An empty table on the heap.
   *
   * @param name what the rows are called in messages, for example {@code originals}
   * @param images how many rows there will be, at least 1
   * @param width how many features each has, at least 1
   * @return the table
   * @throws IllegalArgumentException if there is nothing to hold
   */
  public static FeatureTable onHeap(String name, int images, int width) {
    check(name, images, width);
    return new FeatureTable(name, width, images, FeatureRows.onHeap(images, width));
  }

  /**
   * An empty table in a temporary file: the heap holds 64 bytes and a hash of each row, whatever
   * its width.
   *
   * @param name what the rows are called in messages, for example {@code originals}
   * @param images how many rows there will be, at least 1
   * @param width how many features each has, at least 1
   * @param folder where the file is made; it has to have room for {@code 4 * images * width} bytes
   * @return the table, which has to be closed
   * @throws IllegalArgumentException if there is nothing to hold
   * @throws IOException if the file cannot be made
   */
  public static FeatureTable inFile(String name, int images, int width, Path folder)
      throws IOException {
    check(name, images, width);
    Objects.requireNonNull(folder, "folder");
    return new FeatureTable(name, width, images, FeatureRows.inFile(width, folder));
  }

  private static void check(String name, int images, int width) {
    Objects.requireNonNull(name, "name");
    if (images < 1 || width < 1) {
      throw new IllegalArgumentException(
          "features: expected at least 1 image and 1 feature but was images="
              + images
              + ", width="
              + width);
    }
  }

  /**
   * A full table on the heap.
   *
   * @param name what the rows are called in messages
   * @param features {@code [images, ...]} of any float type, flattened; read only
   * @return the table, a copy in float32
   * @throws ShapeMismatchException if these are no features
   * @throws NotFiniteException if a feature is not finite
   */
  public static FeatureTable of(String name, NDArray features) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(features, "features");
    int width = FeatureShape.width(name, features);
    int images = Math.toIntExact(features.getShape().get(0));
    FeatureTable table = onHeap(name, images, width);
    try {
      table.add(features);
      return table;
    } catch (IOException e) {
      throw new IllegalStateException("the heap is no file", e);
    }
  }

  /**
   * Adds the features of some images.
   *
   * @param features {@code [images, ...]} of any float type, flattened; read only
   * @throws IOException if the file cannot be written
   * @throws ShapeMismatchException if these are no features, or not as many as a row has
   * @throws NotFiniteException if a feature is not finite
   * @throws IllegalStateException if the table is full
   */
  public void add(NDArray features) throws IOException {
    int given = FeatureShape.width(name, features);
    if (given != width) {
      throw new ShapeMismatchException(
          name
              + ": expected "
              + Plural.of(width, "feature")
              + " of an image but was "
              + features.getShape());
    }
    for (int i = 0; i < features.getShape().get(0); i++) {
      try (CallScope scope = CallScope.open(features.getDevice())) {
        add(Readback.of(features.get(i)));
      }
    }
  }

  /** Takes the row, and changes it. */
  private void add(double[] row) throws IOException {
    if (size == means.length) {
      throw new IllegalStateException(
          name + ": the table is full with " + Plural.of(size, "image") + "; make a larger one");
    }
    ByteBuffer bytes = ByteBuffer.allocate(width * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < width; i++) {
      float value = (float) row[i] + 0f; // 0 and -0 are one feature
      if (!Float.isFinite(value)) {
        throw new NotFiniteException(
            name
                + ": expected finite features but image "
                + size
                + " has "
                + value
                + "; leave it out");
      }
      bytes.putFloat(value);
      row[i] = value;
    }
    Integer first = firsts.putIfAbsent(Hashing.murmur3_128().hashBytes(bytes.array()), size);
    twins[size] = first == null ? size : first;
    Centred centred = Centred.of(row);
    means[size] = centred.mean();
    lengths[size] = Math.sqrt(centred.squares());
    rows.write(size, bytes.flip());
    size++;
  }

  /** Some features of a row, less the row's mean and divided by its length, or NaN. */
  void standardized(int row, int from, int count, double[] into, int at) throws IOException {
    ByteBuffer window = rows.read(row, from, count);
    for (int i = 0; i < count; i++) {
      into[at + i] = (window.getFloat() - means[row]) / lengths[row];
    }
  }

  /** Whether all features of a row are the same, so that it has no correlation with others. */
  boolean isConstant(int row) {
    return Double.isNaN(lengths[row]);
  }

  /** The first row with the same features, often the row itself. */
  int twin(int row) {
    return twins[row];
  }

  /** Refuses a table that is not full. */
  void requireFull() {
    if (size < means.length) {
      throw new IllegalStateException(
          name + ": expected " + Plural.of(means.length, "image") + " but only " + size + " added");
    }
  }

  /**
   * How many features an image has.
   *
   * @return at least 1
   */
  public int width() {
    return width;
  }

  /**
   * How many images there are when the table is full.
   *
   * @return at least 1
   */
  public int images() {
    return means.length;
  }

  /** Frees the numbers and deletes the file. Closing twice is harmless. */
  @Override
  public void close() throws IOException {
    rows.close();
  }
}
