// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mindeye.core.engine.Torch;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.Golden;
import org.mindeye.testkit.ParityGenerator;
import org.mindeye.testkit.TensorAssert;

/** Against the original's similarity functions and {@code topk}. */
class RetrievalGoldenTest {
  private static final Shape SHAPE = new Shape(40, 30);
  private static final double EXACT_COUNT = 1e-7;

  private final Golden golden = Golden.open("/golden/high-level.safetensors");
  @FreshManager private NDManager manager;
  private NDArray first;
  private NDArray second;

  @BeforeEach
  void draw() {
    first = ParityGenerator.input(manager, golden.seedBase() + 20, SHAPE);
    second = first.mul(0.35f).add(ParityGenerator.input(manager, golden.seedBase() + 21, SHAPE));
  }

  @Test
  void should_give_the_cosines_of_the_original() {
    // The original's (first, second) has one row per row of the second argument.
    SimilarityMatrix cosine = SimilarityMatrix.cosine("second", second, "first", first);
    matches(cosine, "retrieval.cosine_rows_second");
  }

  @Test
  void should_give_the_correlations_of_the_original() {
    matches(SimilarityMatrix.pearson("first", first, "second", second), "retrieval.pearson");
  }

  private void matches(SimilarityMatrix actual, String entry) {
    float[][] rows = actual.toArray();
    float[] flat = new float[actual.rows() * actual.columns()];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * actual.columns(), actual.columns());
    }
    TensorAssert.assertThat(Torch.copy(manager, flat, new Shape(actual.rows(), actual.columns())))
        .matches(golden, entry, 1e-5);
  }

  @Test
  void should_give_the_counts_of_the_original_under_the_right_name() {
    RetrievalScores scores =
        RetrievalScores.of(SimilarityMatrix.cosine("brain", first, "image", second));
    // topk(batchwise_cosine_similarity(brain, image)) has images as rows.
    expect(scores.imageToBrain().top1(), "retrieval.top1_first_second");
    expect(scores.imageToBrain().top5(), "retrieval.top5_first_second");
    expect(scores.brainToImage().top1(), "retrieval.top1_second_first");
    expect(scores.brainToImage().top5(), "retrieval.top5_second_first");
  }

  private void expect(double actual, String entry) {
    assertThat(actual).as(entry).isCloseTo(golden.scalar(entry), within(EXACT_COUNT));
  }
}
