// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.mindeye.Plural;
import org.mindeye.evaluation.protocol.EvaluationProtocol;
import org.mindeye.evaluation.protocol.EvaluationResult;
import org.mindeye.evaluation.protocol.MetricScore;
import org.mindeye.evaluation.results.Measured;
import org.mindeye.evaluation.results.PictureScores;
import org.mindeye.evaluation.results.PublishedScores;
import org.mindeye.evaluation.results.ScoreTable;
import org.mindeye.evaluation.results.ScoredMethod;

/**
 * An evaluation and what it is compared with.
 *
 * @param result what was computed
 * @param pairing how pictures were paired
 */
record ReportedScores(EvaluationResult result, Pairing pairing) {
  private static final String OURS = "These reconstructions";

  /** How many ids a warning names. */
  private static final int NAMED = 5;

  /** The scores alone. */
  ScoredMethod ours() {
    return Measured.method(OURS, result);
  }

  /** What was published with this protocol. */
  Optional<ScoredMethod> published() {
    return PublishedScores.of(result.protocol());
  }

  /** Both. */
  ScoreTable table() {
    return ScoreTable.of("Scores by " + protocol(), ours()).with(published().stream().toList());
  }

  /** The scores of every picture. */
  PictureScores pictures() {
    return Measured.pictures(result);
  }

  private String protocol() {
    EvaluationProtocol protocol = result.protocol();
    return protocol.version() == 1
        ? protocol.name()
        : protocol.name() + ", version " + protocol.version();
  }

  /** One line. */
  String subtitle() {
    return protocol() + ": " + pairing.words();
  }

  /** What a reader has to know before believing a number. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    EvaluationProtocol protocol = result.protocol();
    if (!result.isWholeSplit()) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "%s is of %s and these are %d: scores do not compare with those of all, two-way scores"
                  + " least.",
              protocol.name(),
              Plural.of(protocol.split().images(), "image"),
              result.inputs().count()));
    }
    result.scores().stream()
        .filter(score -> !score.undefined().isEmpty())
        .forEach(score -> warnings.add(undefined(score)));
    return warnings;
  }

  /** Where published scores were read. */
  Optional<String> source() {
    return published().map(method -> method.name() + ": " + method.source().orElse("") + ".");
  }

  /** Metrics that were not computed, those of one reason together. */
  Map<String, String> missing() {
    Map<String, String> reasons = new LinkedHashMap<>();
    result
        .missing()
        .forEach(each -> reasons.merge(each.reason(), each.metric(), (a, b) -> a + ", " + b));
    return reasons;
  }

  private static String undefined(MetricScore score) {
    int count = score.undefined().size();
    String some = String.join(", ", score.undefined().subList(0, Math.min(NAMED, count)));
    return String.format(
        Locale.ROOT,
        "%s is undefined for %s in which nothing differs, counted as unrelated: %s",
        score.metric(),
        Plural.of(count, "image"),
        count > NAMED ? some + ", …" : some + ".");
  }
}
