// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.retrieve;

import java.util.ArrayList;
import java.util.List;
import org.mindeye.core.pipeline.MindEyePipeline;
import org.mindeye.core.pipeline.Neighbor;

/**
 * What was found for each query.
 *
 * @param all one per query
 * @param gallery how many pictures were searched
 */
record Findings(List<Finding> all, int gallery) {
  private static final int BATCH = 64;

  /**
   * What was found for one query.
   *
   * @param query the response
   * @param hits best first
   */
  record Finding(Query query, List<Hit> hits) {}

  /**
   * A picture that was found.
   *
   * @param picture of the gallery
   * @param cosine with what the brain says
   * @param seen whether it is the one that was seen
   */
  record Hit(Picture picture, float cosine, boolean seen) {}

  /** Searches. */
  static Findings search(MindEyePipeline pipeline, List<Query> queries, Gallery gallery, int k) {
    List<Finding> all = new ArrayList<>();
    for (int from = 0; from < queries.size(); from += BATCH) {
      List<Query> some = queries.subList(from, Math.min(from + BATCH, queries.size()));
      List<List<Neighbor>> nearest =
          pipeline.retrieveAll(some.stream().map(Query::voxels).toArray(float[][]::new), k);
      for (int i = 0; i < some.size(); i++) {
        all.add(finding(some.get(i), nearest.get(i), gallery));
      }
    }
    return new Findings(List.copyOf(all), gallery.pictures().size());
  }

  private static Finding finding(Query query, List<Neighbor> nearest, Gallery gallery) {
    return new Finding(
        query,
        nearest.stream()
            .map(
                neighbor -> {
                  Picture picture = gallery.pictures().get((int) neighbor.id());
                  return new Hit(picture, neighbor.score(), isSeen(query, picture));
                })
            .toList());
  }

  private static boolean isSeen(Query query, Picture picture) {
    return query.seen() != null
        && picture.cocoId() != null
        && picture.cocoId() == query.seen().cocoId();
  }

  /** How many queries found the seen picture first; -1 if the seen pictures are unknown. */
  long firstHits() {
    boolean known =
        all.stream()
            .anyMatch(
                f ->
                    f.query().seen() != null
                        && f.hits().stream().anyMatch(hit -> hit.picture().cocoId() != null));
    return known ? all.stream().filter(finding -> finding.hits().get(0).seen()).count() : -1;
  }
}
