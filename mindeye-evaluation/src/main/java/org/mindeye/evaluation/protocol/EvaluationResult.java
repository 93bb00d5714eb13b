// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.protocol;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.mindeye.evaluation.statistics.StatisticsConfig;

/**
 * The scores of reconstructions, and everything that decides what they mean. It is a document:
 * {@code DocumentWriter} writes it, {@code Document.read(file).as(EvaluationResult.class)} reads it
 * again.
 *
 * @param protocol how images were compared
 * @param library the version of this library
 * @param inputs which images
 * @param statistics how intervals and p-values were computed
 * @param weights by metric, the file of its network, and the format of numbers where that is not
 *     float32
 * @param scores what was computed, in the protocol's order
 * @param missing what was not, and why
 */
public record EvaluationResult(
    EvaluationProtocol protocol,
    String library,
    EvaluatedInputs inputs,
    StatisticsConfig statistics,
    Map<String, String> weights,
    List<MetricScore> scores,
    List<MissingMetric> missing) {
  /** Copies lists and map. */
  public EvaluationResult {
    Objects.requireNonNull(protocol, "protocol");
    Objects.requireNonNull(library, "library");
    Objects.requireNonNull(inputs, "inputs");
    Objects.requireNonNull(statistics, "statistics");
    weights = Collections.unmodifiableMap(new TreeMap<>(weights));
    scores = List.copyOf(scores);
    missing = List.copyOf(missing);
  }

  /**
   * The score of a metric.
   *
   * @param metric as the protocol calls it
   * @return empty if it was not computed
   */
  public Optional<MetricScore> score(String metric) {
    return scores.stream().filter(score -> score.metric().equals(metric)).findFirst();
  }

  /**
   * Whether as many images were evaluated as the protocol's split has. Two-way scores of fewer are
   * easier or harder, and do not compare.
   *
   * @return false if some are missing, or there are more
   */
  public boolean isWholeSplit() {
    return inputs.count() == protocol.split().images();
  }
}
