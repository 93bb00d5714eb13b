package org.mindeye.examples.quickstart;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.kernel.CallScope;
import org.mindeye.core.kernel.Torch;
import org.mindeye.core.pipeline.MindEyePipeline;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.evaluation.NoiseCeiling;
import org.mindeye.evaluation.RetrievalScores;
import org.mindeye.examples.console.Console;
import org.mindeye.examples.quickstart.QuickstartResult.Example;
import org.mindeye.prior.DiffusionPrior;
import org.mindeye.retrieval.ExactIndex;
import org.mindeye.training.BrainEmbeddings;
import org.mindeye.training.JsonLinesListener;
import org.mindeye.training.MindEyeModel;
import org.mindeye.training.MindEyeTrainer;
import org.mindeye.training.RunRecord;
import org.mindeye.training.TrainingListener.EpochReport;
import org.mindeye.training.TrainingSplit;

/** Simulate, write, read, train, evaluate. */
final class Quickstart {
  private static final int EXAMPLES = 10;
  private static final int NEAREST = 5;

  private final QuickstartConfig config;
  private final Device device;
  private final Console console;

  /**
   * Prepares a run.
   *
   * @param config everything it decides
   * @param device where the model trains and answers; the world is simulated on the CPU
   * @param console told about the progress
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
          "painting %d scenes and showing each %d times to a simulated brain of %d voxels",
          config.images(), config.brain().repeats(), config.brain().voxels());
      World world = World.write(config, clip);
      console.say("wrote the dataset to %s; reading it back", config.data());
      QuickstartData data = QuickstartData.read(config, clip);
      SavedModels.write(tower, config);
      try (MindEyeModel model = config.model().initialized(device, config.seed())) {
        TrainingSplit training =
            new TrainingSplit(Split.TRAIN, data.training(), data.trainingTargets());
        TrainingSplit validation =
            new TrainingSplit(Split.VALIDATION, data.validation(), data.validationTargets());
        List<EpochReport> history = train(model, training, validation);
        RunRecord record = RunRecord.of(model, training, validation);
        SavedModels.write(model, record, config);
        return evaluate(world, data, model, record, history);
      }
    }
  }

  /** Before the work: a folder that cannot be written should not cost minutes. */
  private void createFolders() throws IOException {
    try {
      Files.createDirectories(config.data());
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

  private List<EpochReport> train(
      MindEyeModel model, TrainingSplit training, TrainingSplit validation) {
    console.say(
        "training %,d parameters for %d epochs on %d images",
        model.trainableCount(), config.training().epochs(), training.trials().size());
    return new MindEyeTrainer(
            config.training(), console.training(), new JsonLinesListener(config.log()))
        .train(model, training, validation)
        .history();
  }

  private QuickstartResult evaluate(
      World world,
      QuickstartData data,
      MindEyeModel model,
      RunRecord record,
      List<EpochReport> history) {
    console.say("evaluating on %d test images; fitting the ridge baseline", data.test().size());
    BackboneEncoder encoder = BackboneEncoder.of(model.backbone()); // closed with the model
    DiffusionPrior prior = model.prior().orElseThrow();
    RidgeBaseline ridge = RidgeBaseline.fit(data);
    NoiseCeiling voxels = NoiseCeiling.estimate(repeats(data.test()));
    RetrievalScores ideal = IdealObserver.score(data.test(), world.testSignal(), voxels);
    return new QuickstartResult(
        config,
        data,
        record,
        model.trainableCount(),
        history,
        MethodScores.of("MindEye", retrieval(encoder, data), config),
        MethodScores.of("Ridge regression", ridge.scores(), config),
        MethodScores.of("Noise ceiling", ideal, config),
        ridge,
        voxels,
        PriorEffect.measure(encoder, prior, data, config.seed()),
        examples(encoder, data),
        console.seconds());
  }

  private static RetrievalScores retrieval(BackboneEncoder encoder, QuickstartData data) {
    try (CallScope scope = CallScope.open(encoder.device())) {
      return RetrievalScores.between(
          BrainEmbeddings.encode(encoder, data.test(), scope.manager()),
          data.testTargets().all(scope.manager()));
    }
  }

  private static float[][][] repeats(List<Trial> trials) {
    return trials.stream()
        .map(
            trial -> {
              float[][] repeats = new float[trial.repeats()][];
              for (int r = 0; r < repeats.length; r++) {
                repeats[r] = trial.voxels(r);
              }
              return repeats;
            })
        .toArray(float[][][]::new);
  }

  /** The nearest pictures of some test samples, through the same pipeline an application uses. */
  private static List<Example> examples(BackboneEncoder encoder, QuickstartData data) {
    int count = Math.min(EXAMPLES, data.test().size());
    float[][] voxels = new float[count][];
    for (int i = 0; i < count; i++) {
      voxels[i] = data.test().get(i).meanVoxels();
    }
    try (NDManager manager = Torch.newManager(encoder.device());
        ExactIndex index =
            ExactIndex.of(
                encoder.device(),
                data.testTargets().all(manager),
                LongStream.range(0, data.test().size()).toArray())) {
      MindEyePipeline pipeline =
          MindEyePipeline.builder(encoder.device()).encoder(encoder).retriever(index).build();
      List<Example> examples = new ArrayList<>();
      var nearest = pipeline.retrieveAll(voxels, NEAREST);
      for (int i = 0; i < count; i++) {
        examples.add(new Example(i, nearest.get(i)));
      }
      return examples;
    }
  }
}
