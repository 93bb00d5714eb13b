// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.opensearch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.retrieval.EmbeddingSource;
import org.opensearch.client.opensearch.OpenSearchClient;
import org.opensearch.client.opensearch.core.bulk.BulkOperation;
import org.opensearch.client.opensearch.core.bulk.BulkResponseItem;

/**
 * Fills a gallery on a cluster, batch after batch. What the cluster has confirmed is on its disks,
 * and batches go in their order: so an upload that was stopped, or killed, is continued by the same
 * call, which finds where it was by asking for a few ids.
 *
 * <p>Several uploads of different vectors into one gallery may run at once, from several machines:
 * each is a source of its own, with ids of its own.
 */
public final class OpenSearchUpload {
  private final OpenSearchClient client;
  private final String name;
  private final EmbeddingSource source;
  private final UploadConfig config;

  private OpenSearchUpload(
      OpenSearchClient client, String name, EmbeddingSource source, UploadConfig config) {
    this.client = client;
    this.name = name;
    this.source = source;
    this.config = config;
  }

  /**
   * Sends all vectors that are not there yet.
   *
   * @param client of the cluster; stays the caller's
   * @param name of an index that {@link OpenSearchIndex#create} made
   * @param source lent; the same vectors, ids and metadata in each call. Its metadata is held in
   *     the heap
   * @param config how
   * @param listener is notified of the progress; what it throws ends the upload
   * @throws IOException if the source cannot be read
   * @throws ShapeMismatchException if the gallery has vectors of another width
   * @throws MindEyeException if a vector has no direction, or the cluster refuses some; says which
   * @throws java.io.UncheckedIOException if the cluster cannot be reached after all attempts
   * @throws java.util.concurrent.CancellationException if this thread is interrupted
   */
  public static void send(
      OpenSearchClient client,
      String name,
      EmbeddingSource source,
      UploadConfig config,
      UploadListener listener)
      throws IOException {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(config, "config");
    Objects.requireNonNull(listener, "listener");
    int width = OpenSearchIndex.width(client, name);
    if (source.width() != width) {
      throw new ShapeMismatchException(
          "source: expected vectors of "
              + Plural.of(width, "number")
              + ", as the gallery "
              + name
              + " has, but they have "
              + source.width());
    }
    new OpenSearchUpload(client, name, source, config).run(listener);
  }

  private void run(UploadListener listener) throws IOException {
    List<Map<String, String>> metadata = new ArrayList<>();
    if (source.hasMetadata()) {
      source.describe(metadata::add);
    }
    long from = firstMissing();
    listener.progressed(from, source.size());
    while (from < source.size()) {
      int count = (int) Math.min(config.batch(), source.size() - from);
      float[] rows = EmbeddingSource.directions(source, from, count);
      List<BulkOperation> batch = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        long row = from + i;
        float[] vector = Arrays.copyOfRange(rows, i * source.width(), (i + 1) * source.width());
        Document document =
            new Document(vector, metadata.isEmpty() ? null : metadata.get((int) row));
        batch.add(
            BulkOperation.of(
                any -> any.index(one -> one.id(Long.toString(source.id(row))).document(document))));
      }
      send(batch);
      from += count;
      listener.progressed(from, source.size());
    }
  }

  /** The first row of the first batch whose last vector is not there: those before it all are. */
  private long firstMissing() {
    long batches = (source.size() + config.batch() - 1) / config.batch();
    long there = 0;
    long missing = batches + 1;
    while (missing - there > 1) { // batch number `there` is there, counting from 1
      long middle = (there + missing) / 2;
      long last = Math.min(middle * config.batch(), source.size()) - 1;
      if (isThere(Long.toString(source.id(last)))) {
        there = middle;
      } else {
        missing = middle;
      }
    }
    return Math.min(there * config.batch(), source.size());
  }

  private boolean isThere(String id) {
    return new Attempts(name, config)
        .run("asking for id " + id, () -> client.exists(get -> get.index(name).id(id)).value());
  }

  /** Sends what is left of a batch until nothing is. */
  private void send(List<BulkOperation> batch) {
    Attempts attempts = new Attempts(name, config);
    List<BulkOperation> left = batch;
    while (!left.isEmpty()) {
      List<BulkOperation> now = left;
      List<BulkResponseItem> items =
          attempts.run(
              "a batch", () -> client.bulk(bulk -> bulk.index(name).operations(now)).items());
      left = new ArrayList<>();
      String busy = null;
      for (int i = 0; i < items.size(); i++) {
        BulkResponseItem item = items.get(i);
        if (item.error() != null && Words.mayChange(item.status())) {
          left.add(now.get(i));
          busy = item.error().reason();
        } else if (item.error() != null) {
          throw new MindEyeException(
              "OpenSearch, index "
                  + name
                  + ": the vector with id "
                  + item.id()
                  + " was refused with status "
                  + item.status()
                  + ": "
                  + item.error().reason());
        }
      }
      if (!left.isEmpty()) {
        attempts.failed(Plural.of(left.size(), "vector") + " of a batch: " + busy, null);
      }
    }
  }
}
