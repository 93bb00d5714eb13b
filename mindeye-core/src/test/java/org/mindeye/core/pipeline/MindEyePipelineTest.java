// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.mindeye.core.pipeline.Fakes.CPU;
import static org.mindeye.core.pipeline.Fakes.SPACE;
import static org.mindeye.core.pipeline.Fakes.VOXELS;
import static org.mindeye.core.pipeline.Fakes.voxels;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.testkit.LeakCheck;

class MindEyePipelineTest {
  private static final DecodeConfig ONE = DecodeConfig.paper().withCandidates(1);

  private final List<String> closed = new ArrayList<>();

  private Fakes.Gallery gallery() {
    return new Fakes.Gallery(SPACE.size(), closed, false);
  }

  private Fakes.Prior prior() {
    return new Fakes.Prior(CPU, SPACE, closed, false);
  }

  private Fakes.Branch branch() {
    return new Fakes.Branch(CPU, VOXELS, closed, false);
  }

  private Fakes.Painter painter() {
    return new Fakes.Painter(CPU, SPACE, closed, false);
  }

  private MindEyePipeline retrieving() throws IOException {
    return MindEyePipeline.builder(CPU).encoder(Fakes::encoder).retriever(this::gallery).build();
  }

  private MindEyePipeline painting(StageSource<LatentBranch> branch) throws IOException {
    return stages().lowLevel(branch).build();
  }

