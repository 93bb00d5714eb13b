// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.ladder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mindeye.evaluation.Estimate;
import org.mindeye.evaluation.protocol.EvaluationProtocol;
import org.mindeye.evaluation.protocol.EvaluationResult;
import org.mindeye.evaluation.protocol.MetricScore;
import org.mindeye.evaluation.results.Measured;
import org.mindeye.evaluation.results.Metric;
import org.mindeye.evaluation.results.PictureScores;
import org.mindeye.evaluation.results.ScoreRow;
import org.mindeye.evaluation.results.ScoredMethod;

/**
 * What each rung reaches on the same scenes.
 *
 * @param results one for each rung
 */
public record LadderScores(Map<Rung, EvaluationResult> results) {
  /** The scores, in the order of reports. */
  static final List<String> METRICS =
      List.of(
          LadderScoring.TOWER,
          LadderScoring.JUDGE,
          EvaluationProtocol.PIXCORR,
          EvaluationProtocol.SSIM);

  /** Checks that each rung is there. */
  public LadderScores {
    Map<Rung, EvaluationResult> copy = new EnumMap<>(Rung.class);
    copy.putAll(results);
    results = copy;
    for (Rung rung : Rung.values()) {
      if (!results.containsKey(rung)) {
        throw new IllegalArgumentException("results: expected every rung but " + rung + " is not");
      }
    }
  }

  /**
   * How many scenes were painted.
   *
   * @return at least 2
   */
  public int scenes() {
    return results.get(Rung.WHOLE).inputs().count();
  }

  /** A score of a rung. */
  MetricScore score(Rung rung, String metric) {
    return results.get(rung).score(metric).orElseThrow();
  }

  /**
   * The scores of every scene.
   *
   * @param rung of which pictures
   * @return in the order of the split
   */
  public PictureScores pictures(Rung rung) {
    return Measured.pictures(results.get(rung));
  }

  /**
   * The rows of a table of scores. Their metrics have names of their own: what is scored are the
   * painted scenes, not the whole split.
   *
   * @return one method for each rung, with the painter's ceiling at every score
   */
  public List<ScoredMethod> methods() {
    return Arrays.stream(Rung.values()).map(this::method).toList();
  }

  private ScoredMethod method(Rung rung) {
    ScoredMethod all = Measured.method(rung.title(), results.get(rung));
    List<ScoreRow> rows = new ArrayList<>();
    for (String name : METRICS) {
      ScoreRow row =
          all.scores().stream()
              .filter(each -> each.metric().title().equals(name))
              .findFirst()
              .orElseThrow();
      rows.add(
          new ScoreRow(
              painted(row.metric()),
              row.value(),
              row.interval(),
              row.chance(),
              Optional.of(score(Rung.SEEN_TOKENS, name).mean())));
    }
    return new ScoredMethod(all.name(), all.source(), rows);
  }

  private static Metric painted(Metric metric) {
    return new Metric(
        "painted_" + metric.key(),
        "Painted: " + metric.title(),
        metric.format(),
        metric.decimals(),
        metric.better());
  }

  /**
   * How far one rung is ahead of another on the same scenes.
   *
   * @param upper one
   * @param lower the other one
   * @param metric a score of which more is better
   * @return mean of the differences, with the interval of another draw of scenes
   */
  Estimate lead(Rung upper, Rung lower, String metric) {
    List<Double> first = score(upper, metric).each();
    List<Double> second = score(lower, metric).each();
    double[] differences = new double[first.size()];
    for (int i = 0; i < differences.length; i++) {
      differences[i] = first.get(i) - second.get(i);
    }
    return Estimate.of(differences);
  }
}
