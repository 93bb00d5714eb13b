// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import java.io.IOException;
import java.nio.file.Path;
import org.mindeye.cli.train.RunCall;
import org.mindeye.cli.train.SavingConfig;
import org.mindeye.core.engine.Precision;
import org.mindeye.prior.diffusion.PredictionType;
import org.mindeye.training.RunFolder;
import org.mindeye.training.painter.DenoisingConfig;
import org.mindeye.training.painter.PainterTrainingConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mindeye world train painter}: CLIP tokens to latents of scenes. */
@Command(
    name = "painter",
    description = {
      "Trains the small world's painter, a UNet that makes 4x16x16 latents out of noise and a"
          + " scene's CLIP tokens, on scenes of its own.",
      "OUT gets run.json (what the run is), log.jsonl, epochs.csv, tensorboard/, checkpoints/,"
          + " painted/ (validation scenes, and below each what is painted from its tokens) and, at"
          + " the end, model.safetensors (float16). Ctrl-C and SIGTERM end a run after the step"
          + " and save it; --resume continues it as if it had never stopped."
    })
final class TrainPainterCommand extends WorldTrainCommand<WorldPainter> {
  @Option(
      names = "--clip",
      paramLabel = "FILE",
      description =
          "CLIP's image tower, whose tokens are painted from, with metadata of its shape; by"
              + " default the small world's. Beside --resume, where it has moved.")
  private Path clip;

  @Option(
      names = "--autoencoder",
      paramLabel = "FILE",
      description =
          "The autoencoder whose latents are painted; by default the small world's. Beside"
              + " --resume, where it has moved.")
  private Path autoencoder;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the 32768 training scenes (" + WorldPainter.EPOCHS + ").")
  private int epochs = WorldPainter.EPOCHS;

  @Option(
      names = "--prediction",
      paramLabel = "NAME",
      description =
          "What the UNet predicts: v_prediction (default), epsilon (the noise), or sample (the"
              + " clean latents).")
  private PredictionType prediction;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Same seed, same weights (" + WorldPainter.SEED + ").")
  private long seed = WorldPainter.SEED;

  TrainPainterCommand() {
    super(WorldPainter.class);
  }

  @Override
  WorldPainter asked(Precision asIn, String on, SavingConfig rhythm) {
    PainterTrainingConfig standard = PainterTrainingConfig.standard(epochs);
    DenoisingConfig denoising = standard.denoising();
    return WorldPainter.standard(
        new WorldPainter.Networks(RunCall.text(clip), RunCall.text(autoencoder)),
        standard
            .withDenoising(prediction == null ? denoising : denoising.withPrediction(prediction))
            .withPrecision(asIn)
            .withSeed(seed),
        on,
        rhythm);
  }

  @Override
  String[] movable() {
    return new String[] {"--clip", "--autoencoder"};
  }

  @Override
  WorldPainter begun(RunFolder folder) throws IOException {
    return WorldPainter.of(folder);
  }

  @Override
  WorldPainter moved(WorldPainter begun) {
    return begun.moved(RunCall.text(clip), RunCall.text(autoencoder));
  }
}
