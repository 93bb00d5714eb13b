// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.quickstart;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.mindeye.Plural;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.report.Evaluation;
import org.mindeye.cli.report.Evaluator;
import org.mindeye.cli.train.RunNote;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.data.Split;
import org.mindeye.formats.io.StagedFile;
import org.mindeye.training.JsonLinesListener;
import org.mindeye.training.MindEyeModel;
import org.mindeye.training.MindEyeTrainer;
import org.mindeye.training.RunRecord;
import org.mindeye.training.TrainingResult;
import org.mindeye.training.TrainingSplit;

/** Simulate, write, read, train, paint, evaluate. */
final class Quickstart {
  private final QuickstartConfig config;
  private final Device device;
  private final Console console;

  /**
   * Prepares a run.
   *
   * @param config everything it decides
   * @param device where the model is trained and evaluated; the world is simulated on the CPU
   * @param console where progress is printed
   */
  Quickstart(QuickstartConfig config, Device device, Console console) {
    this.config = config;
    this.device = device;
    this.console = console;
  }

  QuickstartResult run() throws IOException {
    createFolders();
    ClipVisionTransformer tower = World.imageTower(config);
    try (ClipImageEncoder clip = ClipImageEncoder.of(tower)) {
      console.say(
          "painting %s and showing each %s to a simulated brain of %s",
          Plural.of(config.pictures().count(), "scene"),
          Plural.of(config.brain().sessions().repeats(), "time"),
          Plural.of(config.brain().voxels(), "voxel"));
      World world = World.write(config, clip);
      console.say("wrote the dataset to %s; reading it back", config.data());
      QuickstartData data = QuickstartData.read(config, clip);
      SavedModels.write(tower, config);
      try (MindEyeModel model = config.model().initialized(device, config.seed())) {
        TrainingSplit training = data.training().as(Split.TRAIN);
        TrainingSplit validation = data.validation().as(Split.VALIDATION);
        TrainingResult trained = train(model, training, validation);
        RunRecord record =
            RunRecord.of(model, config.training().optimizer().precision(), training, validation);
        SavedModels.write(model, record, config);
        RunNote.write(config.folder(), config.source(record), trained);
        LowLevelRun.Result lowLevel = new LowLevelRun(config, device, console).run(data);
        Evaluation evaluation = evaluate(world, data, model);
        return new QuickstartResult(
            config,
            data,
            new QuickstartResult.Trained(record, model.trainableCount(), trained.history()),
            lowLevel,
            evaluation,
            console.seconds());
      }
    }
  }

  /** Before the work: a folder that cannot be written should not cost minutes. */
  private void createFolders() throws IOException {
    try {
      Files.createDirectories(config.data());
      for (Path old : config.ends()) {
        Files.deleteIfExists(old);
      }
      StagedFile.sweep(config.folder());
      if (Files.isDirectory(config.lowLevel().folder())) {
        StagedFile.sweep(config.lowLevel().folder());
      }
    } catch (IOException e) {
      throw new IOException(
          "cannot write to the output folder "
              + config.folder()
              + " ("
              + e.getClass().getSimpleName()
              + " at "
              + e.getMessage()
              + "); choose another one",
          e);
    }
  }

  private TrainingResult train(
      MindEyeModel model, TrainingSplit training, TrainingSplit validation) {
    console.say(
        "training %,d parameters for %s on %s",
        model.trainableCount(),
        Plural.of(config.training().epochs(), "epoch"),
        Plural.of(training.trials().size(), "image"));
    return new MindEyeTrainer(
            config.training(), console.training(), new JsonLinesListener(config.log()))
        .train(model, training, validation);
  }

  private Evaluation evaluate(World world, QuickstartData data, MindEyeModel model)
      throws IOException {
    console.say(
        "evaluating on %s; fitting the ridge baseline",
        Plural.of(data.test().size(), "test image"));
    BackboneEncoder encoder = BackboneEncoder.of(model.backbone()); // closed with the model
    return new Evaluator(encoder, config.pictures().poolSize(), config.seed())
        .withPrior(model.prior().orElseThrow())
        .withBaseline(data.training(), data.validation())
        .withTruth(world.testSignal())
        .evaluate(data.test());
  }
}
