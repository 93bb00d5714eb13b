// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.weights.StateDict;
import org.mindeye.data.Split;
import org.mindeye.data.loader.TrialBatch;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.training.TrainingListener.StepReport;
import org.mindeye.training.TrainingResult.End;
import org.mindeye.training.checkpoint.Checkpoint;
import org.mindeye.training.checkpoint.CheckpointStore;

/** A run that stops and resumes is the run that never stopped, to the last bit. */
class ResumeTest {
  /** Everything at once: prior, accumulation, clipping, moving average. Eight steps an epoch. */
  private static final TrainingConfig CONFIG = config(6);

  @TempDir private Path folder;

  private static TrainingConfig config(int epochs) {
    OptimizerConfig optimizer =
        OptimizerConfig.paper()
            .withLearningRate(3e-3)
            .withAccumulation(2)
            .withClipNorm(5)
            .withAverage(0.9);
    return TinyRun.jointConfig().withEpochs(epochs).withBatchSize(4).withOptimizer(optimizer);
  }

  /** All that a run leaves: steps as reported, history, and every tensor of the last checkpoint. */
  private record Trace(
      List<StepReport> steps, TrainingResult result, Map<String, float[]> tensors) {}

  private Trace uninterrupted(TrainingConfig config, Path where) throws IOException {
    Recorder recorder = new Recorder();
    try (MindEyeModel model = TinyRun.jointModel()) {
      TrainingResult result =
          new MindEyeTrainer(config, recorder)
              .withCheckpoints(CheckpointPolicy.in(where))
              .train(model, TinyRun.training(), TinyRun.validation());
      return new Trace(recorder.steps, result, tensors(where));
    }
  }

  /** Stops after each of the given steps, each time in a fresh model, and resumes. */
  private Trace interrupted(TrainingConfig config, Path where, int... stops) throws IOException {
    List<StepReport> steps = new ArrayList<>();
    TrainingResult result = null;
    for (int i = 0; i <= stops.length; i++) {
      int until = i < stops.length ? stops[i] : Integer.MAX_VALUE;
      Recorder recorder = new Recorder();
      // Other weights than the run's: all of them must come from the checkpoint.
      try (MindEyeModel model = TinyRun.jointShape().initialized(Device.cpu(), i + 1)) {
        MindEyeTrainer trainer =
            new MindEyeTrainer(config, recorder)
                .withCheckpoints(CheckpointPolicy.in(where))
                .stoppingWhen(() -> last(recorder.steps).step() + 1 == until);
        result =
            i == 0
                ? trainer.train(model, TinyRun.training(), TinyRun.validation())
                : trainer.resume(model, TinyRun.training(), TinyRun.validation());
      }
      steps.addAll(recorder.steps);
    }
    return new Trace(steps, result, tensors(where));
  }

  private static StepReport last(List<StepReport> steps) {
    return steps.get(steps.size() - 1);
  }

  private static Map<String, float[]> tensors(Path where) throws IOException {
    Map<String, float[]> all = new TreeMap<>();
    try (CheckpointStore store = CheckpointStore.open(where);
        NDManager manager = Torch.newManager(Device.cpu())) {
      Checkpoint newest = store.newest().orElseThrow();
      for (String file : new String[] {"model", "optimizer", "average"}) {
        try (StateDict tensors = newest.tensors(file)) {
          for (String name : tensors.names()) {
            all.put(file + ":" + name, tensors.load(name, manager).toFloatArray());
          }
        }
      }
    }
    return all;
  }

  private static void assertSame(Trace actual, Trace expected) {
    assertThat(actual.steps()).isEqualTo(expected.steps());
    assertThat(actual.result()).isEqualTo(expected.result());
    assertThat(actual.tensors().keySet()).isEqualTo(expected.tensors().keySet());
    expected
        .tensors()
        .forEach((name, v) -> assertThat(actual.tensors().get(name)).as(name).isEqualTo(v));
  }

  @Test
  void should_be_the_run_that_never_stopped_wherever_it_stops() throws IOException {
    Trace whole = uninterrupted(CONFIG, folder.resolve("whole"));
    assertThat(whole.steps()).hasSize(48);
    assertThat(whole.tensors())
        .containsKeys("average:net.learned_query", "optimizer:lin0.0.weight.exp_avg");
    int[] everywhere = IntStream.rangeClosed(1, 15).map(i -> 3 * i + 1).toArray();
    assertSame(interrupted(CONFIG, folder.resolve("everywhere"), everywhere), whole);
    assertSame(interrupted(CONFIG, folder.resolve("once"), 13), whole);
    assertSame(interrupted(CONFIG, folder.resolve("between"), 8, 24), whole);
  }

  @Test
  @Tag("slow")
  void should_be_the_run_that_never_stopped_after_200_stops() throws IOException {
    TrainingConfig longer = config(40);
    Trace whole = uninterrupted(longer, folder.resolve("whole"));
    int[] stops =
        Arrays.stream(NoiseSource.seeded(1).permutation(319))
            .limit(200)
            .map(i -> i + 1)
            .sorted()
            .toArray();
    assertSame(interrupted(longer, folder.resolve("stops"), stops), whole);
  }

