// SPDX-License-Identifier: Apache-2.0
package org.mindeye.examples;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.training.CachedTargets;
import org.mindeye.training.MindEyeModel;
import org.mindeye.training.ModelConfig;
import org.mindeye.training.Objective;
import org.mindeye.training.TrainingConfig;
import org.mindeye.training.TrainingResult;
import org.mindeye.training.TrainingSplit;

class LongRunTest {
  @TempDir private Path folder;

  @Test
  void should_go_on_where_it_stopped() throws IOException {
    List<Trial> trials = CustomLoopTest.trials();
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    TrainingConfig recipe =
        TrainingConfig.paper()
            .withObjective(Objective.CONTRASTIVE_ONLY)
            .withEpochs(3)
            .withBatchSize(16);
    try (ClipImageEncoder clip = CustomLoopTest.smallClip(Device.cpu())) {
      TrainingSplit training = split(clip, Split.TRAIN, trials.subList(0, 32));
      TrainingSplit validation = split(clip, Split.VALIDATION, trials.subList(32, 48));
      BackboneConfig shape =
          BackboneConfig.paper(150).withHidden(16).withSpace(clip.space()).withProjector(16);
      TrainingResult result = null;
      for (int run = 0; run < 2; run++) {
        boolean stop = run == 0;
        try (MindEyeModel model = ModelConfig.of(shape).initialized(Device.cpu(), 1)) {
          result = LongRun.run(recipe, model, training, validation, folder, () -> stop, out);
        }
        assertThat(result.end())
            .isEqualTo(stop ? TrainingResult.End.STOPPED : TrainingResult.End.COMPLETE);
      }
      assertThat(result.steps()).isEqualTo(6);
    }
    assertThat(Files.readAllLines(folder.resolve("epochs.csv"))).hasSize(4);
    try (Stream<Path> events = Files.list(folder.resolve("tensorboard"))) {
      assertThat(events).hasSize(2);
    }
  }

  private static TrainingSplit split(ClipImageEncoder clip, Split split, List<Trial> trials) {
    return new TrainingSplit(split, trials, CachedTargets.encode(clip, trials));
  }
}
