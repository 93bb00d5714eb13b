// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.probe;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.mindeye.MindEyeException;
import org.mindeye.data.Split;
import org.mindeye.data.probe.Finding.Kind;
import org.mindeye.data.probe.Finding.Severity;

/**
 * What a {@link DatasetProbe} found.
 *
 * @param samples how many samples of each split were read
 * @param findings at most {@value #EXAMPLES} of each kind and split, in the order they were found
 * @param counts how many findings of each kind there were, those beyond the examples too
 */
public record ProbeReport(
    Map<Split, Long> samples, List<Finding> findings, Map<Kind, Long> counts) {
  /** So many findings of a kind are kept for each split; the rest is counted. */
  public static final int EXAMPLES = 20;

  private static final int NAMED = 5;

  /** Takes copies. */
  public ProbeReport {
    samples = Map.copyOf(samples);
    findings = List.copyOf(findings);
    counts = Map.copyOf(counts);
  }

  /**
   * What the data cannot be used with.
   *
   * @return findings to refuse the data for
   */
  public List<Finding> errors() {
    return of(Severity.ERROR);
  }

  /**
   * What is worth a word in the log.
   *
   * @return findings that stop nothing
   */
  public List<Finding> warnings() {
    return of(Severity.WARNING);
  }

  private List<Finding> of(Severity severity) {
    return findings.stream().filter(finding -> finding.severity() == severity).toList();
  }

  /**
   * A line for each kind of a severity, with its first finding and how many there were.
   *
   * @param severity which findings
   * @return lines for a log; none if there is nothing to say
   */
  public List<String> summary(Severity severity) {
    return of(severity).stream()
        .collect(Collectors.groupingBy(Finding::kind, TreeMap::new, Collectors.toList()))
        .entrySet()
        .stream()
        .map(kind -> kind.getValue().get(0).message() + more(counts.get(kind.getKey()) - 1))
        .toList();
  }

  private static String more(long others) {
    return others == 0 ? "" : ", and " + others + " more like it";
  }

  /**
   * Refuses data with errors.
   *
   * @throws MindEyeException if there is one; the message has the first few, and how many there are
   */
  public void requireSound() {
    List<Finding> errors = errors();
    if (errors.isEmpty()) {
      return;
    }
    long all =
        counts.entrySet().stream()
            .filter(count -> count.getKey().severity() == Severity.ERROR)
            .mapToLong(Map.Entry::getValue)
            .sum();
    String named =
        errors.stream().limit(NAMED).map(Finding::message).collect(Collectors.joining("; "));
    int shown = Math.min(NAMED, errors.size());
    throw new MindEyeException(
        "data: "
            + (all == 1 ? "" : all + " problems: ")
            + named
            + (all > shown ? "; and " + (all - shown) + " more" : ""));
  }
}
