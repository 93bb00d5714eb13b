// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.mindeye.MindEyeException;
import org.mindeye.core.document.Document;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.evaluation.Estimate;
import org.mindeye.evaluation.PoolConfig;
import org.mindeye.evaluation.PoolProtocol;
import org.mindeye.evaluation.RetrievalDirection;
import org.mindeye.evaluation.RetrievalScores;
import org.mindeye.evaluation.statistics.StatisticsConfig;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

class RetrievalResultTest {
  private static final StatisticsConfig STATISTICS = new StatisticsConfig(0.95, 500, 500, 8, 4);
  private static final EvaluationProtocol PROTOCOL =
      EvaluationProtocol.mindEye1()
          .named("small", 1)
          .withPools(new PoolConfig(20, 10, PoolProtocol.RANDOM));
  private static final long[] IDS = LongStream.range(100, 160).toArray();

  @FreshManager private NDManager manager;

  private ClipVectors[] samples(long seed) {
    NDArray image = NoiseSource.seeded(seed).normal(manager, new Shape(60, 12));
    NDArray noise = NoiseSource.seeded(seed + 1).normal(manager, new Shape(60, 12));
    return new ClipVectors[] {
      ClipVectors.normalized(image.add(noise.mul(0.8f))), ClipVectors.normalized(image)
    };
  }

  @Test
  void should_hold_both_directions_under_both_names() {
    ClipVectors[] samples = samples(1);
    RetrievalResult result = RetrievalResult.of(PROTOCOL, samples[0], samples[1], IDS, STATISTICS);
    RetrievalScores scores = RetrievalScores.between(samples[0], samples[1], IDS);

    assertThat(result.directions())
        .extracting(DirectionResult::direction)
        .containsExactly(RetrievalDirection.BRAIN_TO_IMAGE, RetrievalDirection.IMAGE_TO_BRAIN);
    assertThat(result.directions())
        .extracting(DirectionResult::publishedLabel)
        .containsExactly("brain retrieval", "image retrieval");
    for (DirectionResult direction : result.directions()) {
      var expected = scores.of(direction.direction());
      assertThat(direction.top1()).isEqualTo(expected.top1());
      assertThat(direction.ranks()).hasSize(60);
      assertThat(direction.ranks().stream().mapToInt(rank -> rank).toArray())
          .isEqualTo(expected.ranks());
      assertThat(direction.significance().pValue()).isLessThan(0.01);
      assertThat(direction.pools().each()).hasSize(10);
      Estimate estimate =
          Estimate.of(direction.pools().each().stream().mapToDouble(x -> x).toArray());
      assertThat(direction.pools().mean()).isEqualTo(estimate.mean());
      assertThat(direction.pools().halfWidth()).contains(estimate.halfWidth());
      assertThat(direction.pools().chance()).isEqualTo(0.05);
    }
    assertThat(result.directions().get(0).ranks()).isNotEqualTo(result.directions().get(1).ranks());
  }

  @Test
  void should_come_back_from_a_document_and_repeat() {
    ClipVectors[] samples = samples(1);
    RetrievalResult result = RetrievalResult.of(PROTOCOL, samples[0], samples[1], IDS, STATISTICS);
    assertThat(Document.parse("r.json", DocumentWriter.text(result)).as(RetrievalResult.class))
        .isEqualTo(result)
        .isEqualTo(RetrievalResult.of(PROTOCOL, samples[0], samples[1], IDS, STATISTICS));
    assertThat(result.inputs().ids()).startsWith("100", "101");
  }

  @Test
  void should_know_its_inputs() {
    ClipVectors[] samples = samples(1);
    ClipVectors[] others = samples(7);
    String sum = sum(samples[0], samples[1], IDS);
    long[] ids = IDS.clone();
    ids[3] = 7;
    assertThat(
            List.of(
                sum(samples[0], samples[1], ids),
                sum(others[0], samples[1], IDS),
                sum(samples[0], others[1], IDS),
                sum(samples[1], samples[0], IDS)))
        .doesNotContain(sum)
        .doesNotHaveDuplicates();
  }

  private static String sum(ClipVectors brain, ClipVectors image, long[] ids) {
    return RetrievalResult.of(PROTOCOL, brain, image, ids, STATISTICS).inputs().sha256();
  }

  @Test
  void should_have_no_interval_where_the_pool_is_the_whole_set() {
    ClipVectors[] samples = samples(1);
    EvaluationProtocol whole = PROTOCOL.withPools(new PoolConfig(60, 10, PoolProtocol.RANDOM));
    RetrievalResult result = RetrievalResult.of(whole, samples[0], samples[1], IDS, STATISTICS);
    for (DirectionResult direction : result.directions()) {
      assertThat(direction.pools().halfWidth()).isEmpty();
      assertThat(direction.pools().each()).containsExactly(direction.top1());
    }
    assertThat(Document.parse("r.json", DocumentWriter.text(result)).as(RetrievalResult.class))
        .isEqualTo(result);
  }

  @Test
  void should_refuse_fewer_samples_than_a_pool_needs() {
    ClipVectors[] samples = samples(1);
    assertThatThrownBy(
            () ->
                RetrievalResult.of(
                    EvaluationProtocol.mindEye1(), samples[0], samples[1], IDS, STATISTICS))
        .isInstanceOf(MindEyeException.class)
        .hasMessageContaining("a pool needs 300 samples but there are only 60");
  }

  @Test
  void should_leave_nothing_behind() {
    ClipVectors[] samples = samples(1);
    LeakCheck.assertNoLeak(
        20, () -> RetrievalResult.of(PROTOCOL, samples[0], samples[1], IDS, STATISTICS));
  }
}
