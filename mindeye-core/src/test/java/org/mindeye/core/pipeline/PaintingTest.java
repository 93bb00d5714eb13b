// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mindeye.core.pipeline.Fakes.CPU;
import static org.mindeye.core.pipeline.Fakes.SPACE;
import static org.mindeye.core.pipeline.Fakes.VOXELS;
import static org.mindeye.core.pipeline.Fakes.voxels;

import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.testkit.LeakCheck;

/** What a pipeline paints, with stages whose answers a test can compute itself. */
class PaintingTest {
  private static final DecodeConfig ONE = DecodeConfig.paper().withCandidates(1);

  private final List<String> closed = new ArrayList<>();

  private Fakes.Painter painter() {
    return new Fakes.Painter(CPU, SPACE, closed, false);
  }

  private PipelineBuilder stages(ImageDecoder decoder) {
    return MindEyePipeline.builder(CPU)
        .encoder(Fakes::encoder)
        .prior(() -> new Fakes.Prior(CPU, SPACE, closed, false))
        .decoder(() -> decoder);
  }

  private PipelineBuilder withBranch(ImageDecoder decoder) {
    return stages(decoder).lowLevel(() -> new Fakes.Branch(CPU, VOXELS, closed, false));
  }

  private PipelineBuilder choosing(ImageDecoder decoder) {
    return withBranch(decoder).scorer(() -> new Fakes.Scorer(CPU, SPACE, closed, false));
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static int byteOf(double value) {
    return (int) Math.round(255 * Math.min(1, Math.max(0, value)));
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static int[] pixels(BufferedImage image) {
    return image.getRGB(0, 0, 2, 2, null, 0, 2);
  }

  private static int[] pixels(MindEyePipeline pipeline, DecodeConfig config) {
    return pixels(pipeline.reconstruct(voxels(1), config).image());
  }

  /** The stages one after the other, by hand: one stream for the picture, one for the start. */
  @Test
  void should_compose_the_stages_on_seeded_streams() throws IOException {
    try (MindEyePipeline pipeline = withBranch(painter()).build();
        BackboneEncoder encoder = Fakes.encoder();
        CallScope scope = CallScope.open(CPU)) {
      NoiseSource noise = NoiseSource.seeded(7);
      VoxelBatch batch =
          VoxelBatch.of(Torch.copy(scope.manager(), voxels(1), new Shape(1, VOXELS)));
      float first =
          encoder.encode(batch, scope.manager()).tokens().array().getFloat(0, 0, 0)
              + noise.normal(scope.manager(), new Shape(1, 3, 4)).getFloat(0, 0, 0);
      float[] uniform = new float[4];
      noise.uniform(uniform);
      float[] start = new float[16];
      NoiseSource.seeded(0, 1).normal(start);
      int red = byteOf(sigmoid(first));
      Reconstruction painted = pipeline.reconstruct(voxels(1), ONE.withSeed(7));
      assertThat(painted.image().getWidth()).isEqualTo(2);
      for (int i = 0; i < 4; i++) {
        int blue = byteOf(sigmoid(mean(voxels(1)) + start[i]));
        assertThat(painted.image().getRGB(i % 2, i / 2) & 0xffffff)
            .isEqualTo(red << 16 | byteOf(uniform[i]) << 8 | blue);
      }
    }
  }

  @Test
  void should_start_from_nothing_without_a_low_level_branch_and_hand_the_config_on()
      throws IOException {
    Fakes.Painter painter = painter();
    DecodeConfig config = new DecodeConfig(3, 2, 0.5, 9, 1);
    try (MindEyePipeline pipeline = stages(painter).build()) {
      Reconstruction painted = pipeline.reconstruct(voxels(1), config);
      assertThat(painted.image().getRGB(0, 0) & 0xff).isZero();
      assertThat(painted.blurry()).isEmpty();
      assertThat(painter.lastConfig()).isEqualTo(config);
    }
  }

  @Test
  void should_ignore_the_start_at_strength_1_but_show_it() throws IOException {
    try (MindEyePipeline with = withBranch(painter()).build();
        MindEyePipeline without = stages(painter()).build()) {
      DecodeConfig config = ONE.withStrength(1);
      assertThat(pixels(with, config)).isEqualTo(pixels(without, config));
      assertThat(with.reconstruct(voxels(1), config).blurry()).isPresent();
    }
  }

  @Test
  void should_leave_the_blurry_picture_as_it_is_at_strength_0() throws IOException {
    Fakes.Painter painter = painter();
    try (MindEyePipeline pipeline = choosing(painter).build()) {
      Reconstruction painted =
          pipeline.reconstruct(voxels(1), ONE.withStrength(0).withCandidates(3));
      int gray = byteOf(mean(voxels(1)));
      assertThat(painted.image().getRGB(1, 1) & 0xffffff).isEqualTo(gray << 16 | gray << 8 | gray);
      assertThat(pixels(painted.image())).isEqualTo(pixels(painted.blurry().orElseThrow()));
      assertThat(painted.candidates()).hasSize(1);
      assertThat(painted.best().score().orElseThrow()).isBetween(0.0, 1.0);
      assertThat(painter.batches()).isEmpty();
    }
  }

  @Test
  void should_refuse_a_strength_of_less_than_a_step() throws IOException {
    DecodeConfig config = ONE.withStrength(0.04);
    try (MindEyePipeline with = withBranch(painter()).build();
        MindEyePipeline without = stages(painter()).build()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> with.reconstruct(voxels(1), config))
          .withMessage(
              "strength: expected at least one of the 20 steps, or 0 for the blurry picture itself,"
                  + " but was 0.04");
      assertThat(without.reconstruct(voxels(1), config).candidates()).hasSize(1);
    }
  }

  @Test
  void should_repeat_a_seed_and_change_with_another() throws IOException {
    try (MindEyePipeline pipeline = withBranch(painter()).build()) {
      int[] once = pixels(pipeline, ONE.withSeed(1));
      assertThat(pixels(pipeline, ONE.withSeed(1))).isEqualTo(once);
      assertThat(pixels(pipeline, ONE.withSeed(2))).isNotEqualTo(once);
    }
  }

  @Test
  void should_choose_the_best_candidate_and_paint_each_again_by_its_seed() throws IOException {
    try (MindEyePipeline pipeline = choosing(painter()).build()) {
      Reconstruction painted = pipeline.reconstruct(voxels(1), ONE.withSeed(5).withCandidates(4));
      assertThat(painted.candidates())
          .extracting(Candidate::seed)
          .containsExactlyInAnyOrder(5L, 6L, 7L, 8L);
      assertThat(painted.candidates())
          .extracting(each -> each.score().orElseThrow())
          .isSortedAccordingTo(Comparator.reverseOrder())
          .doesNotHaveDuplicates();
      for (Candidate candidate : painted.candidates()) {
        Reconstruction alone = pipeline.reconstruct(voxels(1), ONE.withSeed(candidate.seed()));
        assertThat(pixels(alone.image())).isEqualTo(pixels(candidate.image()));
        assertThat(alone.best().score()).isEqualTo(candidate.score());
      }
      int gray = byteOf(mean(voxels(1)));
      assertThat(painted.blurry().orElseThrow().getRGB(1, 1) & 0xffffff)
          .isEqualTo(gray << 16 | gray << 8 | gray);
      assertThat(painted.timings().painting()).isPositive();
      assertThat(painted.timings().lowLevel()).isPositive();
    }
  }

  /** Blue is the start: one draw for all. Red and green are of each candidate's stream. */
  @Test
  void should_paint_the_same_candidates_in_batches_and_one_by_one() throws IOException {
    Fakes.Painter three = painter().withBatch(3);
    DecodeConfig config = ONE.withCandidates(7);
    try (MindEyePipeline alone = choosing(painter()).build();
        MindEyePipeline together = choosing(three).build()) {
      List<Candidate> expected = alone.reconstruct(voxels(1), config).candidates();
      List<Candidate> found = together.reconstruct(voxels(1), config).candidates();
      assertThat(three.batches()).containsExactly(3, 3, 1);
      assertThat(found).hasSize(7);
      for (int i = 0; i < 7; i++) {
        assertThat(found.get(i).seed()).isEqualTo(expected.get(i).seed());
        assertThat(found.get(i).score()).isEqualTo(expected.get(i).score());
        assertThat(pixels(found.get(i).image())).isEqualTo(pixels(expected.get(i).image()));
        assertThat(found.get(i).image().getRGB(1, 0) & 0xff)
            .isEqualTo(found.get(0).image().getRGB(1, 0) & 0xff);
      }
    }
  }

  @Test
  void should_paint_many_samples_as_each_alone() throws IOException {
    float[][] brains = {voxels(1), voxels(2), voxels(3)};
    DecodeConfig config = ONE.withCandidates(2);
    try (MindEyePipeline pipeline = choosing(painter()).build()) {
      List<Reconstruction> all = pipeline.reconstructAll(brains, config, PaintingListener.NONE);
      assertThat(all).hasSize(3);
      for (int i = 0; i < 3; i++) {
        Reconstruction alone = pipeline.reconstruct(brains[i], config);
        assertThat(pixels(all.get(i).image())).isEqualTo(pixels(alone.image()));
        assertThat(all.get(i).best().score()).isEqualTo(alone.best().score());
      }
      assertThat(pixels(all.get(0).image())).isNotEqualTo(pixels(all.get(1).image()));
    }
  }

  @Test
  void should_refuse_several_candidates_without_a_scorer() throws IOException {
    try (MindEyePipeline pipeline = withBranch(painter()).build()) {
      assertThatIllegalStateException()
          .isThrownBy(() -> pipeline.reconstruct(voxels(1), DecodeConfig.paper()))
          .withMessage(
              "reconstruct of 16 candidates needs a scorer: give the builder one with .scorer(…), or"
                  + " ask for one candidate with config.withCandidates(1)");
    }
  }

  @Test
  @Timeout(60)
  void should_give_eight_threads_the_same_pictures_and_leave_nothing_behind() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    DecodeConfig config = ONE.withCandidates(3);
    try (MindEyePipeline pipeline = choosing(painter().withBatch(2)).build()) {
      int[] expected = pixels(pipeline, config);
      LeakCheck.Census before = LeakCheck.census();
      List<Future<int[]>> answers = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        answers.add(threads.submit(() -> pixels(pipeline, config)));
      }
      for (Future<int[]> answer : answers) {
        assertThat(answer.get()).isEqualTo(expected);
      }
      assertThat(LeakCheck.census()).isEqualTo(before);
    } finally {
      threads.shutdownNow();
    }
  }
}
