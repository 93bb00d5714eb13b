// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mindeye.core.pipeline.Fakes.CPU;
import static org.mindeye.core.pipeline.Fakes.SPACE;
import static org.mindeye.core.pipeline.Fakes.VOXELS;
import static org.mindeye.core.pipeline.Fakes.voxels;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mindeye.core.pipeline.PaintingProgress.Stage;
import org.mindeye.testkit.LeakCheck;

/** How far a painting is, and how it is cancelled. */
class PaintingProgressTest {
  private static final DecodeConfig CONFIG = new DecodeConfig(2, 3.5, 1, 42, 3);
  private static final float[][] BRAINS = {voxels(1), voxels(2)};

  private final List<PaintingProgress> reported = new ArrayList<>();
  private MindEyePipeline pipeline;

  @BeforeEach
  void open() throws IOException {
    List<String> closed = new ArrayList<>();
    pipeline =
        MindEyePipeline.builder(CPU)
            .encoder(Fakes::encoder)
            .prior(() -> new Fakes.Prior(CPU, SPACE, closed, false))
            .lowLevel(() -> new Fakes.Branch(CPU, VOXELS, closed, false))
            .decoder(() -> new Fakes.Painter(CPU, SPACE, closed, false).withBatch(2))
            .scorer(() -> new Fakes.Scorer(CPU, SPACE, closed, false))
            .build();
  }

  @AfterEach
  void close() {
    pipeline.close();
  }

  @Test
  void should_tell_every_step_in_its_order() {
    pipeline.reconstructAll(BRAINS, CONFIG, reported::add);

    List<PaintingProgress> expected = new ArrayList<>();
    for (int image = 0; image < 2; image++) {
      expected.add(new PaintingProgress(Stage.ENCODING, image, 2, 0, 3, 0, 1));
      expected.add(new PaintingProgress(Stage.LOW_LEVEL, image, 2, 0, 3, 0, 1));
      for (int candidate = 0; candidate < 3; candidate += 2) {
        for (Stage stage : List.of(Stage.PRIOR, Stage.PAINTING)) {
          expected.add(new PaintingProgress(stage, image, 2, candidate, 3, 0, 2));
          expected.add(new PaintingProgress(stage, image, 2, candidate, 3, 1, 2));
        }
        expected.add(new PaintingProgress(Stage.SCORING, image, 2, candidate, 3, 0, 1));
      }
    }
    assertThat(reported).isEqualTo(expected);
  }

  @Test
  void should_count_from_1_for_people() {
    assertThat(new PaintingProgress(Stage.LOW_LEVEL, 0, 3, 1, 16, 3, 17))
        .hasToString("image 1 of 3, candidate 2 of 16, low level, step 4 of 17");
  }

  /** At every step in turn: the caller's exception comes out, and nothing stays behind. */
  @Test
  void should_end_where_a_listener_throws() {
    pipeline.reconstructAll(BRAINS, CONFIG, reported::add);
    int steps = reported.size();
    LeakCheck.Census before = LeakCheck.census();
    for (int i = 0; i < steps; i++) {
      PaintingProgress wanted = reported.get(i);
      IllegalStateException enough = new IllegalStateException("enough");
      PaintingListener stopping =
          progress -> {
            if (progress.equals(wanted)) {
              throw enough;
            }
          };
      assertThatThrownBy(() -> pipeline.reconstructAll(BRAINS, CONFIG, stopping)).isSameAs(enough);
      assertThat(LeakCheck.census()).as("after %s", wanted).isEqualTo(before);
    }
    assertThat(pipeline.reconstruct(voxels(1), CONFIG).candidates()).hasSize(3);
  }

  @Test
  void should_be_cancelled_by_an_interrupt_before_the_next_step() {
    PaintingListener interrupting =
        progress -> {
          reported.add(progress);
          if (progress.stage() == Stage.PAINTING) {
            Thread.currentThread().interrupt();
          }
        };
    LeakCheck.Census before = LeakCheck.census();
    assertThatThrownBy(() -> pipeline.reconstructAll(BRAINS, CONFIG, interrupting))
        .isInstanceOf(CancellationException.class)
        .hasMessage(
            "the painting was cancelled by an interrupt at image 1 of 2, candidate 1 of 3,"
                + " painting, step 2 of 2");
    assertThat(Thread.interrupted()).as("the thread stays interrupted").isTrue();
    assertThat(reported.get(reported.size() - 1).stage()).isEqualTo(Stage.PAINTING);
    assertThat(LeakCheck.census()).isEqualTo(before);
    assertThat(pipeline.reconstruct(voxels(1), CONFIG).candidates()).hasSize(3);
  }

  @Test
  @Timeout(60)
  void should_be_cancelled_as_a_task_is() throws InterruptedException {
    AtomicReference<FutureTask<Void>> task = new AtomicReference<>();
    List<String> outcomes = new ArrayList<>();
    PaintingListener cancelling =
        progress -> {
          if (progress.stage() == Stage.PRIOR) {
            task.get().cancel(true);
          }
        };
    task.set(
        new FutureTask<>(
            () -> {
              try {
                pipeline.reconstructAll(BRAINS, CONFIG, cancelling);
                outcomes.add("painted");
              } catch (CancellationException e) {
                outcomes.add(e.getMessage());
              }
            },
            null));
    Thread worker = new Thread(task.get());
    worker.start();
    worker.join();
    assertThat(task.get().isCancelled()).isTrue();
    assertThat(outcomes)
        .containsExactly(
            "the painting was cancelled by an interrupt at image 1 of 2, candidate 1 of 3, prior,"
                + " step 2 of 2");
  }
}
