// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.results;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mindeye.core.document.Document;
import org.mindeye.evaluation.protocol.EvaluationProtocol;

/**
 * Scores of MindEye (arXiv 2305.18274) and of MindEye2 on real brains, as they were read in the
 * output and the comments of the authors' own repositories. Figures that are known from the papers
 * alone are left out.
 *
 * <p>They are of the shared test pictures of the Natural Scenes Dataset: scores of other pictures
 * or other brains stand beside them, but do not compare.
 */
public final class PublishedScores {
  private static final String FILE = "published-scores.json";

  /** The rows of painted pictures by the protocols that they were scored with. */
  private static final Map<String, String> PAINTED =
      Map.of(
          EvaluationProtocol.mindEye1().name(),
          "Published MindEye, subject 1, painted",
          EvaluationProtocol.mindEye2().name(),
          "Published MindEye2, subject 1, painted");

  private PublishedScores() {}

  /**
   * Everything that is published about some metrics.
   *
   * @param metrics which ones; all if none is named
   * @return the methods that have one of them, with these alone, and each with its source
   */
  public static List<ScoredMethod> verified(Metric... metrics) {
    Set<String> keys = Stream.of(metrics).map(Metric::key).collect(Collectors.toSet());
    return Table.ALL.methods().stream().flatMap(method -> only(method, keys).stream()).toList();
  }

  /**
   * What is published of reconstructions that were scored by a protocol.
   *
   * @param protocol by name and version
   * @return the row of {@link #verified}; empty for protocols of others
   */
  public static Optional<ScoredMethod> of(EvaluationProtocol protocol) {
    String name = PAINTED.getOrDefault(protocol.name(), "");
    return Table.ALL.methods().stream()
        .filter(method -> protocol.version() == 1 && method.name().equals(name))
        .findFirst();
  }

  private static Optional<ScoredMethod> only(ScoredMethod method, Set<String> keys) {
    List<ScoreRow> scores =
        method.scores().stream()
            .filter(score -> keys.isEmpty() || keys.contains(score.metric().key()))
            .toList();
    return scores.isEmpty()
        ? Optional.empty()
        : Optional.of(new ScoredMethod(method.name(), method.source(), scores));
  }

  /** Read once, when first asked for. */
  private static final class Table {
    static final ScoreTable ALL = read();

    private static ScoreTable read() {
      try (InputStream in = PublishedScores.class.getResourceAsStream(FILE)) {
        String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        return Document.parse(FILE, json).as(ScoreTable.class);
      } catch (IOException e) {
        throw new UncheckedIOException(FILE, e);
      }
    }
  }
}
