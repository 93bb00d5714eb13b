// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.mindeye.core.document.LibraryVersion;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.evaluation.DirectionScores;
import org.mindeye.evaluation.Estimate;
import org.mindeye.evaluation.PoolScores;
import org.mindeye.evaluation.RetrievalDirection;
import org.mindeye.evaluation.RetrievalScores;
import org.mindeye.evaluation.statistics.StatisticsConfig;
import org.mindeye.formats.io.Sha256;

/**
 * Retrieval in both directions, and everything that decides what it means. It is a document, as
 * {@link EvaluationResult} is.
 *
 * @param protocol how pools were drawn
 * @param library the version of this library
 * @param inputs the image of each sample, and the sum of ids and vectors: brains, then images
 * @param statistics how intervals and p-values were computed; its seed draws the pools, too
 * @param directions both, brain to image first
 */
public record RetrievalResult(
    EvaluationProtocol protocol,
    String library,
    EvaluatedInputs inputs,
    StatisticsConfig statistics,
    List<DirectionResult> directions) {
  private static final long POOLS = 0;
  private static final long FIRST_DIRECTION = 1;

  /** Copies the list. */
  public RetrievalResult {
    Objects.requireNonNull(protocol, "protocol");
    Objects.requireNonNull(library, "library");
    Objects.requireNonNull(inputs, "inputs");
    Objects.requireNonNull(statistics, "statistics");
    directions = List.copyOf(directions);
  }

  /**
   * Scores brains and images by cosine.
   *
   * @param protocol how pools are drawn
   * @param brain {@code [samples, width]}, the projector's output, rows of length 1
   * @param image {@code [samples, width]}, row {@code i} belongs to row {@code i} of {@code brain}
   * @param imageIds {@code [samples]}, the image of each sample; samples of the same image are
   *     answers to each other
   * @param statistics intervals, permutations and seed
   * @return the result, heap data
   * @throws org.mindeye.MindEyeException if the shapes or ids do not match, a row is zero or not
   *     finite, or there are fewer samples than a pool needs
   */
  public static RetrievalResult of(
      EvaluationProtocol protocol,
      ClipVectors brain,
      ClipVectors image,
      long[] imageIds,
      StatisticsConfig statistics) {
    RetrievalScores scores = RetrievalScores.between(brain, image, imageIds);
    PoolScores pools = scores.pools(protocol.pools(), NoiseSource.seeded(statistics.seed(), POOLS));
    return new RetrievalResult(
        protocol,
        LibraryVersion.current(),
        inputs(brain, image, imageIds),
        statistics,
        Stream.of(RetrievalDirection.values())
            .map(direction -> of(direction, scores.of(direction), pools, statistics))
            .toList());
  }

  private static DirectionResult of(
      RetrievalDirection direction,
      DirectionScores scores,
      PoolScores pools,
      StatisticsConfig statistics) {
    long stream = FIRST_DIRECTION + direction.ordinal();
    Estimate estimate = pools.of(direction);
    return new DirectionResult(
        direction,
        direction.publishedLabel(),
        scores.top1(),
        scores.uncertainty(
            statistics, NoiseSource.seeded(statistics.seed(), Streams.resamples(stream))),
        scores.significance(statistics, Streams.pairings(stream)),
        new PoolResult(
            estimate.mean(),
            estimate.hasInterval() ? Optional.of(estimate.halfWidth()) : Optional.empty(),
            pools.chance(),
            pools.each().of(direction)),
        Arrays.stream(scores.ranks()).boxed().toList());
  }

  private static EvaluatedInputs inputs(ClipVectors brain, ClipVectors image, long[] imageIds) {
    MessageDigest digest = Sha256.create();
    ByteBuffer ids =
        ByteBuffer.allocate(imageIds.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    ids.asLongBuffer().put(imageIds);
    digest.update(ids.array());
    note(digest, brain);
    note(digest, image);
    return new EvaluatedInputs(
        imageIds.length,
        Sha256.hex(digest),
        Arrays.stream(imageIds).mapToObj(Long::toString).toList());
  }

  private static void note(MessageDigest digest, ClipVectors vectors) {
    for (long row = 0; row < vectors.batch(); row++) {
      try (var one = vectors.array().get(row)) {
        float[] values = one.toFloatArray();
        ByteBuffer bytes =
            ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        digest.update(bytes.array());
      }
    }
  }
}
