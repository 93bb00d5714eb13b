// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.jvector;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.mindeye.retrieval.EmbeddingSource;

/** Vectors around centres, as embeddings of pictures lie, of any length. */
final class Clusters {
  private Clusters() {}

  static float[][] draw(int count, int width, long seed) {
    RandomGenerator centers = new SplittableRandom(1);
    float[][] middle = new float[20][width];
    for (float[] center : middle) {
      fill(center, centers, 1);
    }
    RandomGenerator random = new SplittableRandom(seed);
    float[][] rows = new float[count][width];
    for (float[] row : rows) {
      fill(row, random, 0.5);
      float[] center = middle[random.nextInt(middle.length)];
      for (int i = 0; i < width; i++) {
        row[i] += center[i];
      }
    }
    return rows;
  }

  private static void fill(float[] row, RandomGenerator random, double scale) {
    for (int i = 0; i < row.length; i++) {
      row[i] = (float) (random.nextGaussian() * scale);
    }
  }

  /** Ids that are neither dense nor ascending. */
  static EmbeddingSource source(float[][] rows) {
    EmbeddingSource source = EmbeddingSource.of(rows);
    return new EmbeddingSource() {
      @Override
      public int width() {
        return source.width();
      }

      @Override
      public long size() {
        return source.size();
      }

      @Override
      public void read(long from, float[] into) throws java.io.IOException {
        source.read(from, into);
      }

      @Override
      public long id(long row) {
        return 1_000_000_007L * (rows.length - row);
      }
    };
  }
}
