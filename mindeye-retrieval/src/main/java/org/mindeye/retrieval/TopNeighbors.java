package org.mindeye.retrieval;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.mindeye.core.pipeline.Neighbor;

/** Keeps the best {@code k} of the candidates offered so far, whatever their order. */
final class TopNeighbors {
  private final int k;
  private final PriorityQueue<Neighbor> worstFirst =
      new PriorityQueue<>(Neighbor.BEST_FIRST.reversed());

  TopNeighbors(int k) {
    this.k = k;
  }

  void offer(long id, float score) {
    if (worstFirst.size() < k) {
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

  List<Neighbor> bestFirst() {
    List<Neighbor> best = new ArrayList<>(worstFirst);
    best.sort(Neighbor.BEST_FIRST);
    return List.copyOf(best);
  }
}
