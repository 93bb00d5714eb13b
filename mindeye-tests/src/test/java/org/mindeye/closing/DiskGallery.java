// SPDX-License-Identifier: Apache-2.0
package org.mindeye.closing;

import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.formats.io.Folders;
import org.mindeye.retrieval.EmbeddingSource;
import org.mindeye.retrieval.SearchRequest;
import org.mindeye.retrieval.jvector.JVectorConfig;
import org.mindeye.retrieval.jvector.JVectorIndex;

/** A gallery on the disk, built once, and deleted when the process ends. */
final class DiskGallery {
  private static final int COUNT = 256;
  private static final int WIDTH = 24;
  private static final Path FOLDER = build();

  private DiskGallery() {}

  private static Path build() {
    try {
      Path place = Files.createTempDirectory("gallery");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(place)));
      Path folder = place.resolve("index");
      JVectorIndex.build(
          EmbeddingSource.of(draw(COUNT, 1)),
          folder,
          JVectorConfig.standard().withGraph(8, 20).withThreads(1));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path place) {
    try {
      Folders.delete(place);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static float[][] draw(int count, long seed) {
    NoiseSource noise = NoiseSource.seeded(seed);
    float[][] rows = new float[count][WIDTH];
    for (float[] row : rows) {
      noise.normal(row);
    }
    return rows;
  }

  /** Searches it for two vectors. */
  static Subject subject() {
    try {
      JVectorIndex index = JVectorIndex.open(FOLDER);
      float[][] queries = draw(2, 2);
      return new Subject(
          index,
          owner -> {
            List<List<Neighbor>> found = index.searchAll(queries, SearchRequest.of(3));
            float[] numbers = new float[2 * 2 * 3];
            int at = 0;
            for (Neighbor neighbor : found.stream().flatMap(List::stream).toList()) {
              numbers[at++] = neighbor.id();
              numbers[at++] = neighbor.score();
            }
            return Torch.copy(owner, numbers, new Shape(numbers.length));
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
