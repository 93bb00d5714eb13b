// SPDX-License-Identifier: Apache-2.0
package org.mindeye.examples;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.mindeye.training.CheckpointPolicy;
import org.mindeye.training.CsvListener;
import org.mindeye.training.MindEyeModel;
import org.mindeye.training.MindEyeTrainer;
import org.mindeye.training.ProgressListener;
import org.mindeye.training.RunFolder;
import org.mindeye.training.TensorBoardListener;
import org.mindeye.training.TrainingConfig;
import org.mindeye.training.TrainingResult;
import org.mindeye.training.TrainingSplit;

/** The ready trainer in a run that survives being stopped. */
public final class LongRun {
  private LongRun() {}

  /** Starts a run, or goes on with it if the folder holds one. */
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
            .withCheckpoints(CheckpointPolicy.in(run.checkpoints()).every(1, 500)) // epochs, steps
            .stoppingWhen(stop); // asked after every step: finishes it, saves, returns
    TrainingResult result =
        run.isSaved()
            ? trainer.resume(model, training, validation) // the same bits as without the stop
            : trainer.train(model, training, validation);
    // end: trainer
    return result;
  }
}
