package org.mindeye.examples.train;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.mindeye.core.kernel.Torch;
import org.mindeye.core.weights.Safetensors;
import org.mindeye.core.weights.StateDict;
import org.mindeye.examples.console.Console;
import org.mindeye.training.CsvListener;
import org.mindeye.training.JsonLinesListener;
import org.mindeye.training.MindEyeModel;
import org.mindeye.training.MindEyeTrainer;
import org.mindeye.training.ModelConfig;
import org.mindeye.training.RunRecord;
import org.mindeye.training.TensorBoardListener;
import org.mindeye.training.TrainingListener;
import org.mindeye.training.TrainingResult;

/** A run from its data to its weights, or the rest of one. */
final class TrainingRun {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RunSource source;
  private final RunFolder folder;
  private final Device device;
  private final Console console;

  /**
   * Prepares a run.
   *
   * @param source what it is made from
   * @param folder where it goes
   * @param device where the networks live
   * @param console told about the progress
   */
  TrainingRun(RunSource source, RunFolder folder, Device device, Console console) {
    this.source = source;
    this.folder = folder;
    this.device = device;
    this.console = console;
  }

  /** From the first step, in an unused folder; a run that takes no step leaves it unused. */
  TrainingResult start() throws IOException {
    FirstStep first = new FirstStep();
    boolean existed = Files.exists(folder.folder());
    try {
      return run(false, first);
    } catch (IOException | RuntimeException e) {
      if (!first.taken) {
        folder.discard(existed);
      }
      throw e;
    }
  }

  /** From the newest checkpoint on. */
  TrainingResult resume() throws IOException {
    return run(true, new FirstStep());
  }

  private TrainingResult run(boolean resume, FirstStep first) throws IOException {
    try (RunData data = RunData.read(source, device, console)) {
      return run(data, resume, first);
    }
  }

  private TrainingResult run(RunData data, boolean resume, FirstStep first) throws IOException {
    ModelConfig shape = shape(data);
    try (MindEyeModel model = model(shape, resume)) {
      RunRecord record = RunRecord.of(model, data.training(), data.validation());
      if (!resume) {
        folder.begin(source, shape, record);
      }
      console.say("training %,d parameters on %d pictures", model.trainableCount(), samples(data));
      try (StopRequest stop = StopRequest.listen(console)) {
        TrainingResult result = train(model, data, resume, first, stop);
        finish(model, result, shape, record);
        stop.done();
        return result;
      }
    }
  }

  /** A run that is resumed takes its weights from the checkpoint. */
  private MindEyeModel model(ModelConfig shape, boolean resume) throws IOException {
    long seed = source.config().train().seed();
    if (source.startFrom() == null || resume) {
      return shape.initialized(device, seed);
    }
    console.say("starting from %s", source.startFrom());
    try (StateDict weights = TrainedModel.weights(Path.of(source.startFrom()))) {
      return shape.startingFrom(weights, device, seed);
    }
  }

  private ModelConfig shape(RunData data) {
    NetworkConfig networks = source.config().model();
    return networks.model(data.voxels(), networks.space(source.clipConfig()));
  }

  private static int samples(RunData data) {
    return data.training().trials().size();
  }

  private TrainingResult train(
      MindEyeModel model, RunData data, boolean resume, FirstStep first, StopRequest stop) {
    MindEyeTrainer trainer =
        new MindEyeTrainer(source.config().train(), listeners(first))
            .withCheckpoints(source.config().checkpoints().in(folder.checkpoints()))
            .stoppingWhen(stop::requested);
    return resume
        ? trainer.resume(model, data.training(), data.validation())
        : trainer.train(model, data.training(), data.validation());
  }

  /** Who is told about the run, the console last. */
  private TrainingListener[] listeners(FirstStep first) {
    return new TrainingListener[] {
      first,
      new JsonLinesListener(folder.log()),
      CsvListener.epochs(folder.table()),
      new TensorBoardListener(folder.tensorBoard()),
      console.training()
    };
  }

  private void finish(
      MindEyeModel model, TrainingResult result, ModelConfig shape, RunRecord record)
      throws IOException {
    if (result.end() == TrainingResult.End.STOPPED) {
      console.say(
          "stopped after step %d; go on with `mindeye train --resume %s`",
          result.steps(), folder.folder());
      return;
    }
    try (NDManager small = Torch.newManager(device)) {
      Safetensors.write(folder.weights(), model.tensors(small), metadata(shape, record));
    }
    folder.end(result);
    console.say(
        "%s after %d epochs: weights in %s; scores with `mindeye evaluate-run %s`",
        result.end() == TrainingResult.End.EARLY ? "no better epoch any more" : "done",
        result.history().size(),
        folder.weights(),
        folder.folder());
  }

  /** Weights that say what they are and where they come from. */
  private static Map<String, String> metadata(ModelConfig shape, RunRecord record)
      throws JsonProcessingException {
    return Map.of(
        "mindeye.model", JSON.writeValueAsString(shape),
        "mindeye.record", JSON.writeValueAsString(record));
  }

  /** Notes whether the run has done anything. */
  private static final class FirstStep implements TrainingListener {
    private boolean taken;

    @Override
    public void onStep(StepReport report) {
      taken = true;
    }
  }
}
