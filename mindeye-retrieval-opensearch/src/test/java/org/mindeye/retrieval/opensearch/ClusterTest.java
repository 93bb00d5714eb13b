// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.opensearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.retrieval.NeighborIndex;
import org.mindeye.retrieval.RecallCheck;
import org.mindeye.retrieval.SearchRequest;
import org.opensearch.client.opensearch.OpenSearchClient;
import org.opensearch.client.opensearch._types.HealthStatus;
import org.opensearch.client.opensearch.cluster.HealthResponse;

/** Two real servers, of which one fails. */
@Tag("slow")
class ClusterTest {
  private static final int COUNT = 3000;
  private static final int WIDTH = 96;
  private static final SearchRequest SIXTEEN = SearchRequest.of(16);

  @TempDir private Path place;

  private static HealthResponse healthy(LocalCluster cluster, String index) throws Exception {
    return cluster
        .client()
        .cluster()
        .health(
            health ->
                health
                    .index(index)
                    .waitForStatus(HealthStatus.Green)
                    .timeout(wait -> wait.time("300s")));
  }

  @Test
  void should_answer_when_a_server_fails() throws Exception {
    String obstacle = LocalCluster.obstacle();
    assumeTrue(obstacle.isEmpty(), obstacle);
    Gallery gallery = Gallery.draw(COUNT, WIDTH, 2);
    float[][] queries = Gallery.draw(40, WIDTH, 3).rows();
    try (LocalCluster cluster = LocalCluster.start(place, 2)) {
      OpenSearchClient client = cluster.client();
      OpenSearchConfig config =
          OpenSearchConfig.of(WIDTH).with(Engine.LUCENE, Storage.MEMORY).withShards(2, 1);
      UploadConfig upload = new UploadConfig(250, 8, Duration.ofSeconds(1));
      // snippet: fill
      OpenSearchIndex.create(client, "pictures", config);
      OpenSearchUpload.send(client, "pictures", gallery, upload, UploadListener.NONE);
      // end: fill
      HealthResponse health = healthy(cluster, "pictures");
      assertThat(health.status()).isEqualTo(HealthStatus.Green);
      assertThat(health.numberOfDataNodes()).isEqualTo(2);
      try (NeighborIndex index = OpenSearchIndex.open(client, "pictures")) {
        assertThat(index.size()).isEqualTo(COUNT);
        List<Neighbor> found = index.search(gallery.rows()[1234], SIXTEEN);
        assertThat(found.get(0).id()).isEqualTo(Gallery.FIRST + 1234);
        assertThat(found.get(0).metadata()).containsEntry("url", "https://a.example/1234?ö");
        // snippet: recall
        RecallCheck before = RecallCheck.run(index, gallery, queries, SIXTEEN);
        // end: recall
        assertThat(before.recall()).isGreaterThan(0.97);

        cluster.kill(1);

        RecallCheck after = RecallCheck.run(index, gallery, queries, SIXTEEN);
        assertThat(after.recall()).isGreaterThan(0.97);
        assertThat(index.search(gallery.rows()[1234], SIXTEEN).get(0).id())
            .isEqualTo(Gallery.FIRST + 1234);
        System.out.printf("recall with two servers %s, with one %s%n", before, after);
      }
    }
  }
}
