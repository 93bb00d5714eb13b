// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.mindeye.MindEyeException;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.evaluation.statistics.Significance;
import org.mindeye.evaluation.statistics.StatisticsConfig;
import org.mindeye.evaluation.statistics.Uncertainty;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

class RetrievalScoresTest {
  private static final double EXACT = 1e-12;
  @FreshManager private NDManager manager;

  private ClipVectors random(int rows, int width, long seed) {
    return ClipVectors.normalized(NoiseSource.seeded(seed).normal(manager, new Shape(rows, width)));
  }

  /** Brain embeddings that find their images sometimes. */
  private ClipVectors noisy(ClipVectors image, float noise, long seed) {
    NDArray disturbance = random(image.batch(), image.width(), seed).array().mul(noise);
    return ClipVectors.normalized(image.array().add(disturbance));
  }

  private static RetrievalScores scores(float[][] brainRows) {
    return RetrievalScores.of(SimilarityMatrix.of("brain", "image", brainRows));
  }

  @Test
  void should_score_the_worked_example_in_both_directions() {
    RetrievalScores scores =
        scores(new float[][] {{0.8f, 0, -0.6f}, {0.96f, 0.8f, 0.28f}, {0.6f, 1, 0.8f}});
    // Brain rows: yes, no, no. Image rows: no, no, yes.
    assertThat(scores.brainToImage().top1()).isCloseTo(1 / 3.0, within(EXACT));
    assertThat(scores.brainToImage().ranks()).containsExactly(1, 2, 2);
    assertThat(scores.imageToBrain().top1()).isCloseTo(1 / 3.0, within(EXACT));
    assertThat(scores.imageToBrain().ranks()).containsExactly(2, 2, 1);
    assertThat(scores.brainToImage().topK(2)).isEqualTo(1);
    assertThat(scores.brainToImage().medianRank()).isEqualTo(2);
  }

  @Test
  void should_tell_the_directions_apart() {
    // Every brain is nearest to its own image, but every image is nearest to the first brain.
    RetrievalScores scores = scores(new float[][] {{0.9f, 0.8f, 0.8f}, {0, 0.5f, 0}, {0, 0, 0.5f}});
    assertThat(scores.brainToImage().top1()).isEqualTo(1);
    assertThat(scores.imageToBrain().top1()).isCloseTo(1 / 3.0, within(EXACT));
    PoolScores pools =
        scores.pools(new PoolConfig(3, 2, PoolProtocol.RANDOM), NoiseSource.seeded(1));
    assertThat(pools.brainToImage().mean()).isEqualTo(1);
    assertThat(pools.imageToBrain().mean()).isCloseTo(1 / 3.0, within(EXACT));
  }

  @Test
  void should_name_queries_and_gallery() {
    RetrievalScores scores = scores(new float[][] {{1, 0}, {0, 1}});
    assertThat(scores.brainToImage().query()).isEqualTo("brain");
    assertThat(scores.brainToImage().gallery()).isEqualTo("image");
    assertThat(scores.imageToBrain().query()).isEqualTo("image");
    assertThat(scores)
        .hasToString(
            "RetrievalScores[brain -> image: top-1 1.0 of 2; image -> brain: top-1 1.0 of 2]");
  }

  @Test
  void should_give_ties_to_the_highest_index() {
    float[][] same = new float[4][4];
    DirectionScores scores = scores(same).brainToImage();
    // Everything is equal: the last candidate wins every query.
    assertThat(scores.ranks()).containsExactly(4, 3, 2, 1);
    assertThat(scores.top1()).isEqualTo(0.25);
    assertThat(scores.medianRank()).isEqualTo(2.5);
    assertThat(scores.topK(2)).isEqualTo(scores.chance(2)).isEqualTo(0.5);
  }

  @Test
  void should_count_everything_when_there_are_more_guesses_than_candidates() {
    DirectionScores scores = scores(new float[3][3]).brainToImage();
    assertThat(scores.top5()).isEqualTo(1);
    assertThat(scores.chance(5)).isEqualTo(1);
  }

