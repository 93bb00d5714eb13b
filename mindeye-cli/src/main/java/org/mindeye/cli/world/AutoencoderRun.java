// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.mindeye.Plural;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.train.StopRequest;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.Split;
import org.mindeye.evaluation.Estimate;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.io.FolderLock;
import org.mindeye.formats.io.StagedFile;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.training.CsvListener;
import org.mindeye.training.DataFingerprint;
import org.mindeye.training.JsonLinesListener;
import org.mindeye.training.ProcessRecord;
import org.mindeye.training.RunFolder;
import org.mindeye.training.TrainingResult;
import org.mindeye.training.lowlevel.AutoencoderTrainer;
import org.mindeye.training.lowlevel.ImageSplit;
import org.mindeye.training.lowlevel.LatentScale;

/** A training of the small world's autoencoder, from scenes to a file, or the rest of one. */
final class AutoencoderRun {
  private static final long WEIGHTS = 23;

  private final WorldAutoencoder run;
  private final RunFolder folder;
  private final Device device;
  private final Console console;

  /**
   * Prepares a run.
   *
   * @param run what it makes
   * @param folder where it goes
   * @param device where the network lives
   * @param console shows the progress
   */
  AutoencoderRun(WorldAutoencoder run, RunFolder folder, Device device, Console console) {
    this.run = run;
    this.folder = folder;
    this.device = device;
    this.console = console;
  }

  /**
   * What the finished network was measured at.
   *
   * @param testScenes how many
   * @param psnr mean over the test scenes, in dB, of the file as it is written
   * @param halfWidth of the 95 % interval of that mean
   * @param scale what latents are multiplied by: one over their deviation on the training scenes
   */
  record Scores(int testScenes, double psnr, double halfWidth, double scale) {}

  /**
   * Who trained it on what. The record of the committed weights is older, and has only the numbers
   * of scenes.
   *
   * @param process versions, device and threads of the first part of the run
   * @param training the training scenes
   * @param validation the validation scenes
   * @param test the test scenes
   */
  record Record(
      ProcessRecord process,
      DataFingerprint training,
      DataFingerprint validation,
      DataFingerprint test) {}

  /** From the first step, in an unused folder; a run that fails before it is saved leaves it so. */
  void start() throws IOException {
    boolean existed = Files.exists(folder.folder());
    try (FolderLock lock = folder.claim();
        CloseOnFailure begun = new CloseOnFailure()) {
      begun.undo(
          () -> {
            if (!folder.isSaved()) {
              folder.discard(existed, lock);
            }
          });
      ImageSplit training = split(Split.TRAIN);
      ImageSplit validation = split(Split.VALIDATION);
      folder.begin(
          run,
          run.model(),
          new Record(
              ProcessRecord.of(device),
              DataFingerprint.ofImages(training.images()),
              DataFingerprint.ofImages(validation.images()),
              DataFingerprint.ofImages(split(Split.TEST).images())));
      train(training, validation, false);
      begun.done(lock);
    }
  }

  /** From the newest checkpoint on, or from the first step where there is none. */
  void resume() throws IOException {
    try (FolderLock lock = folder.reopen()) {
      folder.resume(run, AutoencoderConfig.class, Record.class);
      train(split(Split.TRAIN), split(Split.VALIDATION), folder.isSaved());
    }
  }

  private ImageSplit split(Split split) {
    WorldAutoencoder.Scenes scenes = run.scenes();
    return WorldScenes.of(
        split,
        switch (split) {
          case TRAIN -> scenes.training();
          case VALIDATION -> scenes.validation();
          case TEST -> scenes.test();
        });
  }

  private void train(ImageSplit training, ImageSplit validation, boolean saved) throws IOException {
    try (AutoencoderKl network = new AutoencoderKl(run.model());
        StopRequest stop = StopRequest.listen(console)) {
      network.initialize(device, NoiseSource.seeded(run.training().seed(), WEIGHTS));
      console.say(
          "training %,d parameters on %s",
          network.parameterCount(), Plural.of(training.images().size(), "scene"));
      AutoencoderTrainer trainer =
          new AutoencoderTrainer(
                  run.training(),
                  new JsonLinesListener(folder.log()),
                  CsvListener.epochs(folder.table()),
                  console.training())
              .withCheckpoints(run.checkpoints().in(folder.checkpoints()))
              .stoppingWhen(stop::requested);
      TrainingResult result =
          saved
              ? trainer.resume(network, training, validation)
              : trainer.train(network, training, validation);
      finish(network, training, result);
      stop.done();
    }
  }

  private void finish(AutoencoderKl network, ImageSplit training, TrainingResult result)
      throws IOException {
    if (result.end() == TrainingResult.End.STOPPED) {
      console.say(
          "stopped after step %d; go on with `mindeye world train autoencoder --resume %s`",
          result.steps(), folder.folder());
      return;
    }
    double scale = LatentScale.measure(network, training);
    WorldFiles.writeHalves(folder.weights(), network, run.model().withScale(scale).metadata());
    Scores scores = test(scale);
    Path file = folder.folder().resolve("scores.json");
    StagedFile.write(file, DocumentWriter.bytes(scores));
    folder.end(result);
    console.say(
        "PSNR %.2f ± %.2f dB on %s; weights in %s",
        scores.psnr(),
        scores.halfWidth(),
        Plural.of(scores.testScenes(), "test scene"),
        folder.weights());
  }

  /** Rounded to float16: half the size, and the rounding costs less than 0.01 dB. */
  private Scores test(double scale) throws IOException {
    try (AutoencoderKl written = AutoencoderKl.load(folder.weights(), device)) {
      Estimate psnr = SmallWorld.psnr(written, split(Split.TEST).images());
      return new Scores(run.scenes().test(), psnr.mean(), psnr.halfWidth(), scale);
    }
  }
}
