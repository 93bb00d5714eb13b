// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.mindeye.reconstruction.Toys.CPU;
import static org.mindeye.reconstruction.Toys.SPACE;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.clip.ClipScorer;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.clip.VisionTransformerConfig.PatchGrid;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.pipeline.Candidate;
import org.mindeye.core.pipeline.DecodeConfig;
import org.mindeye.core.pipeline.MindEyePipeline;
import org.mindeye.core.pipeline.PaintingListener;
import org.mindeye.core.pipeline.PaintingProgress.Stage;
import org.mindeye.core.pipeline.PipelineBuilder;
import org.mindeye.core.pipeline.Reconstruction;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.lowlevel.LatentUpsampling;
import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.lowlevel.LowLevelNetwork;
import org.mindeye.lowlevel.VaeLatentBranch;
import org.mindeye.prior.DiffusionConfig;
import org.mindeye.prior.DiffusionPrior;
import org.mindeye.prior.MultistepSampler;
import org.mindeye.prior.PriorConfig;
import org.mindeye.prior.PriorNetwork;
import org.mindeye.prior.TransformerConfig;
import org.mindeye.reconstruction.unet.MiniUnet;
import org.mindeye.testkit.LeakCheck;

/** The whole way from voxels to the chosen picture, all networks small and with drawn weights. */
class ToyPipelineTest {
  private static final int VOXELS = 7;
  private static final DecodeConfig CONFIG = new DecodeConfig(3, 3.5, 0.67, 42, 2);

  private static MindEyePipeline oneByOne;
  private static MindEyePipeline together;

  @BeforeAll
  static void open() throws IOException {
    oneByOne = pipeline(PainterConfig.paper());
    together = pipeline(PainterConfig.paper().withBatch(3));
  }

  @AfterAll
  static void close() {
    oneByOne.close();
    together.close();
  }

  private static MindEyePipeline pipeline(PainterConfig config) throws IOException {
    return builder(SPACE, 8).decoder(() -> Toys.decoder(config)).build();
  }

  private static PipelineBuilder builder(ClipSpace priorSpace, int side) {
    return MindEyePipeline.builder(CPU)
        .encoder(ToyPipelineTest::encoder)
        .prior(() -> prior(priorSpace))
        .lowLevel(() -> branch(side))
        .scorer(ToyPipelineTest::scorer);
  }

  private static BackboneEncoder encoder() {
    return BackboneEncoder.of(
        MiniUnet.drawn(
            new ResidualMlpBackbone(
                BackboneConfig.paper(VOXELS).withHidden(8).withSpace(SPACE).withProjector(16))));
  }

  private static DiffusionPrior prior(ClipSpace space) {
    TransformerConfig layers = new TransformerConfig(1, 2, 8, 2, false, 0, 0);
    PriorNetwork network = MiniUnet.drawn(new PriorNetwork(new PriorConfig(space, layers)));
    return DiffusionPrior.of(network, DiffusionConfig.paper(space.width()))
        .withSampler(new MultistepSampler(2));
  }

  private static VaeLatentBranch branch(int side) {
    return VaeLatentBranch.of(
        MiniUnet.drawn(
            new LowLevelNetwork(
                new LowLevelConfig(
                    VOXELS,
                    new LowLevelConfig.Mlp(8, 1, 0, 0),
                    LatentUpsampling.X4,
                    new LowLevelConfig.Latents(Toys.CHANNELS, side),
                    false))));
  }

  private static ClipScorer scorer() {
    VisionTransformerConfig tower =
        new VisionTransformerConfig(
            8, 8, 1, 1, new PatchGrid(4, 2), SPACE.width(), Nonlinearity.QUICK_GELU);
    return ClipScorer.ofTokens(
        ClipImageEncoder.of(MiniUnet.drawn(new ClipVisionTransformer(tower))));
  }

  private static float[] voxels(long seed) {
    float[] voxels = new float[VOXELS];
    NoiseSource.seeded(seed).normal(voxels);
    return voxels;
  }

  private static int[] rgb(BufferedImage image) {
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }

  /** Rounding may differ between one row and several, by which a level of 255 may change. */
  private static void assertSimilar(BufferedImage found, BufferedImage expected) {
    int[] values = rgb(found);
    int[] others = rgb(expected);
    assertThat(values).hasSameSizeAs(others);
    for (int i = 0; i < values.length; i++) {
      for (int shift = 0; shift < 24; shift += 8) {
        assertThat(values[i] >> shift & 255).isCloseTo(others[i] >> shift & 255, within(1));
      }
    }
  }

  @Test
  void should_paint_16_by_16_pixels_and_choose_the_best_candidate() {
    Reconstruction painted = oneByOne.reconstruct(voxels(1), CONFIG);
    assertThat(painted.image().getWidth()).isEqualTo(16);
    assertThat(painted.image().getHeight()).isEqualTo(16);
    assertThat(painted.blurry().orElseThrow().getWidth()).isEqualTo(16);
    assertThat(painted.candidates())
        .extracting(each -> each.score().orElseThrow())
        .isSortedAccordingTo(Comparator.reverseOrder());
    assertThat(IntStream.of(rgb(painted.image())).distinct().count()).isGreaterThan(100);
    assertThat(rgb(painted.candidates().get(0).image()))
        .isNotEqualTo(rgb(painted.candidates().get(1).image()));
    assertThat(rgb(painted.image())).isNotEqualTo(rgb(painted.blurry().orElseThrow()));
  }