  @Test
  void should_be_perfect_when_brain_equals_image() {
    ClipVectors image = random(40, 16, 1);
    RetrievalScores scores = RetrievalScores.between(image, image);
    for (DirectionScores direction :
        new DirectionScores[] {scores.brainToImage(), scores.imageToBrain()}) {
      assertThat(direction.top1()).isEqualTo(1);
      assertThat(direction.medianRank()).isEqualTo(1);
    }
    PoolScores pools =
        scores.pools(new PoolConfig(10, 5, PoolProtocol.RANDOM), NoiseSource.seeded(1));
    assertThat(pools.brainToImage()).isEqualTo(new Estimate(1, 0));
    assertThat(pools.imageToBrain()).isEqualTo(new Estimate(1, 0));
  }

  @Test
  void should_swap_directions_when_brain_and_image_are_exchanged() {
    ClipVectors image = random(60, 8, 2);
    ClipVectors brain = noisy(image, 1.5f, 3);
    RetrievalScores scores = RetrievalScores.between(brain, image);
    RetrievalScores swapped = RetrievalScores.between(image, brain);
    assertThat(swapped.brainToImage().ranks()).containsExactly(scores.imageToBrain().ranks());
    assertThat(swapped.imageToBrain().ranks()).containsExactly(scores.brainToImage().ranks());
    assertThat(scores.brainToImage().ranks()).isNotEqualTo(scores.imageToBrain().ranks());
  }

  @Test
  void should_permute_ranks_with_the_samples() {
    ClipVectors image = random(50, 8, 4);
    ClipVectors brain = noisy(image, 1.5f, 5);
    int[] order = NoiseSource.seeded(6).permutation(50);
    NDArray index = manager.create(Arrays.stream(order).asLongStream().toArray());
    RetrievalScores permuted =
        RetrievalScores.between(
            ClipVectors.of(brain.array().get(index)), ClipVectors.of(image.array().get(index)));
    int[] before = RetrievalScores.between(brain, image).brainToImage().ranks();
    assertThat(permuted.brainToImage().ranks())
        .containsExactly(Arrays.stream(order).map(i -> before[i]).toArray());
  }

  @Test
  void should_count_any_sample_of_the_right_image() {
    ClipVectors image = random(40, 16, 1);
    ClipVectors twice = ClipVectors.of(image.array().concat(image.array()));
    long[] ids = LongStream.range(0, 80).map(i -> i % 40).toArray();
    RetrievalScores scores = RetrievalScores.between(twice, twice, ids);
    for (DirectionScores direction :
        new DirectionScores[] {scores.brainToImage(), scores.imageToBrain()}) {
      assertThat(direction.top1()).isEqualTo(1);
      assertThat(direction.repeatedImages()).isEqualTo(40);
      assertThat(direction.chance(1)).isCloseTo(2 / 80.0, within(EXACT));
    }
    PoolScores pools =
        scores.pools(new PoolConfig(20, 5, PoolProtocol.RANDOM), NoiseSource.seeded(1));
    assertThat(pools.brainToImage().mean()).isEqualTo(1);
    assertThat(pools.chance()).isCloseTo((1 + 19 / 79.0) / 20, within(EXACT));
    // Without the ids, half of the samples lose to their own double.
    assertThat(RetrievalScores.between(twice, twice).brainToImage().top1()).isEqualTo(0.5);
  }

  @Test
  void should_count_only_what_stands_before_the_first_right_answer() {
    float[][] rows = {{0.5f, 0.8f, 0.9f, 0.7f}, {0, 0, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}};
    long[] ids = {7, 8, 9, 7};
    DirectionScores scores =
        RetrievalScores.of(SimilarityMatrix.of("brain", "image", rows), ids).brainToImage();
    assertThat(scores.ranks()).containsExactly(3, 3, 2, 1);
    assertThat(scores.imageIds()).containsExactly(ids);
    assertThat(scores.repeatedImages()).isEqualTo(1);
    // Of two guesses among four, one right answer is met in 1/2 of the cases, one of two in 5/6.
    assertThat(scores.chance(2)).isCloseTo((2 * 0.5 + 2 * 5 / 6.0) / 4, within(EXACT));
    assertThat(scores.chance(9)).isEqualTo(1);
  }

