// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.data.GivenData;
import org.mindeye.core.clip.ClipFingerprint;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.weights.FrozenWeights;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFolder;
import org.mindeye.data.Split;
import org.mindeye.data.Splits;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.Trial;
import org.mindeye.data.augmentation.AugmentationConfig;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.training.AugmentedTargets;
import org.mindeye.training.CachedTargets;
import org.mindeye.training.MindEyeTrainer;
import org.mindeye.training.ModelConfig;
import org.mindeye.training.RunFolder;
import org.mindeye.training.RunRecord;
import org.mindeye.training.TrainingMemory;
import org.mindeye.training.TrainingSplit;

/**
 * The two splits of a run, with their targets.
 *
 * @param training learned from
 * @param validation judged on
 * @param encoder makes targets of training images as they come; null if all are made
 * @param samples of the whole training split, of which {@code training} may be the beginning
 * @param source whose files pictures may still be read from
 */
record RunData(
    TrainingSplit training,
    TrainingSplit validation,
    ClipImageEncoder encoder,
    int samples,
    SubjectSource source)
    implements AutoCloseable {
  /** What is to be encoded, and with what. */
  @FunctionalInterface
  interface Inputs {
    /** Of a run that has none yet. */
    Inputs ANY = (training, validation, encoder) -> {};

    /** Of the run in a folder. */
    static Inputs of(RunFolder folder) {
      return (training, validation, encoder) -> {
        RunRecord begun = folder.record(RunRecord.class);
        begun.requireSame(folder.description(), begun.withInputs(training, validation, encoder));
      };
    }

    /** Refuses what the run did not begin with. */
    void require(List<Trial> training, List<Trial> validation, ClipFingerprint encoder)
        throws IOException;
  }

  /**
   * Loads the encoder, reads both splits, refuses what cannot be used, and then encodes pictures.
   *
   * @param source what the run is made from
   * @param device where the networks will live
   * @param known whether the data were looked through when the run began
   * @param most at most so many training samples, of the first ones
   * @param inputs refuses samples and encoder before targets are made of them
   * @param console where progress is printed
   */
  static RunData read(
      RunSource source, Device device, boolean known, int most, Inputs inputs, Console console)
      throws IOException {
    Precision precision = source.config().train().optimizer().precision();
    try (CloseOnFailure opened = new CloseOnFailure()) {
      SubjectSource data =
          opened.add(GivenData.open(Path.of(source.data()), source.subject(), console));
      RunChecks checks = new RunChecks(data);
      ClipImageEncoder clip = opened.add(encoder(source, precision, device));
      encoding(source, clip, console).requireKept();
      requireMemory(source, checks.voxels(), MemoryBudget.of(device));
      RunConfig config = source.config();
      long target = config.model().space(source.clipConfig()).size();
      checks.requireHeap(
          Arrays.stream(Split.values()).filter(config::keeps).collect(Collectors.toSet()),
          target,
          0,
          config.steps(source.clipConfig()));
      List<Trial> training = checks.trials(Split.TRAIN);
      List<Trial> validation = checks.trials(Split.VALIDATION);
      MindEyeTrainer.requireAStep(source.config().train(), training.size());
      if (known) {
        Splits.requireDisjoint(Map.of(Split.TRAIN, training, Split.VALIDATION, validation));
      } else {
        checks.probe(training, validation, console);
      }
      inputs.require(training, validation, clip.fingerprint());
      List<Trial> learned = training.subList(0, Math.min(most, training.size()));
      RunData encoded = encoded(source, clip, learned, validation, console);
      return opened.done(encoded.of(training.size(), data));
    }
  }

  /** Refuses networks that do not fit beside what is in memory already. */
  static void requireMemory(RunSource source, int voxels, MemoryBudget budget) {
    NetworkConfig networks = source.config().model();
    ModelConfig shape = networks.model(voxels, networks.space(source.clipConfig()));
    TrainingMemory.requireFits(shape, source.config().train(), budget);
  }

  private static RunData encoded(
      RunSource source,
      ClipImageEncoder clip,
      List<Trial> training,
      List<Trial> validation,
      Console console)
      throws IOException {
    boolean augment = source.config().augment();
    List<Trial> once = new ArrayList<>(validation);
    once.addAll(augment ? List.of() : training);
    OnceEncoded encoding = encoding(source, clip, console);
    String rest = augment ? "; those of training are augmented and encoded in every step" : "";
    Function<List<Trial>, CachedTargets> targets =
        encoding.targets(once, "picture", " as " + encoding.space(), rest);
    TrainingSplit judged =
        new TrainingSplit(Split.VALIDATION, validation, targets.apply(validation));
    if (augment) {
      return new RunData(
          new TrainingSplit(Split.TRAIN, training, augmented(source, clip)),
          judged,
          clip,
          training.size(),
          null);
    }
    TrainingSplit learned = new TrainingSplit(Split.TRAIN, training, targets.apply(training));
    clip.close();
    return new RunData(learned, judged, null, training.size(), null);
  }

  private static OnceEncoded encoding(RunSource source, ClipImageEncoder clip, Console console) {
    return OnceEncoded.of(clip, source.config(), source.config().targetCache(), console);
  }

  private RunData of(int all, SubjectSource data) {
    return new RunData(training, validation, encoder, all, data);
  }

  private static AugmentedTargets augmented(RunSource source, ClipImageEncoder clip) {
    int size = source.clipConfig().patches().imageSize();
    AugmentationConfig paper = AugmentationConfig.paper().withSize(size);
    long seed = source.config().train().seed();
    return source.config().model().finalLayer()
        ? AugmentedTargets.ofFinalLayer(clip, paper, seed)
        : new AugmentedTargets(clip, paper, seed);
  }

  /** Known by its float32 weights, so that the run is one of them in every format. */
  static ClipImageEncoder encoder(RunSource source, Precision precision, Device device)
      throws IOException {
    try (StateDict weights = WeightFolder.openAt(Path.of(source.clip()))) {
      return ClipImageEncoder.of(
          FrozenWeights.in(
              precision,
              format -> ClipVisionTransformer.load(weights, source.clipConfig(), format, device)));
    }
  }

  int voxels() {
    return training.trials().get(0).voxelCount();
  }

  /** Frees the encoder, and closes what pictures are read from. */
  @Override
  public void close() {
    if (encoder != null) {
      encoder.close();
    }
    source.close();
  }
}
