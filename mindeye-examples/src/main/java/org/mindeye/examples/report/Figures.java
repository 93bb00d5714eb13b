package org.mindeye.examples.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.mindeye.evaluation.DirectionScores;
import org.mindeye.evaluation.Estimate;

/** Retrieval scores, for people and for programs. */
public final class Figures {
  private Figures() {}

  /**
   * A share with its interval.
   *
   * @param share a mean between 0 and 1
   * @return both in percent
   */
  public static String percent(Estimate share) {
    return String.format(
        Locale.ROOT, "%.1f %% ± %.1f", 100 * share.mean(), 100 * share.halfWidth());
  }

  /**
   * Writes the scores of one direction.
   *
   * @param node gets the fields
   * @param pools top-1 in random pools
   * @param all scores among all images
   */
  public static void direction(ObjectNode node, Estimate pools, DirectionScores all) {
    node.put("pool_top1", pools.mean());
    node.put("pool_top1_half_width", pools.halfWidth());
    node.put("all_top1", all.top1());
    node.put("all_top5", all.top5());
    node.put("all_median_rank", all.medianRank());
  }
}
