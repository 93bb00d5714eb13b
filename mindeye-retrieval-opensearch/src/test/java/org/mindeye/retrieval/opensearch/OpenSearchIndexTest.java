// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.opensearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mindeye.MindEyeException;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.retrieval.EmbeddingSource;
import org.mindeye.retrieval.NeighborIndex;
import org.mindeye.retrieval.RecallCheck;
import org.mindeye.retrieval.SearchRequest;
import org.mindeye.testkit.LeakCheck;
import org.opensearch.client.opensearch.OpenSearchClient;

class OpenSearchIndexTest {
  private static final UploadConfig QUICK = new UploadConfig(7, 3, Duration.ZERO);
  private static final Gallery GALLERY = Gallery.draw(50, 6, 2);

  private StubCluster cluster;

  @BeforeEach
  void start() throws IOException {
    cluster = new StubCluster();
  }

  @AfterEach
  void stop() throws IOException {
    cluster.close();
  }

  private void create() {
    OpenSearchConfig config =
        OpenSearchConfig.of(6).with(Engine.LUCENE, Storage.MEMORY).withShards(2, 1);
    OpenSearchIndex.create(cluster.client(), "pictures", config);
  }

  private void send(EmbeddingSource source) throws IOException {
    OpenSearchUpload.send(cluster.client(), "pictures", source, QUICK, UploadListener.NONE);
  }

  @Test
  void should_ask_for_the_index_that_is_configured() {
    OpenSearchConfig config =
        OpenSearchConfig.of(768)
            .with(Engine.FAISS, Storage.DISK_32X)
            .withGraph(new OpenSearchConfig.Graph(24, 200))
            .withShards(100, 2);
    OpenSearchIndex.create(cluster.client(), "pictures", config);

    assertThat(
            cluster.created.at("/settings/index/knn").asBoolean()
                || cluster.created.at("/settings/index.knn").asBoolean()
                || cluster.created.at("/settings/knn").asBoolean())
        .as("%s", cluster.created)
        .isTrue();
    assertThat(cluster.created.toString())
        .contains("\"number_of_shards\":100", "\"number_of_replicas\":2")
        .contains("\"type\":\"knn_vector\"", "\"dimension\":768", "\"mode\":\"on_disk\"")
        .contains("\"compression_level\":\"32x\"", "\"engine\":\"faiss\"", "\"name\":\"hnsw\"")
        .contains("\"space_type\":\"innerproduct\"", "\"m\":24", "\"ef_construction\":200")
        .contains("\"_meta\":{\"mindeye\":{");
    assertThatThrownBy(() -> OpenSearchIndex.create(cluster.client(), "pictures", config))
        .isInstanceOf(MindEyeException.class)
        .hasMessageContaining("index pictures: creating it was refused with status 400")
        .hasMessageContaining("exists already");
  }

  /** All of the gallery, by cosine. */
  private static List<Neighbor> nearest(float[] query) {
    List<Neighbor> all = new ArrayList<>();
    for (int i = 0; i < GALLERY.rows().length; i++) {
      float[] row = GALLERY.rows()[i];
      double cosine = product(row, query) / Math.sqrt(product(row, row) * product(query, query));
      all.add(new Neighbor(Gallery.FIRST + i, (float) cosine));
    }
    all.sort(Neighbor.BEST_FIRST);
    return all;
  }

