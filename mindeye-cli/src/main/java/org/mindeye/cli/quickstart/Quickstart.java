// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.quickstart;

import ai.djl.Device;
import java.io.IOException;
import org.mindeye.Plural;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.report.Evaluation;
import org.mindeye.cli.report.Evaluator;
import org.mindeye.cli.report.RidgeBaseline;
import org.mindeye.cli.train.RunNote;
import org.mindeye.cli.world.SmallWorld;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.data.Split;
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
   * @param device where all networks compute, the image tower of the simulated world too
   * @param console where progress is printed
   */
  Quickstart(QuickstartConfig config, Device device, Console console) {
    this.config = config;
    this.device = device;
    this.console = console;
  }

  QuickstartResult run() throws IOException {
    new EarlierRun(config).replace();
    ClipVisionTransformer tower = SmallWorld.clip(device);
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
      SmallWorld.writePainter(config.painterWeights(), config.autoencoderWeights());
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
        float[][] ridge = evaluation.ridge().flatMap(RidgeBaseline::tokens).orElseThrow();
        PaintingRun.Result painting =
            new PaintingRun(config, device, console).run(data, model, clip, ridge);
        return new QuickstartResult(
            config,
            data,
            new QuickstartResult.Trained(record, model.trainableCount(), trained.history()),
            lowLevel,
            evaluation,
            painting,
            console.seconds());
      }
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
        .keepingBaseline()
        .withTruth(world.testSignal())
        .evaluate(data.test());
  }
}
