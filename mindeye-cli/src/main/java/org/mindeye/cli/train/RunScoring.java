// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mindeye.Plural;
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
import org.mindeye.training.MindEyeModel;
import org.mindeye.training.RunRecord;

/**
 * Scores the networks of a run on the test split of its data.
 *
 * @param source what the run was made from
 * @param data its subject's data; closed by the caller after the last picture
 * @param ridge whether ridge regression is fitted, too
 * @param console where is printed what takes long
 * @param precision in which the networks keep their weights; CLIP has no integers
 * @param device where it is done
 */
record RunScoring(
    RunSource source,
    SubjectSource data,
    boolean ridge,
    Console console,
    Precision precision,
    Device device) {
  /** Scores; the prior, too, if the model has it. */
  Evaluation of(MindEyeModel model, RunRecord record) throws IOException {
    BackboneEncoder brain = BackboneEncoder.of(model.backbone()); // closed with the model
    try (ClipImageEncoder clip = RunData.encoder(source, precision.withoutIntegers(), device)) {
      record.targets().requireEncoder(source.clip(), clip.fingerprint());
      int voxels = brain.voxels();
      Evaluator evaluator =
          new Evaluator(brain, PoolConfig.paper().poolSize(), source.config().train().seed());
      List<Trial> test = trials(Split.TEST, voxels);
      baseline(evaluator, test, clip, voxels, model.space());
      console.say("encoding %s", Plural.of(test.size(), "test picture"));
      EncodedSplit encoded = encoded(test, clip);
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
      Evaluator evaluator, List<Trial> test, ClipImageEncoder clip, int voxels, ClipSpace space)
      throws IOException {
    Optional<String> reason =
        ridge
            ? RidgeBaseline.whyNot(
                samples(Split.TRAIN, voxels),
                samples(Split.VALIDATION, voxels) + test.size(),
                voxels,
                space)
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
    console.say(
        "encoding %s for ridge regression (--no-ridge leaves it out)",
        Plural.of(training.size() + validation.size(), "picture"));
    evaluator.withBaseline(encoded(training, clip), encoded(validation, clip));
  }

  private EncodedSplit encoded(List<Trial> trials, ClipImageEncoder clip) {
    return new EncodedSplit(
        trials, RunData.targets(clip, trials, source.config().model().finalLayer()));
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
