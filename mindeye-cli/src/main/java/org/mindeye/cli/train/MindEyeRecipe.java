// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import org.mindeye.cli.console.Console;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.training.Freezing;
import org.mindeye.training.MindEyeModel;
import org.mindeye.training.MindEyeTrainer;
import org.mindeye.training.MindEyeWeights;
import org.mindeye.training.ModelConfig;
import org.mindeye.training.Provenance;
import org.mindeye.training.RunControl;
import org.mindeye.training.RunFolder;
import org.mindeye.training.RunRecord;
import org.mindeye.training.TrainingConfig;
import org.mindeye.training.TrainingResult;

/**
 * What {@code mindeye train} trains: a backbone, and a prior beside it.
 *
 * @param source what the run is made from
 * @param device where the networks live
 * @param console where progress is printed
 */
record MindEyeRecipe(RunSource source, Device device, Console console) implements RunRecipe {
  @Override
  public String command() {
    return "train";
  }

  @Override
  public String scores(RunFolder folder) {
    return "with `mindeye evaluate-run " + folder + "`";
  }

  @Override
  public RunSession<TrainingConfig> open(RunFolder folder, Start start, int most)
      throws IOException {
    boolean known = start == Start.RESUMED; // the record shows whether they are the same
    RunData.Inputs inputs = start == Start.NEW ? RunData.Inputs.ANY : RunData.Inputs.of(folder);
    try (CloseOnFailure opened = new CloseOnFailure()) {
      RunData data = opened.add(RunData.read(source, device, known, most, inputs, console));
      NetworkConfig networks = source.config().model();
      ModelConfig shape = networks.model(data.voxels(), networks.space(source.clipConfig()));
      MindEyeModel model = opened.add(model(shape, start));
      RunRecord record =
          RunRecord.of(
              model, source.training().optimizer().precision(), data.training(), data.validation());
      return opened.done(new Opened(source, data, model, shape, record));
    }
  }

  /** A run that is resumed takes its weights from the checkpoint. */
  private MindEyeModel model(ModelConfig shape, Start start) throws IOException {
    long seed = source.training().seed();
    if (source.startFrom() == null || start == Start.RESUMED) {
      return shape.initialized(device, seed);
    }
    console.say("starting from %s", source.startFrom());
    return MindEyeWeights.open(Path.of(source.startFrom())).startingModel(shape, device, seed);
  }

  private record Opened(
      RunSource source, RunData data, MindEyeModel networks, ModelConfig model, RunRecord record)
      implements RunSession<TrainingConfig> {
    @Override
    public void requireBegun(RunFolder folder) throws IOException {
      folder.record(RunRecord.class).requireSame(folder.description(), record);
    }

    @Override
    public int samples() {
      return data.training().trials().size();
    }

    @Override
    public int allSamples() {
      return data.samples();
    }

    @Override
    public long trainableCount() {
      return networks.trainableCount();
    }

    @Override
    public TrainingResult train(TrainingConfig recipe, RunControl control, boolean resumed) {
      MindEyeTrainer trainer = new MindEyeTrainer(recipe, control);
      return resumed
          ? trainer.resume(networks, data.training(), data.validation())
          : trainer.train(networks, data.training(), data.validation());
    }

    @Override
    public TrainingConfig rehearsal() {
      Freezing freezing = source.training().freezing();
      Freezing shorter = new Freezing(Math.min(1, freezing.epochs()), freezing.only());
      return RunSession.once(source.training().withFreezing(shorter));
    }

    @Override
    public void write(Path file) throws IOException {
      MindEyeWeights.write(file, networks, new Provenance(source.training(), model, record));
    }

    @Override
    public void close() {
      networks.close();
      data.close();
    }
  }
}