  private static double product(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  @Test
  void should_find_what_an_exact_index_finds() throws IOException {
    create();
    send(GALLERY);
    float[][] queries = Gallery.draw(9, 6, 3).rows();
    queries[0] = new float[] {-1, 2, -3, 1, 0, 2};
    try (NeighborIndex index = OpenSearchIndex.open(cluster.client(), "pictures")) {
      assertThat(index.size()).isEqualTo(50);
      assertThat(index.width()).isEqualTo(6);
      for (float[] query : queries) {
        List<Neighbor> found = index.search(query, SearchRequest.of(50));
        List<Neighbor> expected = nearest(query);
        assertThat(found)
            .extracting(Neighbor::id)
            .containsExactlyElementsOf(expected.stream().map(Neighbor::id).toList());
        for (int i = 0; i < 50; i++) { // near and far: scores of both signs
          assertThat(found.get(i).score()).isEqualTo(expected.get(i).score(), offset(1e-6f));
          assertThat(found.get(i).metadata())
              .containsEntry(
                  "url", "https://a.example/" + (found.get(i).id() - Gallery.FIRST) + "?ö");
        }
      }
      assertThat(RecallCheck.run(index, GALLERY, queries, SearchRequest.of(5)).recall())
          .isEqualTo(1);
      assertThat(cluster.asked)
          .anyMatch(ask -> ask.contains("_search") && ask.contains("\"k\":100"));
      LeakCheck.assertNoLeak(() -> index.search(queries[1], SearchRequest.of(3)));
      index.search(queries[1], SearchRequest.of(5).withCandidates(700));
      assertThat(cluster.asked.get(cluster.asked.size() - 1))
          .contains("\"k\":700", "\"size\":5", "\"includes\":[\"metadata\"]");
    }
  }

  @Test
  void should_try_again_and_send_only_what_is_left() throws IOException {
    create();
    cluster.bulkStatuses.addAll(List.of(503, 429));
    cluster.itemStatuses.put(Long.toString(Gallery.FIRST + 16), 429);
    send(GALLERY);

    assertThat(cluster.documents).hasSize(50);
    List<String> batches = cluster.asked.stream().filter(a -> a.contains("/_bulk")).toList();
    assertThat(batches).hasSize(8 + 2 + 1);
    assertThat(batches.get(5).split("\n")).as("one vector alone").hasSize(2);
    assertThat(batches.get(5)).contains("\"" + (Gallery.FIRST + 16) + "\"");
  }

  @Test
  void should_go_on_where_an_upload_was_stopped() throws IOException {
    create();
    List<Long> progress = new ArrayList<>();
    assertThatThrownBy(
            () ->
                OpenSearchUpload.send(
                    cluster.client(),
                    "pictures",
                    GALLERY,
                    QUICK,
                    (done, count) -> {
                      if (done == 28) {
                        throw new CancellationException("enough");
                      }
                    }))
        .isInstanceOf(CancellationException.class);
    assertThat(cluster.documents).hasSize(28);
    cluster.asked.clear();
    OpenSearchUpload.send(
        cluster.client(), "pictures", GALLERY, QUICK, (done, count) -> progress.add(done));

    assertThat(progress).containsExactly(28L, 35L, 42L, 49L, 50L);
    assertThat(cluster.documents).hasSize(50);
    assertThat(cluster.asked.stream().filter(a -> a.startsWith("HEAD"))).hasSizeLessThan(5);
    progress.clear();
    OpenSearchUpload.send(
        cluster.client(), "pictures", GALLERY, QUICK, (done, count) -> progress.add(done));
    assertThat(progress).containsExactly(50L);
  }

  @Test
  void should_fail_after_all_attempts_and_name_what_is_refused() throws IOException {
    create();
    cluster.bulkStatuses.addAll(List.of(503, 503, 503));
    assertThatThrownBy(() -> send(GALLERY))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("index pictures: failed after 3 attempts: a batch: ")
        .hasMessageContaining("503")
        .hasMessageEndingWith("the same call goes on where this one was");
    cluster.bulkStatuses.add(400);
    assertThatThrownBy(() -> send(GALLERY))
        .isInstanceOf(MindEyeException.class)
        .hasMessageContaining("a batch was refused with status 400");
    cluster.itemStatuses.put(Long.toString(Gallery.FIRST + 3), 400);
    assertThatThrownBy(() -> send(GALLERY))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(
            "OpenSearch, index pictures: the vector with id 1000000000003 was refused with status"
                + " 400: no room");
    Thread.currentThread().interrupt();
    cluster.bulkStatuses.add(503);
    assertThatThrownBy(() -> send(GALLERY)).isInstanceOf(RuntimeException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void should_refuse_what_does_not_fit() throws IOException {
    assertThatThrownBy(() -> OpenSearchIndex.open(cluster.client(), "pictures"))
        .isInstanceOf(MindEyeException.class)
        .hasMessageContaining("index pictures: looking at it was refused with status 404");
    create();
    assertThatThrownBy(() -> send(Gallery.draw(5, 7, 1)))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage(
            "source: expected vectors of 6 numbers, as the gallery pictures has, but they have 7");
    assertThatThrownBy(() -> send(EmbeddingSource.of(new float[][] {{0, 0, 0, 0, 0, 0}})))
        .isInstanceOf(MindEyeException.class)
        .hasMessageContaining("length");
    send(GALLERY);
    OpenSearchIndex index = OpenSearchIndex.open(cluster.client(), "pictures");
    float[] query = GALLERY.rows()[0];
    assertThatThrownBy(() -> index.search(query, SearchRequest.of(1).withFilter(id -> true)))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> index.search(new float[5], SearchRequest.of(1)))
        .isInstanceOf(ShapeMismatchException.class);
    cluster.failedShards = 1;
    assertThatThrownBy(() -> index.search(query, SearchRequest.of(1)))
        .isInstanceOf(MindEyeException.class)
        .hasMessageContaining("but 1 of 2 failed; look at the health of the cluster");
    index.close();
    index.close();
    assertThatThrownBy(() -> index.search(query, SearchRequest.of(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is closed");
  }

  @Test
  void should_refuse_another_index() throws IOException {
    cluster.created = new ObjectMapper().readTree("{\"mappings\":{\"properties\":{}}}");
    assertThatThrownBy(() -> OpenSearchIndex.open(cluster.client(), "pictures"))
        .isInstanceOf(MindEyeException.class)
        .hasMessageEndingWith("as OpenSearchIndex.create makes it, but found another index");
  }

  @Test
  void should_say_that_no_server_answers() throws IOException {
    StubCluster gone = new StubCluster();
    int port = gone.port();
    gone.close();
    OpenSearchClient client = StubCluster.client(port);
    assertThatThrownBy(() -> OpenSearchIndex.open(client, "pictures"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("OpenSearch, index pictures: cannot be reached: ");
    client._transport().close();
  }

  @Test
  void should_turn_scores_into_cosines() {
    for (float cosine : new float[] {-1, -0.5f, -1e-3f, 0, 1e-3f, 0.5f, 1}) {
      double score = cosine >= 0 ? 1.0 + cosine : 1 / (1.0 - cosine);
      assertThat(OpenSearchIndex.cosine(score)).isEqualTo(cosine, offset(1e-7f));
    }
  }

  @Test
  void should_refuse_settings_without_sense() {
    OpenSearchConfig config = OpenSearchConfig.of(6);
    assertThatThrownBy(() -> OpenSearchConfig.of(0)).hasMessageContaining("width");
    assertThatThrownBy(() -> OpenSearchConfig.of(16_001)).hasMessageContaining("at most 16000");
    assertThatThrownBy(() -> config.withShards(0, 1)).hasMessageContaining("shards");
    assertThatThrownBy(() -> config.withShards(1, -1)).hasMessageContaining("replicas");
    assertThatThrownBy(() -> config.with(Engine.LUCENE, Storage.DISK_8X))
        .hasMessage("storage: disk_8x needs the engine FAISS but it is LUCENE");
    assertThatThrownBy(() -> new OpenSearchConfig.Graph(1, 1)).hasMessageContaining("edges");
    assertThatThrownBy(() -> new OpenSearchConfig.Graph(2, 0)).hasMessageContaining("beam");
    assertThatThrownBy(() -> new UploadConfig(0, 1, Duration.ZERO)).hasMessageContaining("batch");
    assertThatThrownBy(() -> new UploadConfig(1, 0, Duration.ZERO))
        .hasMessageContaining("attempts");
    assertThatThrownBy(() -> new UploadConfig(1, 1, Duration.ofMillis(-1)))
        .hasMessageContaining("pause");
  }
}
