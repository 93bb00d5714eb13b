// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.ladder;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.mindeye.evaluation.Estimate;
import org.mindeye.evaluation.protocol.EvaluationProtocol;
import org.mindeye.evaluation.protocol.MetricScore;

/** What reports for programs say about painted scenes. */
public final class LadderJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private LadderJson() {}

  /**
   * Writes all scores, those of each scene too.
   *
   * @param node gets {@code scenes}, an object for each rung, and the lead in PixCorr of the whole
   *     over the prior alone
   * @param scores what is written
   */
  public static void add(ObjectNode node, LadderScores scores) {
    node.put("scenes", scores.scenes());
    for (Rung rung : Rung.values()) {
      ObjectNode each = node.putObject(rung.key());
      for (String name : LadderScores.METRICS) {
        MetricScore score = scores.score(rung, name);
        String key = name.toLowerCase(Locale.ROOT).replace(' ', '_');
        each.put(key, score.mean());
        each.putArray(key + "_interval_of_image_draw")
            .add(score.uncertainty().low())
            .add(score.uncertainty().high());
        each.put(key + "_chance", score.significance().chance());
        each.set("each_" + key, JSON.valueToTree(score.each()));
      }
    }
    Estimate lead = scores.lead(Rung.WHOLE, Rung.PRIOR, EvaluationProtocol.PIXCORR);
    ObjectNode whole = node.putObject("lead_of_the_whole");
    whole.put("pixcorr", lead.mean());
    whole.put("pixcorr_half_width_of_image_draw", lead.halfWidth());
  }
}
