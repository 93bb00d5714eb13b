// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mindeye.core.pipeline.Fakes.CPU;
import static org.mindeye.core.pipeline.Fakes.SPACE;
import static org.mindeye.core.pipeline.Fakes.VOXELS;

import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mindeye.core.tensor.ClipSpace;

/** What the builder refuses, and how a pipeline closes. */
class PipelineStagesTest {
  private static final Device GPU = Device.gpu(0);
  private static final ClipSpace OTHER = new ClipSpace(1, 4);
  private static final String[] ALL = {
    "scorer", "decoder", "retriever", "branch", "prior", "encoder"
  };
  private static final String PREFIX = "the pipeline's stages do not fit together: ";

  private final List<String> closed = new ArrayList<>();

  private PipelineBuilder all(boolean failing) {
    return MindEyePipeline.builder(CPU)
        .encoder(() -> new Fakes.Encoder(CPU, closed, failing))
        .prior(() -> new Fakes.Prior(CPU, SPACE, closed, failing))
        .lowLevel(() -> new Fakes.Branch(CPU, VOXELS, closed, failing))
        .retriever(() -> new Fakes.Gallery(SPACE.size(), closed, failing))
        .decoder(() -> new Fakes.Painter(CPU, SPACE, closed, failing))
        .scorer(() -> new Fakes.Scorer(CPU, SPACE, closed, failing));
  }

  private static void assertRefused(PipelineBuilder builder, String problems) {
    assertThatIllegalArgumentException().isThrownBy(builder::build).withMessage(PREFIX + problems);
  }

  @Test
  void should_report_every_problem_at_once() {
    assertRefused(
        MindEyePipeline.builder(CPU)
            .encoder(() -> new Fakes.Encoder(GPU, closed, false))
            .prior(() -> new Fakes.Prior(GPU, OTHER, closed, false))
            .lowLevel(() -> new Fakes.Branch(GPU, 9, closed, false))
            .retriever(() -> new Fakes.Gallery(768, closed, false))
            .decoder(
                () -> new Fakes.Painter(GPU, OTHER, closed, false).withLatents(new Shape(4, 3, 3)))
            .scorer(() -> new Fakes.Scorer(GPU, OTHER, closed, false)),
        "encoder: on gpu(0), but the pipeline is on cpu()"
            + "; prior: on gpu(0), but the pipeline is on cpu()"
            + "; low-level branch: on gpu(0), but the pipeline is on cpu()"
            + "; decoder: on gpu(0), but the pipeline is on cpu()"
            + "; scorer: on gpu(0), but the pipeline is on cpu()"
            + "; prior: a 1x4 space, but the encoder's is 3x4"
            + "; low-level branch: 9 voxels, but the encoder reads 7"
            + "; low-level branch: latents of (4, 2, 2), but the decoder's are (4, 3, 3)"
            + "; retriever: vectors of 768 numbers, but the encoder's 3x4 space needs 12"
            + "; decoder: a 1x4 space, but the encoder's is 3x4"
            + "; scorer: a 1x4 space, but the encoder's is 3x4");
    assertThat(closed).containsExactly(ALL);
  }

  @Test
  void should_leave_lent_stages_open_when_it_refuses_them() {
    assertRefused(
        MindEyePipeline.builder(CPU)
            .lendEncoder(new Fakes.Encoder(CPU, closed, false))
            .lendPrior(new Fakes.Prior(CPU, OTHER, closed, false))
            .lendLowLevel(new Fakes.Branch(CPU, VOXELS, closed, false))
            .retriever(() -> new Fakes.Gallery(SPACE.size(), closed, false))
            .lendDecoder(new Fakes.Painter(CPU, SPACE, closed, false))
            .lendScorer(new Fakes.Scorer(CPU, SPACE, closed, false)),
        "prior: a 1x4 space, but the encoder's is 3x4");
    assertThat(closed).containsExactly("retriever");
  }

  @Test
  void should_report_missing_stages_together() {
    assertRefused(
        MindEyePipeline.builder(CPU),
        "there is no encoder"
            + "; there is neither a retriever nor a prior and a decoder, so nothing to do");
    assertRefused(
        MindEyePipeline.builder(CPU).decoder(() -> new Fakes.Painter(GPU, SPACE, closed, false)),
        "there is no encoder"
            + "; decoder: it paints from a prior's tokens, but there is no prior");
    assertRefused(
        MindEyePipeline.builder(CPU)
            .encoder(() -> new Fakes.Encoder(CPU, closed, false))
            .prior(() -> new Fakes.Prior(CPU, SPACE, closed, false)),
        "there is neither a retriever nor a prior and a decoder, so nothing to do");
    assertThat(closed).as("opened for nothing").isEmpty();
  }

  /** The loads stand within the expression: what is open already must not be lost. */
  @Test
  void should_close_the_stages_that_are_open_when_a_later_one_cannot_be_opened() {
    assertThatThrownBy(
            () ->
                MindEyePipeline.builder(CPU)
                    .encoder(() -> new Fakes.Encoder(CPU, closed, false))
                    .prior(() -> new Fakes.Prior(CPU, SPACE, closed, true))
                    .retriever(
                        () -> {
                          throw new NoSuchFileException("gallery.npy");
                        })
                    .decoder(() -> new Fakes.Painter(CPU, SPACE, closed, false))
                    .build())
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage("gallery.npy")
        .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessage("prior is stuck"));
    assertThat(closed).containsExactly("prior", "encoder");
  }

  @Test
  void should_name_a_stage_that_is_null() {
    assertThatThrownBy(() -> MindEyePipeline.builder(CPU).lendEncoder(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("stage");
    assertThatThrownBy(() -> MindEyePipeline.builder(CPU).decoder(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("source");
    assertThatThrownBy(() -> all(false).prior(() -> null).build())
        .isInstanceOf(NullPointerException.class)
        .hasMessage("prior: its source opened null");
    assertThat(closed).containsExactly("encoder");
  }

  @Test
  void should_leave_lent_stages_to_the_lender() throws IOException {
    all(false).lendEncoder(new Fakes.Encoder(CPU, closed, false)).build().close();
    assertThat(closed).containsExactly("scorer", "decoder", "retriever", "branch", "prior");
  }

  @Test
  void should_open_the_stages_again_for_another_pipeline() throws IOException {
    PipelineBuilder builder = all(false);
    try (MindEyePipeline one = builder.build();
        MindEyePipeline other = builder.build()) {
      assertThat(one).isNotSameAs(other);
    }
    assertThat(closed).hasSize(2 * ALL.length);
  }

  @Test
  void should_close_the_later_stages_first_and_again_without_harm() throws IOException {
    MindEyePipeline pipeline = all(false).build();
    pipeline.close();
    assertThat(closed).containsExactly(ALL);
    pipeline.close();
  }

  @Test
  void should_close_all_stages_even_when_each_fails() throws IOException {
    MindEyePipeline pipeline = all(true).build();
    assertThatThrownBy(pipeline::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("scorer is stuck")
        .satisfies(
            e ->
                assertThat(e.getSuppressed())
                    .extracting(Throwable::getMessage)
                    .containsExactly(
                        "decoder is stuck",
                        "retriever is stuck",
                        "branch is stuck",
                        "prior is stuck",
                        "encoder is stuck"));
    assertThat(closed).containsExactly(ALL);
  }
}