  @Test
  void should_paint_the_same_bits_again_and_others_for_another_seed_or_brain() {
    int[] once = rgb(oneByOne.reconstruct(voxels(1), CONFIG).image());
    assertThat(rgb(oneByOne.reconstruct(voxels(1), CONFIG).image())).isEqualTo(once);
    assertThat(rgb(oneByOne.reconstruct(voxels(1), CONFIG.withSeed(9)).image())).isNotEqualTo(once);
    assertThat(rgb(oneByOne.reconstruct(voxels(2), CONFIG).image())).isNotEqualTo(once);
  }

  @Test
  void should_paint_the_same_bits_among_others_and_by_a_candidates_seed_alone() {
    List<Reconstruction> all =
        oneByOne.reconstructAll(
            new float[][] {voxels(2), voxels(1)}, CONFIG, PaintingListener.NONE);
    for (Candidate candidate : all.get(1).candidates()) {
      DecodeConfig alone = CONFIG.withSeed(candidate.seed()).withCandidates(1);
      Candidate again = oneByOne.reconstruct(voxels(1), alone).best();
      assertThat(rgb(again.image())).isEqualTo(rgb(candidate.image()));
      assertThat(again.score()).isEqualTo(candidate.score());
    }
  }

  @Test
  void should_paint_the_same_candidates_at_once_and_one_by_one() {
    DecodeConfig five = CONFIG.withCandidates(5);
    List<Candidate> alone = bySeed(oneByOne.reconstruct(voxels(1), five));
    List<Candidate> atOnce = bySeed(together.reconstruct(voxels(1), five));
    assertThat(atOnce).hasSize(5);
    for (int i = 0; i < 5; i++) {
      assertSimilar(atOnce.get(i).image(), alone.get(i).image());
      assertThat(atOnce.get(i).score().orElseThrow())
          .isCloseTo(alone.get(i).score().orElseThrow(), within(1e-3));
    }
  }

  private static List<Candidate> bySeed(Reconstruction painted) {
    return painted.candidates().stream().sorted(Comparator.comparing(Candidate::seed)).toList();
  }

  @Test
  void should_leave_the_blurry_picture_at_strength_0_and_ignore_it_at_strength_1()
      throws IOException {
    Reconstruction kept = oneByOne.reconstruct(voxels(1), CONFIG.withStrength(0));
    assertThat(rgb(kept.image())).isEqualTo(rgb(kept.blurry().orElseThrow()));
    DecodeConfig fromNoise = CONFIG.withStrength(1);
    try (MindEyePipeline without =
        MindEyePipeline.builder(CPU)
            .encoder(ToyPipelineTest::encoder)
            .prior(() -> prior(SPACE))
            .decoder(() -> Toys.decoder(PainterConfig.paper()))
            .scorer(ToyPipelineTest::scorer)
            .build()) {
      assertThat(rgb(oneByOne.reconstruct(voxels(1), fromNoise).image()))
          .isEqualTo(rgb(without.reconstruct(voxels(1), fromNoise).image()));
    }
  }

  @Test
  void should_leave_nothing_behind_in_50_paintings() {
    LeakCheck.assertNoLeak(50, () -> oneByOne.reconstruct(voxels(1), CONFIG.withCandidates(1)));
    LeakCheck.assertNoLeak(10, () -> together.reconstruct(voxels(1), CONFIG));
  }

  @Test
  void should_be_cancelled_midway_and_paint_as_before_afterwards() {
    int[] before = rgb(oneByOne.reconstruct(voxels(1), CONFIG).image());
    PaintingListener interrupting =
        progress -> {
          if (progress.stage() == Stage.PAINTING && progress.candidate() == 1) {
            Thread.currentThread().interrupt();
          }
        };
    LeakCheck.assertNoLeak(
        5,
        () -> {
          assertThatThrownBy(
                  () -> oneByOne.reconstructAll(new float[][] {voxels(1)}, CONFIG, interrupting))
              .isInstanceOf(CancellationException.class)
              .hasMessageEndingWith("image 1 of 1, candidate 2 of 2, painting, step 2 of 2");
          assertThat(Thread.interrupted()).isTrue();
        });
    assertThat(rgb(oneByOne.reconstruct(voxels(1), CONFIG).image())).isEqualTo(before);
  }

  @Test
  @Timeout(60)
  void should_give_concurrent_callers_the_same_pictures() throws Exception {
    List<int[]> expected = new ArrayList<>();
    for (int brain = 0; brain < 4; brain++) {
      expected.add(rgb(oneByOne.reconstruct(voxels(brain), CONFIG).image()));
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      LeakCheck.Census before = LeakCheck.census();
      List<Future<int[]>> found = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        float[] voxels = voxels(i % 4);
        found.add(threads.submit(() -> rgb(oneByOne.reconstruct(voxels, CONFIG).image())));
      }
      for (int i = 0; i < 16; i++) {
        assertThat(found.get(i).get()).isEqualTo(expected.get(i % 4));
      }
      assertThat(LeakCheck.census()).isEqualTo(before);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void should_report_all_stages_that_do_not_fit_at_once() {
    LeakCheck.assertNoLeak(
        3,
        () ->
            assertThatThrownBy(
                    () ->
                        builder(new ClipSpace(5, 16), 16)
                            .decoder(
                                () ->
                                    VersatileDiffusionDecoder.of(
                                        Toys.unet(new ClipSpace(6, 12), Toys.CHANNELS),
                                        Toys.autoencoder(),
                                        PainterConfig.paper()))
                            .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                    "the pipeline's stages do not fit together: prior: a 5x16 space, but the"
                        + " encoder's is 5x12; low-level branch: latents of (4, 16, 16), but the"
                        + " decoder's are (4, 8, 8); decoder: a 6x12 space, but the encoder's is"
                        + " 5x12"));
  }
}
