// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.console.Terminal;
import org.mindeye.cli.train.RunCall;
import org.mindeye.cli.train.SavingConfig;
import org.mindeye.cli.train.SavingOptions;
import org.mindeye.cli.train.TrainingRun;
import org.mindeye.core.engine.Precision;
import org.mindeye.prior.diffusion.PredictionType;
import org.mindeye.training.OptimizerConfig;
import org.mindeye.training.RunFolder;
import org.mindeye.training.painter.DenoisingConfig;
import org.mindeye.training.painter.PainterTrainingConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mindeye world train painter}: CLIP tokens to latents of scenes. */
@Command(
    name = "painter",
    description = {
      "Trains the small world's painter, a UNet that makes 4x16x16 latents out of noise and a"
          + " scene's CLIP tokens, on scenes of its own.",
      "OUT gets run.json (what the run is), log.jsonl, epochs.csv, tensorboard/, checkpoints/,"
          + " painted/ (validation scenes, and below each what is painted from its tokens) and, at"
          + " the end, model.safetensors (float16). Ctrl-C and SIGTERM end a run after the step"
          + " and save it; `mindeye world train painter --resume OUT` continues as if it had never"
          + " stopped."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class TrainPainterCommand implements Callable<Integer> {
  /** What may stand beside --resume: everything else is in the run's own file. */
  private static final Set<String> MOVABLE =
      Set.of(
          "--resume",
          "--clip",
          "--autoencoder",
          "--device",
          "--keep",
          "--checkpoint-every-epochs",
          "--checkpoint-every-steps",
          "--verbose");

  @Spec private CommandSpec spec;

  @Option(
      names = "--clip",
      paramLabel = "FILE",
      description =
          "CLIP's image tower, whose tokens are painted from; its metadata give its shape.")
  private Path clip;

  @Option(
      names = "--autoencoder",
      paramLabel = "FILE",
      description = "The autoencoder whose latents are painted; by default the small world's.")
  private Path autoencoder;

  @Option(names = "--out", paramLabel = "OUT", description = "Where everything goes; empty or new.")
  private Path out;

  @Option(
      names = "--resume",
      paramLabel = "OUT",
      description =
          "Continue the run in this folder; give --clip, --autoencoder if they have moved."
              + " --device, --keep and --checkpoint-every-... may change.")
  private Path resume;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description =
          "Dry run: encode the scenes of N steps, take them, validate and save once, say how long"
              + " the whole run would take, and leave nothing behind.")
  private Integer steps;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the 16384 training scenes (" + WorldPainter.EPOCHS + ").")
  private Integer epochs;

  @Option(
      names = "--prediction",
      paramLabel = "NAME",
      description =
          "What the UNet predicts: v_prediction (default), epsilon (the noise), or sample (the"
              + " clean latents).")
  private PredictionType prediction;

  @Option(
      names = "--precision",
      paramLabel = "NAME",
      description =
          "In which format steps multiply: FLOAT32 (default), BFLOAT16 or fastest; as for train.")
  private String precision;

  @Option(names = "--seed", paramLabel = "N", description = "Same seed, same weights (42).")
  private Long seed;

  @Option(names = "--device", paramLabel = "NAME", description = "cpu (default), gpu0, ...")
  private String device;

  @Mixin(name = "Checkpoints")
  private SavingOptions saving = new SavingOptions();

  @Override
  public Integer call() throws IOException {
    RunCall call = new RunCall(spec, new Console(System.err, Terminal.isInteractive()));
    if (resume != null) {
      RunFolder folder = RunFolder.at(resume);
      call.requireNothingBut(MOVABLE, folder);
      resume(folder, call);
      return 0;
    }
    call.require("--clip", clip);
    call.require("--out", out);
    call.requireSteps(steps);
    Precision format = precision == null ? null : call.precision(precision, device);
    WorldPainter asked = call.accepted(() -> asked(format));
    RunFolder folder = RunFolder.at(out);
    call.requireUnused(folder);
    call.start(run(asked, folder, call), steps);
    return 0;
  }

  private void resume(RunFolder folder, RunCall call) throws IOException {
    WorldPainter begun = WorldPainter.of(folder);
    WorldPainter going =
        call.accepted(
            () ->
                begun.goingOn(
                    begun.networks().moved(RunCall.text(clip), RunCall.text(autoencoder)),
                    device,
                    saving.over(begun.checkpoints())));
    call.resume(folder, going.equals(begun), fromStart -> run(going, folder, call));
  }

  /** The standard recipe, but for what was given; null for no format. */
  private WorldPainter asked(Precision format) {
    PainterTrainingConfig standard =
        PainterTrainingConfig.standard(epochs == null ? WorldPainter.EPOCHS : epochs);
    DenoisingConfig denoising = standard.denoising();
    OptimizerConfig optimizer = standard.optimizer();
    return WorldPainter.standard(
        new WorldPainter.Networks(RunCall.text(clip), RunCall.text(autoencoder)),
        standard
            .withDenoising(prediction == null ? denoising : denoising.withPrediction(prediction))
            .withOptimizer(format == null ? optimizer : optimizer.withPrecision(format))
            .withSeed(seed == null ? WorldPainter.SEED : seed),
        device == null ? "cpu" : device,
        saving.over(SavingConfig.standard()));
  }

  private static TrainingRun run(WorldPainter source, RunFolder folder, RunCall call)
      throws IOException {
    RunCall.requireExists(Path.of(source.networks().clip()));
    if (source.networks().autoencoder() != null) {
      RunCall.requireExists(Path.of(source.networks().autoencoder()));
    }
    Device where = call.device(source.device(), source.training().optimizer().precision());
    return new TrainingRun(
        new PainterRecipe(source, where, call.console()), folder, call.console());
  }
}