  @Test
  void should_resume_a_run_that_was_killed_between_checkpoints() throws IOException {
    Trace whole = uninterrupted(CONFIG, folder.resolve("whole"));
    Path where = folder.resolve("killed");
    TrainingListener bomb =
        new TrainingListener() {
          @Override
          public void onStep(StepReport report) {
            if (report.step() == 21) {
              throw new IllegalStateException("power cut");
            }
          }
        };
    try (MindEyeModel model = TinyRun.jointModel()) {
      MindEyeTrainer trainer =
          new MindEyeTrainer(CONFIG, bomb).withCheckpoints(CheckpointPolicy.in(where).every(1, 5));
      assertThatThrownBy(() -> trainer.train(model, TinyRun.training(), TinyRun.validation()))
          .hasMessage("power cut");
    }
    Recorder recorder = new Recorder();
    try (MindEyeModel model = TinyRun.jointModel()) {
      TrainingResult result =
          new MindEyeTrainer(CONFIG, recorder)
              .withCheckpoints(CheckpointPolicy.in(where))
              .resume(model, TinyRun.training(), TinyRun.validation());
      assertThat(recorder.plan.firstStep()).isEqualTo(20);
      assertThat(recorder.steps).isEqualTo(whole.steps().subList(20, 48));
      assertThat(result).isEqualTo(whole.result());
    }
  }

  @Test
  void should_keep_the_newest_and_the_best() throws IOException {
    Path where = folder.resolve("kept");
    TrainingResult result = uninterrupted(CONFIG, where).result();
    int best = 0;
    for (int epoch = 0; epoch < 6; epoch++) {
      best = result.history().get(epoch).best() ? epoch : best;
    }
    try (CheckpointStore store = CheckpointStore.open(where)) {
      assertThat(store.marked("best")).hasValue(8L * (best + 1));
      assertThat(store.steps()).contains(40L, 48L, 8L * (best + 1)).hasSizeLessThanOrEqualTo(3);
      Checkpoint newest = store.newest().orElseThrow();
      assertThat(RunDescription.config(newest)).isEqualTo(CONFIG);
      assertThat(RunDocuments.state(newest).history()).isEqualTo(result.history());
      assertThat(RunDescription.record(newest).training().samples()).isEqualTo(64);
      assertThat(RunDescription.record(newest).software().libtorch()).startsWith("2.7.1");
    }
  }

