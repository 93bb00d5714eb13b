// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.retrieval.EmbeddingSource;
import org.mindeye.retrieval.gallery.GalleryAddition;
import org.mindeye.retrieval.gallery.GalleryFolder;
import org.mindeye.retrieval.gallery.GalleryOrigin;
import org.mindeye.retrieval.gallery.PartKind;
import org.mindeye.retrieval.jvector.BuildListener;

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

  /**
   * A gallery of these on the disk, searched by graphs of the standard settings.
   *
   * @param folder of the gallery; what a call that was stopped left there is continued
   * @param perGraph vectors of a graph, at most
   * @param listener is notified of the progress
   * @return the gallery
   * @throws IOException if the disk refuses
   */
  GalleryFolder build(Path folder, int perGraph, BuildListener listener) throws IOException {
    return GalleryFolder.append(
        folder,
        new GalleryOrigin(new ClipSpace(1, WIDTH), null),
        this,
        GalleryAddition.of(PartKind.JVECTOR, "clustered vectors")
            .withPerGraph(perGraph)
            .withListener(listener));
  }

  /**
   * The same, unwatched, divided as the {@code gallery} command divides it.
   *
   * @param folder of the gallery
   * @return the gallery
   * @throws IOException if the disk refuses
   */
  GalleryFolder build(Path folder) throws IOException {
    return build(folder, GalleryAddition.STANDARD_PER_GRAPH, BuildListener.NONE);
  }
}
