// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.reconstruct;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.mindeye.core.document.MayBeAbsent;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.pipeline.DecodeConfig;

/**
 * What decides, beside the response, what is painted, and what of it is kept.
 *
 * @param subject whose brain
 * @param split which part of the data
 * @param weights SHA-256 sums of all files of weights, and of the painter's descriptions, by what
 *     they are for
 * @param painting steps, guidance, strength, seed and candidates
 * @param priorSteps network calls of the prior's multistep sampler; null for all of its timesteps
 * @param precision in which all networks kept their weights; absent where it was FLOAT32
 * @param everyCandidate whether all candidates are kept as pictures, or the chosen one alone
 */
record PaintingRequest(
    int subject,
    String split,
    Map<String, String> weights,
    DecodeConfig painting,
    @MayBeAbsent Integer priorSteps,
    @MayBeAbsent Precision precision,
    boolean everyCandidate) {
  PaintingRequest {
    Objects.requireNonNull(split, "split");
    Objects.requireNonNull(painting, "painting");
    weights = Map.copyOf(weights);
    precision = precision == null ? Precision.FLOAT32 : precision;
  }

  /** What another request has otherwise, in the words of the command; empty if nothing. */
  List<String> differences(PaintingRequest other) {
    List<String> found = new ArrayList<>();
    note(found, "--subject", subject, other.subject);
    note(found, "--split", split, other.split);
    note(found, "--steps", painting.steps(), other.painting.steps());
    note(found, "--guidance", painting.guidance(), other.painting.guidance());
    note(found, "--strength", painting.strength(), other.painting.strength());
    note(found, "--seed", painting.seed(), other.painting.seed());
    note(found, "--candidates", painting.candidates(), other.painting.candidates());
    note(found, "--prior-steps", priorSteps, other.priorSteps);
    note(found, "--precision", precision, other.precision);
    note(found, "--all-candidates", everyCandidate, other.everyCandidate);
    TreeSet<String> roles = new TreeSet<>(weights.keySet());
    roles.addAll(other.weights.keySet());
    for (String role : roles) {
      note(found, "weights of " + role, sum(role), other.sum(role));
    }
    return found;
  }

  /** The first digits, which tell files apart. */
  private String sum(String role) {
    String sum = weights.get(role);
    return sum == null ? "none" : sum.substring(0, Math.min(8, sum.length()));
  }

  private static void note(List<String> found, String what, Object here, Object there) {
    if (!Objects.equals(here, there)) {
      found.add(what + " " + word(here) + " there, " + word(there) + " now");
    }
  }

  private static String word(Object value) {
    return value == null ? "not given" : value.toString();
  }
}
