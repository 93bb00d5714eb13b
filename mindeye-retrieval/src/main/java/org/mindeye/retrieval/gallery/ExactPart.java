// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.gallery;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.io.StagedFolder;
import org.mindeye.retrieval.EmbeddingSource;
import org.mindeye.retrieval.ExactIndex;
import org.mindeye.retrieval.NeighborIndex;
import org.mindeye.retrieval.SearchRequest;
import org.mindeye.retrieval.Similarity;
import org.mindeye.retrieval.internal.folder.MetadataFiles;
import org.mindeye.retrieval.internal.folder.SummedFile;
import org.mindeye.retrieval.internal.folder.VectorFile;
import org.mindeye.retrieval.jvector.BuildListener;
import org.mindeye.retrieval.jvector.BuildListener.Stage;

/** A part in one file of vectors, with what is known about them beside it. */
final class ExactPart implements NeighborIndex {
  private static final String VECTORS = "vectors.npy";

  private final NeighborIndex index;

  /** Null if nothing is known. */
  private final MetadataFiles metadata;

  private ExactPart(NeighborIndex index, MetadataFiles metadata) {
    this.index = index;
    this.metadata = metadata;
  }

  /** Writes the folder, whole or not at all. */
  static List<SummedFile> write(Path folder, EmbeddingSource source, BuildListener listener)
      throws IOException {
    int count = Math.toIntExact(source.size());
    try (StagedFolder staged = StagedFolder.create(folder)) {
      List<String> names = new ArrayList<>(List.of(VECTORS));
      VectorFile.write(
          staged.path().resolve(VECTORS),
          source,
          done -> listener.progressed(Stage.VECTORS, done, count));
      names.addAll(MetadataFiles.write(staged.path(), source));
      List<SummedFile> files = new ArrayList<>();
      for (String name : names) {
        VectorFile.force(staged.path().resolve(name));
        files.add(SummedFile.read(staged.path().resolve(name)));
      }
      staged.publish();
      return files;
    }
  }

  static ExactPart open(Path folder, GalleryManifest.Stored stored) throws IOException {
    boolean described =
        stored.files().stream().anyMatch(file -> file.name().equals(MetadataFiles.LINES));
    try (CloseOnFailure opened = new CloseOnFailure()) {
      MetadataFiles metadata =
          described
              ? opened.add(MetadataFiles.open(folder, Math.toIntExact(stored.part().count())))
              : null;
      return opened.done(new ExactPart(ExactIndex.open(folder.resolve(VECTORS)), metadata));
    }
  }

  @Override
  public int width() {
    return index.width();
  }

  @Override
  public long size() {
    return index.size();
  }

  @Override
  public Similarity similarity() {
    return index.similarity();
  }

  @Override
  public List<Neighbor> search(float[] query, SearchRequest request) {
    return searchAll(new float[][] {query}, request).get(0);
  }

  @Override
  public List<List<Neighbor>> searchAll(float[][] queries, SearchRequest request) {
    return index.searchAll(queries, request).stream().map(this::described).toList();
  }

  private List<Neighbor> described(List<Neighbor> found) {
    return metadata == null
        ? found
        : found.stream().map(neighbor -> neighbor.with(metadata.get((int) neighbor.id()))).toList();
  }

  @Override
  public void close() {
    index.close();
    if (metadata != null) {
      metadata.close();
    }
  }
}
