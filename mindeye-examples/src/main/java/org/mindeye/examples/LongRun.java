// SPDX-License-Identifier: Apache-2.0
package org.mindeye.examples;

import ai.djl.Device;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.engine.Torch;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.training.CachedTargets;
import org.mindeye.training.CheckpointPolicy;
import org.mindeye.training.CsvListener;
import org.mindeye.training.MindEyeModel;
import org.mindeye.training.MindEyeTrainer;
import org.mindeye.training.ModelConfig;
import org.mindeye.training.Objective;
import org.mindeye.training.ProgressListener;
import org.mindeye.training.RunFolder;
import org.mindeye.training.TensorBoardListener;
import org.mindeye.training.TrainingConfig;
import org.mindeye.training.TrainingResult;
import org.mindeye.training.TrainingSplit;

/** The ready trainer in a run that survives being stopped. */
public final class LongRun {
  private LongRun() {}

  /**
   * Trains a small backbone on a quickstart's data for some epochs. Stop it, start it again, and it
   * continues.
   *
   * @param arguments the folder of the quickstart, {@code quickstart-out} by default, and the
   *     folder of the run, {@code runs/long} by default
   */
  public static void main(String[] arguments) {
    QuickstartFolder made = QuickstartFolder.of(arguments);
    Path folder = Path.of(arguments.length > 1 ? arguments[1] : "runs/long");
    System.exit(
        Program.run("LongRun", System.err, () -> train(made, smallRecipe(), folder, System.out)));
  }

  /** The published recipe, shorter, in larger steps and without the prior. */
  static TrainingConfig smallRecipe() {
    return TrainingConfig.paper()
        .withObjective(Objective.CONTRASTIVE_ONLY)
        .withEpochs(10)
        .withBatchSize(128)
        .withMaxLearningRate(1e-3);
  }

  /** Trains on the quickstart's training images, and validates on its validation images. */
  static void train(QuickstartFolder made, TrainingConfig recipe, Path folder, PrintStream out)
      throws IOException {
    Device device = Torch.device("cpu");
    TrainingSplit training;
    TrainingSplit validation;
    BackboneConfig shape;
    try (ClipImageEncoder clip = ClipImageEncoder.load(made.clip(), device)) {
      training = split(made, Split.TRAIN, clip);
      validation = split(made, Split.VALIDATION, clip);
      shape =
          BackboneConfig.paper(training.trials().get(0).voxelCount())
              .withHidden(256)
              .withSpace(clip.space())
              .withProjector(256);
    }
    Files.createDirectories(folder);
    try (MindEyeModel model = ModelConfig.of(shape).initialized(device, recipe.seed())) {
      TrainingResult result = run(recipe, model, training, validation, folder, () -> false, out);
      out.println("done after " + result.steps() + " steps; see " + folder);
    }
  }

  private static TrainingSplit split(QuickstartFolder made, Split split, ClipImageEncoder clip)
      throws IOException {
    List<Trial> trials = made.trials(split);
    return new TrainingSplit(split, trials, CachedTargets.encode(clip, trials));
  }

  /** Starts a run, or resumes it if the folder holds one. */
  static TrainingResult run(
      TrainingConfig recipe,
      MindEyeModel model,
      TrainingSplit training,
      TrainingSplit validation,
      Path folder,
      BooleanSupplier stop,
      PrintStream out)
      throws IOException {
    // snippet: trainer
    RunFolder run = RunFolder.at(folder);
    MindEyeTrainer trainer =
        new MindEyeTrainer(
                recipe, // TrainingConfig.paper(), or the same with changes
                ProgressListener.lines(out),
                CsvListener.epochs(run.table()),
                new TensorBoardListener(run.tensorBoard()))
            .withCheckpoints(CheckpointPolicy.in(run.checkpoints()).every(1, 100)) // epochs, steps
            .stoppingWhen(stop); // queried after every step: finishes it, saves, returns
    TrainingResult result =
        run.isSaved()
            ? trainer.resume(model, training, validation) // the same bits as without the stop
            : trainer.train(model, training, validation);
    // end: trainer
    return result;
  }
}
