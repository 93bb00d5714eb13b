// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.loader;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.mindeye.core.random.NoiseSource;

/**
 * Mixes a stream that does not fit into memory: a buffer is filled, then each element that leaves
 * it at random makes room for the next one. Every element comes out exactly once, but seldom far
 * from where it went in: a buffer is not a full permutation. This is the shuffling of the published
 * training.
 *
 * @param <T> the elements
 */
public final class ShuffleBuffer<T> implements Iterator<T> {
  /** The published size. */
  public static final int DEFAULT_SIZE = 500;

  private final Iterator<? extends T> source;
  private final int size;
  private final NoiseSource noise;
  private final List<T> buffer = new ArrayList<>();
  private final float[] draw = new float[1];

  /**
   * Puts a buffer behind a stream. Nothing is read before the first element is taken.
   *
   * @param source the stream; read ahead by {@code size} elements
   * @param size how many elements the buffer holds; 1 changes nothing
   * @param noise one number is drawn per element
   */
  public ShuffleBuffer(Iterator<? extends T> source, int size, NoiseSource noise) {
    this.source = Objects.requireNonNull(source, "source");
    this.noise = Objects.requireNonNull(noise, "noise");
    this.size = size;
    if (size < 1) {
      throw new IllegalArgumentException("buffer size must be positive but was " + size);
    }
  }

  @Override
  public boolean hasNext() {
    return !buffer.isEmpty() || source.hasNext();
  }

  @Override
  public T next() {
    while (buffer.size() < size && source.hasNext()) {
      buffer.add(source.next());
    }
    if (buffer.isEmpty()) {
      throw new NoSuchElementException("the shuffled stream is at its end");
    }
    noise.uniform(draw);
    int chosen = (int) (draw[0] * (double) buffer.size());
    T element = buffer.get(chosen);
    T last = buffer.remove(buffer.size() - 1);
    if (chosen < buffer.size()) {
      buffer.set(chosen, last);
    }
    return element;
  }
}