  private static void damage(Path where, long step) throws IOException {
    Path file = where.resolve(String.format(Locale.ROOT, "step-%09d/model.safetensors", step));
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void should_keep_what_it_writes_after_a_damaged_checkpoint() throws IOException {
    Path where = folder.resolve("damaged");
    interruptedOnce(where, 25);
    damage(where, 25);
    damage(where, 24);

    List<StepReport> steps = new ArrayList<>();
    try (MindEyeModel model = TinyRun.jointModel()) {
      new MindEyeTrainer(CONFIG, recorded(steps))
          .withCheckpoints(new CheckpointPolicy(where, 1, 0, 1))
          .stoppingWhen(() -> last(steps).step() == 17)
          .resume(model, TinyRun.training(), TinyRun.validation());
    }
    try (CheckpointStore store = CheckpointStore.open(where)) {
      assertThat(store.newest().orElseThrow().step()).isEqualTo(18);
    }
  }

  private void interruptedOnce(Path where, int stop) {
    List<StepReport> steps = new ArrayList<>();
    try (MindEyeModel model = TinyRun.jointModel()) {
      new MindEyeTrainer(CONFIG, recorded(steps))
          .withCheckpoints(new CheckpointPolicy(where, 1, 0, 9))
          .stoppingWhen(() -> last(steps).step() + 1 == stop)
          .train(model, TinyRun.training(), TinyRun.validation());
    }
  }

  private static TrainingListener recorded(List<StepReport> steps) {
    return new TrainingListener() {
      @Override
      public void onStep(StepReport report) {
        steps.add(report);
      }
    };
  }

  /** The process may die after the checkpoint and before the mark. */
  @Test
  void should_mark_the_best_epoch_when_it_was_not_marked_in_time() throws IOException {
    Path where = folder.resolve("unmarked");
    interruptedOnce(where, 8);
    Files.delete(where.resolve("best"));

    try (MindEyeModel model = TinyRun.jointModel()) {
      List<StepReport> steps = new ArrayList<>();
      new MindEyeTrainer(CONFIG, recorded(steps))
          .withCheckpoints(CheckpointPolicy.in(where))
          .stoppingWhen(() -> last(steps).step() == 8)
          .resume(model, TinyRun.training(), TinyRun.validation());
    }
    try (CheckpointStore store = CheckpointStore.open(where)) {
      assertThat(store.marked("best")).hasValue(8);
    }
  }

  @Test
  void should_say_that_a_finished_run_is_finished() throws IOException {
    Trace whole = uninterrupted(CONFIG, folder.resolve("whole"));
    Recorder recorder = new Recorder();
    try (MindEyeModel model = TinyRun.jointModel()) {
      TrainingResult again =
          new MindEyeTrainer(CONFIG, recorder)
              .withCheckpoints(CheckpointPolicy.in(folder.resolve("whole")))
              .resume(model, TinyRun.training(), TinyRun.validation());
      assertThat(again).isEqualTo(whole.result());
      assertThat(again.end()).isEqualTo(End.COMPLETE);
      assertThat(recorder.calls).containsExactly("start", "end");
    }
  }

  /** Targets made in another way. */
  private static final class Mirrored implements TargetSource {
    private final TinyRun.Drawn drawn = new TinyRun.Drawn(TinyRun.SPACE);

    @Override
    public ClipSpace space() {
      return drawn.space();
    }

    @Override
    public ClipTokens targets(TrialBatch batch, NDManager owner) {
      return drawn.targets(batch, owner);
    }
  }

  @Test
  void should_refuse_to_mix_runs() throws IOException {
    Path where = folder.resolve("whole");
    uninterrupted(CONFIG, where);
    try (MindEyeModel model = TinyRun.jointModel()) {
      MindEyeTrainer same = new MindEyeTrainer(CONFIG).withCheckpoints(CheckpointPolicy.in(where));
      assertRefused(
          () -> same.train(model, TinyRun.training(), TinyRun.validation()),
          where + ": expected no checkpoints of another run but found those of the steps");
      MindEyeTrainer other =
          new MindEyeTrainer(CONFIG.withSeed(43)).withCheckpoints(CheckpointPolicy.in(where));
      assertRefused(
          () -> other.resume(model, TinyRun.training(), TinyRun.validation()),
          "differs in {config.seed=42 there, 43 here}");
      assertRefused(
          () -> same.resume(model, TinyRun.training(60), TinyRun.validation()),
          "data.training.samples=64 there, 60 here");
      TrainingSplit otherwise =
          new TrainingSplit(Split.TRAIN, TinyRun.training().trials(), new Mirrored());
      assertRefused(
          () -> same.resume(model, otherwise, TinyRun.validation()),
          "targets.training=\"Drawn\" there, \"Mirrored\" here");
      MindEyeTrainer nowhere =
          new MindEyeTrainer(CONFIG)
              .withCheckpoints(CheckpointPolicy.in(folder.resolve("nothing")));
      assertRefused(
          () -> nowhere.resume(model, TinyRun.training(), TinyRun.validation()),
          "expected checkpoints to resume from but found none");
      MindEyeTrainer without = new MindEyeTrainer(CONFIG);
      assertThatThrownBy(() -> without.resume(model, TinyRun.training(), TinyRun.validation()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("resume: there is no folder of checkpoints to resume from");
    }
    try (MindEyeModel smaller = MindEyeModel.of(TinyRun.backbone(16))) {
      TrainingConfig alone = CONFIG.withObjective(Objective.CONTRASTIVE_ONLY);
      MindEyeTrainer trainer =
          new MindEyeTrainer(alone).withCheckpoints(CheckpointPolicy.in(where));
      assertRefused(
          () -> trainer.resume(smaller, TinyRun.training(), TinyRun.validation()),
          "model.backbone.trunk.hidden=32 there, 16 here");
    }
  }

  private static void assertRefused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(MindEyeException.class).hasMessageContaining(message);
  }

  @Test
  void should_go_back_to_an_intact_checkpoint() throws IOException {
    Path where = folder.resolve("whole");
    Trace whole = uninterrupted(CONFIG, where);
    Path damaged;
    try (CheckpointStore store = CheckpointStore.open(where)) {
      damaged = store.newest().orElseThrow().folder().resolve("model.safetensors");
    }
    byte[] bytes = Files.readAllBytes(damaged);
    bytes[bytes.length / 2] ^= 1;
    Files.write(damaged, bytes);
    Recorder recorder = new Recorder();
    try (MindEyeModel model = TinyRun.jointModel()) {
      TrainingResult again =
          new MindEyeTrainer(CONFIG, recorder)
              .withCheckpoints(CheckpointPolicy.in(where))
              .resume(model, TinyRun.training(), TinyRun.validation());
      assertThat(again).isEqualTo(whole.result());
      assertThat(recorder.steps).isEqualTo(whole.steps().subList(40, 48));
    }
  }

  @Test
  void should_leave_no_native_memory_behind() {
    TrainingSplit training = TinyRun.training();
    TrainingSplit validation = TinyRun.validation();
    TrainingConfig shorter = config(3);
    int[] run = {0};
    try (MindEyeModel model = TinyRun.jointModel()) {
      LeakCheck.assertNoLeak(
          3,
          () -> {
            CheckpointPolicy policy = CheckpointPolicy.in(folder.resolve("run" + run[0]++));
            MindEyeTrainer trainer = new MindEyeTrainer(shorter).withCheckpoints(policy);
            trainer.train(model, training, validation);
            trainer.resume(model, training, validation);
          });
    }
  }
}
