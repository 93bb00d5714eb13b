// SPDX-License-Identifier: Apache-2.0
package org.mindeye.arguments;

import java.util.List;
import org.mindeye.retrieval.DescribedIndex;
import org.mindeye.retrieval.EmbeddingSource;
import org.mindeye.retrieval.ExactIndex;
import org.mindeye.retrieval.NpyEmbeddings;
import org.mindeye.retrieval.clip.ClipRetrievalFolder;
import org.mindeye.retrieval.clip.ClipRetrievalIndex;
import org.mindeye.retrieval.clip.Modality;
import org.mindeye.retrieval.jvector.BuildListener;
import org.mindeye.retrieval.jvector.JVectorConfig;
import org.mindeye.retrieval.jvector.JVectorIndex;

/** The entry points of retrieval, and sound arguments for them. */
final class RetrievalEntries {
  static final List<Class<?>> CLASSES =
      List.of(
          ExactIndex.class,
          DescribedIndex.class,
          EmbeddingSource.class,
          NpyEmbeddings.class,
          JVectorIndex.class,
          ClipRetrievalFolder.class,
          ClipRetrievalIndex.class);

  private RetrievalEntries() {}

  static List<Object> samples() {
    return List.of(
        EmbeddingSource.of(new float[][] {{1, 2}}),
        JVectorConfig.standard(),
        BuildListener.NONE,
        Modality.IMAGE);
  }
}