  @Test
  void should_name_a_device_that_is_not_there_and_voxels_that_are_missing() throws IOException {
    assertThatThrownBy(() -> MindEyePipeline.builder(Device.gpu(99)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("device 'gpu99': the engine sees ");
    try (MindEyePipeline pipeline = retrieving()) {
      assertThatThrownBy(() -> pipeline.retrieve(null, 1)).hasMessage("voxels of sample 0");
      assertThatThrownBy(() -> pipeline.retrieveAll(null, 1)).hasMessage("voxels");
    }
  }

  private PipelineBuilder stages() {
    return MindEyePipeline.builder(CPU)
        .encoder(Fakes::encoder)
        .prior(this::prior)
        .decoder(this::painter);
  }

  private static float[] unitVector(float[] voxels) {
    try (BackboneEncoder encoder = Fakes.encoder();
        CallScope scope = CallScope.open(CPU)) {
      NDArray input = Torch.copy(scope.manager(), voxels, new Shape(1, VOXELS));
      return encoder
          .encode(VoxelBatch.of(input), scope.manager())
          .projected()
          .toUnitVectors()
          .array()
          .toFloatArray();
    }
  }

  @Test
  void should_ask_the_gallery_for_the_projected_unit_vector() throws IOException {
    try (MindEyePipeline pipeline = retrieving()) {
      float[] expected = unitVector(voxels(1));
      assertThat(pipeline.retrieve(voxels(1), 2))
          .containsExactly(new Neighbor(0, expected[0]), new Neighbor(1, expected[1]));
    }
  }

  @Test
  void should_retrieve_many_samples_in_their_order() throws IOException {
    try (MindEyePipeline pipeline = retrieving()) {
      List<List<Neighbor>> all =
          pipeline.retrieveAll(new float[][] {voxels(1), voxels(2), voxels(3)}, 2);
      assertThat(all).hasSize(3);
      for (int i = 0; i < 3; i++) {
        List<Neighbor> alone = pipeline.retrieve(voxels(i + 1), 2);
        for (int j = 0; j < 2; j++) {
          assertThat(all.get(i).get(j).score()).isCloseTo(alone.get(j).score(), within(1e-6f));
        }
      }
    }
  }

  @Test
  void should_name_the_sample_whose_voxels_are_not_a_numbers() throws IOException {
    float[] bad = voxels(2);
    bad[3] = Float.NaN;
    bad[4] = Float.POSITIVE_INFINITY;
    String message =
        "voxels: expected finite numbers but 2 are NaN or infinite, in 1 of %s (number %d,"
            + " from 0); repair or leave out the data";
    try (MindEyePipeline retrieving = retrieving();
        MindEyePipeline painting = painting(this::branch)) {
      assertThatThrownBy(() -> retrieving.retrieve(bad, 2))
          .isInstanceOf(NotFiniteException.class)
          .hasMessage(String.format(Locale.ROOT, message, "1 sample", 0));
      assertThatThrownBy(() -> retrieving.retrieveAll(new float[][] {voxels(1), bad}, 2))
          .hasMessage(String.format(Locale.ROOT, message, "2 samples", 1));
      assertThatThrownBy(() -> painting.reconstruct(bad, ONE))
          .isInstanceOf(NotFiniteException.class)
          .hasMessage(String.format(Locale.ROOT, message, "1 sample", 0));
      PaintingListener never = progress -> Assertions.fail("began at " + progress);
      assertThatThrownBy(() -> painting.reconstructAll(new float[][] {voxels(1), bad}, ONE, never))
          .hasMessage(String.format(Locale.ROOT, message, "2 samples", 1));
    }
  }

  @Test
  void should_name_the_stage_that_is_missing() throws IOException {
    try (MindEyePipeline pipeline = retrieving()) {
      assertThatIllegalStateException()
          .isThrownBy(() -> pipeline.reconstruct(voxels(1), ONE))
          .withMessage("reconstruct needs a prior: give the builder one with .prior(…)");
    }
    try (MindEyePipeline pipeline = stages().build()) {
      assertThatIllegalStateException()
          .isThrownBy(() -> pipeline.retrieve(voxels(1), 1))
          .withMessage("retrieve needs a retriever: give the builder one with .retriever(…)");
    }
    try (MindEyePipeline pipeline =
        MindEyePipeline.builder(CPU)
            .encoder(Fakes::encoder)
            .prior(this::prior)
            .retriever(this::gallery)
            .build()) {
      assertThatIllegalStateException()
          .isThrownBy(() -> pipeline.reconstruct(voxels(1), ONE))
          .withMessage("reconstruct needs a decoder: give the builder one with .decoder(…)");
    }
  }

  @Test
  void should_name_the_sample_of_the_wrong_length_and_refuse_no_samples() throws IOException {
    try (MindEyePipeline pipeline = retrieving()) {
      assertThatThrownBy(
              () -> pipeline.retrieveAll(new float[][] {voxels(1), new float[6], voxels(2)}, 1))
          .isInstanceOf(ShapeMismatchException.class)
          .hasMessage("voxels of sample 1: expected 7 but found 6");
      assertThatThrownBy(() -> pipeline.retrieveAll(new float[0][], 1))
          .isInstanceOf(ShapeMismatchException.class)
          .hasMessage("voxels: expected at least one sample but there is none");
    }
  }

  @Test
  @Timeout(60)
  void should_give_eight_threads_the_same_bits_and_leave_nothing_behind() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (MindEyePipeline pipeline = retrieving()) {
      List<Neighbor> expected = pipeline.retrieve(voxels(1), 12);
      LeakCheck.Census before = LeakCheck.census();
      List<Future<List<Neighbor>>> answers = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        answers.add(threads.submit(() -> pipeline.retrieve(voxels(1), 12)));
      }
      for (Future<List<Neighbor>> answer : answers) {
        assertThat(answer.get()).isEqualTo(expected);
      }
      assertThat(LeakCheck.census()).isEqualTo(before);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void should_leave_nothing_behind() throws IOException {
    try (MindEyePipeline retrieving = retrieving();
        MindEyePipeline painting = painting(this::branch)) {
      LeakCheck.assertNoLeak(() -> retrieving.retrieve(voxels(1), 3));
      LeakCheck.assertNoLeak(() -> retrieving.retrieveAll(new float[][] {voxels(1), voxels(2)}, 3));
      LeakCheck.assertNoLeak(() -> painting.reconstruct(voxels(1), ONE));
      LeakCheck.assertNoLeak(
          () ->
              assertThatThrownBy(() -> retrieving.retrieve(voxels(1), 99))
                  .isInstanceOf(IndexOutOfBoundsException.class));
    }
  }
}