  @Test
  void should_refuse_ids_of_another_list() {
    SimilarityMatrix similarity = SimilarityMatrix.of("brain", "image", new float[2][2]);
    assertThatThrownBy(() -> RetrievalScores.of(similarity, new long[3]))
        .isInstanceOf(MindEyeException.class)
        .hasMessage("retrieval scores: expected one image number per brain (2) but there are 3");
  }

  @Test
  void should_be_at_chance_on_unrelated_data() {
    RetrievalScores scores = RetrievalScores.between(random(400, 16, 7), random(400, 16, 8));
    PoolScores pools =
        scores.pools(new PoolConfig(20, 200, PoolProtocol.RANDOM), NoiseSource.seeded(9));
    assertThat(pools.chance()).isEqualTo(0.05);
    // 200 pools reuse 400 samples: four times the interval allows for what they share.
    for (Estimate estimate : new Estimate[] {pools.brainToImage(), pools.imageToBrain()}) {
      assertThat(estimate.mean()).isCloseTo(0.05, within(4 * estimate.halfWidth()));
      assertThat(estimate.halfWidth()).isPositive().isLessThan(0.01);
    }
    assertThat(scores.brainToImage().medianRank()).isBetween(150.0, 250.0);
  }

  @Test
  void should_agree_with_the_whole_gallery_when_the_pool_is_all_of_it() {
    ClipVectors image = random(30, 6, 10);
    RetrievalScores scores = RetrievalScores.between(noisy(image, 1.5f, 11), image);
    PoolScores pools =
        scores.pools(new PoolConfig(30, 3, PoolProtocol.RANDOM), NoiseSource.seeded(1));
    assertThat(pools.brainToImage().mean()).isCloseTo(scores.brainToImage().top1(), within(EXACT));
    assertThat(pools.isWholeSet()).isTrue();
    assertThat(pools.brainToImage().hasInterval()).isFalse();
    assertThat(pools.imageToBrain().hasInterval()).isFalse();
  }

  @Test
  void should_get_easier_with_fewer_candidates_and_repeat_with_the_seed() {
    ClipVectors image = random(200, 8, 12);
    RetrievalScores scores = RetrievalScores.between(noisy(image, 1.5f, 13), image);
    PoolConfig small = new PoolConfig(5, 30, PoolProtocol.RANDOM);
    PoolScores easy = scores.pools(small, NoiseSource.seeded(1));
    assertThat(easy.brainToImage().mean()).isGreaterThan(scores.brainToImage().top1());
    assertThat(scores.pools(small, NoiseSource.seeded(1))).isEqualTo(easy);
    assertThat(scores.pools(small, NoiseSource.seeded(2))).isNotEqualTo(easy);
  }

  @Test
  void should_keep_the_accuracy_of_every_pool() {
    ClipVectors image = random(100, 8, 12);
    RetrievalScores scores = RetrievalScores.between(noisy(image, 1.5f, 13), image);
    PoolScores pools =
        scores.pools(new PoolConfig(10, 30, PoolProtocol.RANDOM), NoiseSource.seeded(1));
    for (RetrievalDirection direction : RetrievalDirection.values()) {
      List<Double> each = pools.each().of(direction);
      assertThat(each).hasSize(30);
      assertThat(new TreeSet<>(each)).hasSizeGreaterThan(3);
      assertThat(Estimate.of(each.stream().mapToDouble(x -> x).toArray()))
          .isEqualTo(pools.of(direction));
    }
    assertThat(pools.each().brainToImage()).isNotEqualTo(pools.each().imageToBrain());
    assertThat(pools.of(RetrievalDirection.BRAIN_TO_IMAGE)).isEqualTo(pools.brainToImage());
    assertThat(scores.of(RetrievalDirection.IMAGE_TO_BRAIN)).isSameAs(scores.imageToBrain());
    assertThat(scores.of(RetrievalDirection.BRAIN_TO_IMAGE)).isSameAs(scores.brainToImage());
  }

