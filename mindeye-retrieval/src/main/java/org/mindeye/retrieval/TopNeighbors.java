// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.mindeye.core.pipeline.Neighbor;

/**
 * Keeps the best {@code k} of the candidates offered so far, whatever their order: an index gathers
 * the answer to one query here. Not safe for concurrent use.
 */
public final class TopNeighbors {
  private final int k;
  private final PriorityQueue<Neighbor> worstFirst =
      new PriorityQueue<>(Neighbor.BEST_FIRST.reversed());

  /**
   * Nothing is kept yet.
   *
   * @param k how many to keep
   * @throws IllegalArgumentException if {@code k < 1}
   */
  public TopNeighbors(int k) {
    SearchInput.requireCount(k);
    this.k = k;
  }

  /**
   * Takes a candidate, if it is among the best so far. Equal scores are decided by the smaller id.
   *
   * @param id of the gallery vector; each is offered once
   * @param score its cosine with the query, not NaN
   */
  public void offer(long id, float score) {
    if (isLacking()) {
      worstFirst.add(new Neighbor(id, score));
      return;
    }
    Neighbor worst = worstFirst.peek();
    // Almost every candidate of a large gallery ends here, without an allocation.
    if (score < worst.score() || (score == worst.score() && id > worst.id())) {
      return;
    }
    worstFirst.poll();
    worstFirst.add(new Neighbor(id, score));
  }

  /** Whether anything offered is kept. */
  boolean isLacking() {
    return worstFirst.size() < k;
  }

  /** The score below which nothing is kept any more. */
  float worst() {
    return isLacking() ? Float.NEGATIVE_INFINITY : worstFirst.peek().score();
  }

  /**
   * The best so far.
   *
   * @return at most {@code k}, ordered by {@link Neighbor#BEST_FIRST}
   */
  public List<Neighbor> bestFirst() {
    List<Neighbor> best = new ArrayList<>(worstFirst);
    best.sort(Neighbor.BEST_FIRST);
    return List.copyOf(best);
  }
}
