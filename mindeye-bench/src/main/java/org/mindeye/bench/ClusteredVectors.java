// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import java.io.IOException;
import java.util.Objects;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.retrieval.EmbeddingSource;

/**
 * Vectors that lie as embeddings of pictures do: around 1000 centres, spread in 48 directions that
 * all share, with a little noise in all others. Each is drawn when it is read, the same every time,
 * so that a million of them take no memory.
 */
final class ClusteredVectors implements EmbeddingSource {
  static final int WIDTH = 768;
  private static final int CENTERS = 1000;
  private static final int DIRECTIONS = 48;
  private static final float SPREAD = 0.6f;
  private static final float NOISE = 0.05f;
  private static final float ROOT = (float) Math.sqrt(DIRECTIONS);

  private final long seed;
  private final int count;
  private final float[][] centers = new float[CENTERS][WIDTH];
  private final float[][] directions = new float[DIRECTIONS][WIDTH];

  /**
   * Draws what all vectors share.
   *
   * @param seed of the vectors; what they share is the same for all seeds
   * @param count of vectors
   */
  ClusteredVectors(long seed, int count) {
    this.seed = seed;
    this.count = count;
    NoiseSource noise = NoiseSource.seeded(MindEyeBenchmark.SEED);
    for (float[] center : centers) {
      noise.normal(center);
    }
    for (float[] direction : directions) {
      noise.normal(direction);
    }
  }

  @Override
  public int width() {
    return WIDTH;
  }

  @Override
  public long size() {
    return count;
  }

  @Override
  public void read(long from, float[] into) throws IOException {
    Objects.checkFromIndexSize(from, into.length / WIDTH, (long) count);
    for (int i = 0; i < into.length / WIDTH; i++) {
      System.arraycopy(vector((int) from + i), 0, into, i * WIDTH, WIDTH);
    }
  }

  /** One vector, of any length. */
  float[] vector(int row) {
    NoiseSource noise = NoiseSource.seeded(seed, row);
    float[] vector = new float[WIDTH];
    noise.normal(vector);
    float[] along = new float[DIRECTIONS];
    noise.normal(along);
    float[] center = centers[Math.floorMod(row * 7919, CENTERS)];
    float[] spread = new float[WIDTH];
    for (int j = 0; j < DIRECTIONS; j++) {
      float[] direction = directions[j];
      float length = along[j];
      for (int i = 0; i < WIDTH; i++) {
        spread[i] += length * direction[i];
      }
    }
    for (int i = 0; i < WIDTH; i++) {
      vector[i] = center[i] + SPREAD * spread[i] / ROOT + NOISE * vector[i];
    }
    return vector;
  }
}
