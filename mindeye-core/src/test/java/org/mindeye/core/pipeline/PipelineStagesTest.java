package org.mindeye.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mindeye.core.pipeline.Fakes.CPU;
import static org.mindeye.core.pipeline.Fakes.SPACE;
import static org.mindeye.core.pipeline.Fakes.VOXELS;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mindeye.core.tensor.ClipSpace;

/** What the builder refuses, and how a pipeline closes. */
class PipelineStagesTest {
  private static final Device GPU = Device.gpu(0);
  private static final ClipSpace OTHER = new ClipSpace(1, 4);
  private static final String PREFIX = "the pipeline's stages do not fit together: ";

  private final List<String> closed = new ArrayList<>();

  private MindEyePipeline all(boolean failing) {
    return MindEyePipeline.builder(CPU)
        .encoder(new Fakes.Encoder(CPU, closed, failing))
        .prior(new Fakes.Prior(CPU, SPACE, closed, failing))
        .lowLevel(new Fakes.Branch(CPU, VOXELS, closed, failing))
        .retriever(new Fakes.Gallery(SPACE.size(), closed, failing))
        .decoder(new Fakes.Painter(CPU, SPACE, closed, failing))
        .build();
  }

  private static void assertRefused(MindEyePipeline.Builder builder, String problems) {
    assertThatIllegalArgumentException().isThrownBy(builder::build).withMessage(PREFIX + problems);
  }

  @Test
  void should_report_every_problem_at_once() {
    assertRefused(
        MindEyePipeline.builder(CPU)
            .encoder(new Fakes.Encoder(GPU, closed, false))
            .prior(new Fakes.Prior(GPU, OTHER, closed, false))
            .lowLevel(new Fakes.Branch(GPU, 9, closed, false))
            .retriever(new Fakes.Gallery(768, closed, false))
            .decoder(new Fakes.Painter(GPU, OTHER, closed, false)),
        "encoder: on gpu(0), but the pipeline is on cpu()"
            + "; prior: on gpu(0), but the pipeline is on cpu()"
            + "; low-level branch: on gpu(0), but the pipeline is on cpu()"
            + "; decoder: on gpu(0), but the pipeline is on cpu()"
            + "; prior: a 1x4 space, but the encoder's is 3x4"
            + "; low-level branch: 9 voxels, but the encoder reads 7"
            + "; retriever: vectors of 768 numbers, but the encoder's 3x4 space needs 12"
            + "; decoder: a 1x4 space, but the encoder's is 3x4");
    assertThat(closed).isEmpty();
  }

  @Test
  void should_report_missing_stages_together() {
    assertRefused(
        MindEyePipeline.builder(CPU),
        "there is no encoder"
            + "; there is neither a retriever nor a prior and a decoder, so nothing to do");
    assertRefused(
        MindEyePipeline.builder(CPU).decoder(new Fakes.Painter(GPU, SPACE, closed, false)),
        "there is no encoder"
            + "; decoder: it paints from a prior's tokens, but there is no prior"
            + "; decoder: on gpu(0), but the pipeline is on cpu()");
    assertRefused(
        MindEyePipeline.builder(CPU)
            .encoder(new Fakes.Encoder(CPU, closed, false))
            .prior(new Fakes.Prior(CPU, SPACE, closed, false)),
        "there is neither a retriever nor a prior and a decoder, so nothing to do");
  }

  @Test
  void should_close_the_later_stages_first_and_again_without_harm() {
    MindEyePipeline pipeline = all(false);
    pipeline.close();
    assertThat(closed).containsExactly("decoder", "retriever", "branch", "prior", "encoder");
    pipeline.close();
  }

  @Test
  void should_close_all_stages_even_when_each_fails() {
    MindEyePipeline pipeline = all(true);
    assertThatThrownBy(pipeline::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("closing a stage failed: decoder is stuck")
        .hasRootCauseMessage("decoder is stuck")
        .satisfies(
            e ->
                assertThat(e.getSuppressed())
                    .extracting(Throwable::getMessage)
                    .containsExactly(
                        "retriever is stuck",
                        "branch is stuck",
                        "prior is stuck",
                        "encoder is stuck"));
    assertThat(closed).hasSize(5);
  }
}
