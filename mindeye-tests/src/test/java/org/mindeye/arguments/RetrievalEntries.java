// SPDX-License-Identifier: Apache-2.0
package org.mindeye.arguments;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.retrieval.DescribedIndex;
import org.mindeye.retrieval.EmbeddingSource;
import org.mindeye.retrieval.ExactIndex;
import org.mindeye.retrieval.JoinedIndex;
import org.mindeye.retrieval.NpyEmbeddings;
import org.mindeye.retrieval.RecallCheck;
import org.mindeye.retrieval.SearchRequest;
import org.mindeye.retrieval.clip.ClipRetrievalFolder;
import org.mindeye.retrieval.clip.ClipRetrievalIndex;
import org.mindeye.retrieval.clip.Modality;
import org.mindeye.retrieval.gallery.GalleryAddition;
import org.mindeye.retrieval.gallery.GalleryFolder;
import org.mindeye.retrieval.gallery.GalleryOrigin;
import org.mindeye.retrieval.gallery.PartKind;
import org.mindeye.retrieval.jvector.BuildListener;
import org.mindeye.retrieval.jvector.JVectorConfig;
import org.mindeye.retrieval.jvector.JVectorIndex;
import org.mindeye.retrieval.opensearch.Engine;
import org.mindeye.retrieval.opensearch.OpenSearchConfig;
import org.mindeye.retrieval.opensearch.OpenSearchConfig.Graph;
import org.mindeye.retrieval.opensearch.OpenSearchIndex;
import org.mindeye.retrieval.opensearch.OpenSearchUpload;
import org.mindeye.retrieval.opensearch.Storage;
import org.mindeye.retrieval.opensearch.UploadConfig;
import org.mindeye.retrieval.opensearch.UploadListener;
import org.opensearch.client.opensearch.OpenSearchClient;
import org.opensearch.client.transport.OpenSearchTransport;

/** The entry points of retrieval, and sound arguments for them. */
final class RetrievalEntries {
  static final List<Class<?>> CLASSES =
      List.of(
          ExactIndex.class,
          DescribedIndex.class,
          EmbeddingSource.class,
          NpyEmbeddings.class,
          JVectorIndex.class,
          JoinedIndex.class,
          RecallCheck.class,
          GalleryFolder.class,
          GalleryOrigin.class,
          ClipRetrievalFolder.class,
          ClipRetrievalIndex.class,
          OpenSearchConfig.class,
          OpenSearchIndex.class,
          OpenSearchUpload.class,
          UploadConfig.class);

  private RetrievalEntries() {}

  static List<Object> samples() {
    return List.of(
        EmbeddingSource.of(new float[][] {{1, 2}}),
        JVectorConfig.standard(),
        BuildListener.NONE,
        Modality.IMAGE,
        new GalleryOrigin(new ClipSpace(1, 2), null),
        GalleryAddition.of(PartKind.EXACT, "a sample"),
        PartKind.EXACT,
        SearchRequest.of(1),
        unreachable(),
        OpenSearchConfig.of(2),
        Engine.LUCENE,
        Storage.MEMORY,
        Graph.standard(),
        UploadConfig.standard(),
        UploadListener.NONE,
        Duration.ZERO);
  }

  /** Of no cluster: what is wrong with an argument is said before one is asked. */
  private static OpenSearchClient unreachable() {
    OpenSearchTransport transport =
        (OpenSearchTransport)
            Proxy.newProxyInstance(
                RetrievalEntries.class.getClassLoader(),
                new Class<?>[] {OpenSearchTransport.class},
                (proxy, method, arguments) -> {
                  throw new IOException("this client has no cluster");
                });
    return new OpenSearchClient(transport);
  }
}