  @Test
  void should_know_the_published_labels() {
    assertThat(RetrievalDirection.BRAIN_TO_IMAGE.publishedLabel()).isEqualTo("brain retrieval");
    assertThat(RetrievalDirection.IMAGE_TO_BRAIN.publishedLabel()).isEqualTo("image retrieval");
  }

  @Test
  void should_say_how_sure_the_share_of_hits_is() {
    StatisticsConfig statistics = StatisticsConfig.standard();
    ClipVectors image = random(600, 16, 14);
    DirectionScores found = RetrievalScores.between(noisy(image, 1.2f, 15), image).brainToImage();
    Uncertainty uncertainty = found.uncertainty(statistics, NoiseSource.seeded(1));
    double share = found.top1();
    assertThat(share).isBetween(0.1, 0.9);
    // Of independent hits: the binomial standard error.
    assertThat(uncertainty.standardError())
        .isCloseTo(Math.sqrt(share * (1 - share) / 599), within(1e-9));
    assertThat(uncertainty.low()).isCloseTo(found.hits().low(), within(0.01));
    assertThat(uncertainty.high()).isCloseTo(found.hits().high(), within(0.01));
    Significance significance = found.significance(statistics, 2);
    assertThat(significance.pValue()).isEqualTo(1 / 10_001.0);
    assertThat(significance.chance()).isEqualTo(1 / 600.0);

    DirectionScores nothing =
        RetrievalScores.between(random(50, 16, 16), random(50, 16, 17)).brainToImage();
    assertThat(nothing.significance(statistics, 2).pValue()).isGreaterThan(0.05);
  }

  /** One hit of three, where each query finds another candidate: 4 of 6 deals have one or more. */
  @Test
  void should_deal_the_answers_at_random() {
    DirectionScores scores = scores(new float[][] {{1, 0, 0}, {0, 0, 1}, {0, 1, 0}}).brainToImage();
    assertThat(scores.top1()).isCloseTo(1 / 3.0, within(EXACT));
    assertThat(scores.significance(StatisticsConfig.standard(), 1).pValue())
        .isCloseTo(4 / 6.0, within(0.02));
    // Samples of one image are answers to each other: every deal finds them.
    DirectionScores same =
        RetrievalScores.of(SimilarityMatrix.of("brain", "image", new float[3][3]), new long[3])
            .brainToImage();
    assertThat(same.significance(StatisticsConfig.standard(), 1).pValue()).isEqualTo(1);
  }

  @Test
  void should_refuse_a_pool_larger_than_the_test_set() {
    RetrievalScores scores = RetrievalScores.between(random(20, 4, 1), random(20, 4, 2));
    assertThatThrownBy(() -> scores.pools(PoolConfig.paper(), NoiseSource.seeded(1)))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(
            "retrieval pools: a pool needs 300 samples but there are only 20; choose a smaller"
                + " pool (chance changes with it)");
  }

  @Test
  void should_refuse_brains_without_images() {
    assertThatThrownBy(() -> RetrievalScores.between(random(3, 4, 1), random(2, 4, 2)))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage(
            "retrieval scores: expected one image per brain, in the same order, but there are 3"
                + " rows and 2 columns");
  }

  @Test
  void should_refuse_no_guess() {
    DirectionScores scores = scores(new float[2][2]).brainToImage();
    assertThatThrownBy(() -> scores.topK(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("k: expected at least 1 guess but was 0");
    assertThatThrownBy(() -> scores.chance(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void should_not_leak() {
    ClipVectors brain = random(12, 4, 1);
    ClipVectors image = random(12, 4, 2);
    LeakCheck.assertNoLeak(() -> RetrievalScores.between(brain, image));
  }
}
