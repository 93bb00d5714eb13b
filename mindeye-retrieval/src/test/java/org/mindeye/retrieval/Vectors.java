// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipVectors;

/** Galleries for tests, and the plain search they are judged by. */
final class Vectors {
  private Vectors() {}

  static ClipVectors random(NDManager owner, int count, int width, long seed) {
    return ClipVectors.normalized(NoiseSource.seeded(seed).normal(owner, new Shape(count, width)));
  }

  static ClipVectors of(NDManager owner, float[]... rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
    }
    return ClipVectors.of(Torch.copy(owner, flat, new Shape(rows.length, rows[0].length)));
  }

  /** Ids that are neither dense nor ascending. */
  static long[] ids(int count) {
    return LongStream.range(0, count).map(i -> 1_000_000_007L * (count - i)).toArray();
  }

  static List<List<Neighbor>> plainSearch(
      ClipVectors queries, ClipVectors gallery, long[] ids, int k) {
    int width = gallery.width();
    float[] left = queries.array().toFloatArray();
    float[] right = gallery.array().toFloatArray();
    List<List<Neighbor>> result = new ArrayList<>();
    for (int q = 0; q < queries.batch(); q++) {
      List<Neighbor> all = new ArrayList<>();
      for (int g = 0; g < gallery.batch(); g++) {
        double cosine = 0;
        for (int i = 0; i < width; i++) {
          cosine += (double) left[q * width + i] * right[g * width + i];
        }
        all.add(new Neighbor(ids[g], (float) cosine));
      }
      all.sort(Neighbor.BEST_FIRST);
      result.add(all.subList(0, Math.min(k, all.size())));
    }
    return result;
  }
}
