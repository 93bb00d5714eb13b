// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.report.EncodedSplit;
import org.mindeye.cli.report.Evaluation;
import org.mindeye.cli.report.Evaluator;
import org.mindeye.cli.report.RidgeBaseline;
import org.mindeye.cli.report.SimulatedTruth;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.data.Split;
import org.mindeye.data.Splits;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;
import org.mindeye.evaluation.PoolConfig;
import org.mindeye.training.CachedTargets;
import org.mindeye.training.MindEyeModel;
import org.mindeye.training.RunRecord;

/**
 * Scores the networks of a run on the test split of its data.
 *
 * @param source what the run was made from
 * @param data its subject's data; closed by the caller after the last picture
 * @param ridge whether ridge regression is fitted, too
 * @param cache the folder in which targets are kept; null to keep them in memory
 * @param console where is printed what takes long
 * @param precision in which the networks keep their weights; CLIP has no integers
 * @param device where it is done
 */
record RunScoring(
    RunSource source,
    SubjectSource data,
    boolean ridge,
    String cache,
    Console console,
    Precision precision,
    Device device) {
  /** Scores; the prior, too, if the model has it. */
  Evaluation of(MindEyeModel model, RunRecord record) throws IOException {
    BackboneEncoder brain = BackboneEncoder.of(model.backbone()); // closed with the model
    try (ClipImageEncoder clip = RunData.encoder(source, precision.withoutIntegers(), device)) {
      record.targets().requireEncoder(source.clip(), clip.fingerprint());
      OnceEncoded encoding = OnceEncoded.of(clip, source.config(), cache, console);
      encoding.requireKept();
      int voxels = brain.voxels();
      Evaluator evaluator =
          new Evaluator(brain, PoolConfig.paper().poolSize(), source.config().train().seed());
      List<Trial> test = trials(Split.TEST, voxels);
      baseline(evaluator, test, encoding, voxels, model.space());
      EncodedSplit encoded =
          new EncodedSplit(test, encoding.targets(test, "test picture", "", "").apply(test));
      SimulatedTruth.read(SimulatedTruth.file(Path.of(source.data()), source.subject()), test)
          .ifPresent(evaluator::withTruth);
      if (model.prior().isPresent()) {
        console.say("the prior is sampled for every test picture (--no-prior leaves it out)");
        evaluator.withPrior(model.prior().get());
      }
      return evaluator.evaluate(encoded);
    }
  }

  /** Also refuses test pictures that were learned from. */
  private void baseline(
      Evaluator evaluator, List<Trial> test, OnceEncoded encoding, int voxels, ClipSpace space)
      throws IOException {
    Optional<String> reason =
        ridge
            ? RidgeBaseline.whyNot(
                samples(Split.TRAIN, voxels),
                samples(Split.VALIDATION, voxels) + test.size(),
                voxels,
                space,
                cache == null)
            : Optional.of("ridge regression, as --no-ridge asks");
    if (reason.isPresent()) {
      evaluator.leavingOut(reason.get());
      requireUnseen(test, voxels);
      return;
    }
    List<Trial> training = trials(Split.TRAIN, voxels);
    List<Trial> validation = trials(Split.VALIDATION, voxels);
    Splits.requireDisjoint(
        Map.of(Split.TRAIN, training, Split.VALIDATION, validation, Split.TEST, test));
    List<Trial> both = new ArrayList<>(training);
    both.addAll(validation);
    Function<List<Trial>, CachedTargets> targets =
        encoding.targets(both, "picture", " for ridge regression", " (--no-ridge leaves it out)");
    evaluator.withBaseline(
        new EncodedSplit(training, targets.apply(training)),
        new EncodedSplit(validation, targets.apply(validation)));
  }

  private List<Trial> trials(Split split, int voxels) throws IOException {
    try (TrialSource trials = data.trials(split, voxels)) {
      return trials.readAll();
    }
  }

  private long samples(Split split, int voxels) throws IOException {
    try (TrialSource trials = data.trials(split, voxels)) {
      return trials.count().orElse(0);
    }
  }

  /** The other splits are only looked through: their images do not stay in memory. */
  private void requireUnseen(List<Trial> test, int voxels) throws IOException {
    if (data.isDividedByPictures()) {
      return;
    }
    try (TrialSource training = data.trials(Split.TRAIN, voxels);
        TrialSource validation = data.trials(Split.VALIDATION, voxels)) {
      Splits.requireDisjoint(
          Map.<Split, Iterable<Trial>>of(
              Split.TRAIN, training, Split.VALIDATION, validation, Split.TEST, test));
    }
  }
}
