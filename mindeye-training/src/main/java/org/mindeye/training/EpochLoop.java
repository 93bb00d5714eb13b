// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.mindeye.data.loader.AheadConfig;
import org.mindeye.data.loader.PreparedBatches;
import org.mindeye.training.TrainingListener.EpochReport;
import org.mindeye.training.TrainingListener.StepReport;
import org.mindeye.training.TrainingResult.End;

/** Epochs of one run, from a state to its end. */
final class EpochLoop<M extends TrainableModel<M>, B> {
  private final LoopConfig config;
  private final Recipe<M, B> recipe;
  private final StepEngine<M, B> engine;
  private final Listeners listeners;
  private final RunCheckpoints<M> saved;
  private final RunControl control;
  private int stepsPerEpoch;
  private boolean stopRequested;

  EpochLoop(
      LoopConfig config,
      Recipe<M, B> recipe,
      StepEngine<M, B> engine,
      Listeners listeners,
      RunCheckpoints<M> saved,
      RunControl control) {
    this.config = config;
    this.recipe = recipe;
    this.engine = engine;
    this.listeners = listeners;
    this.saved = saved;
    this.control = control;
  }

  TrainingResult run(RunState start, int steps) throws IOException {
    stepsPerEpoch = steps;
    RunState state = start;
    while (!finished(state)) {
      state = steps(state);
      if (state.step() == endOf(state.epoch())) {
        state = validated(state);
        saved.epochDone(state);
        stopRequested |= control.stop().getAsBoolean();
      }
      if (stopRequested && !finished(state)) {
        saved.stopped(state);
        return new TrainingResult(state.history(), state.step(), End.STOPPED);
      }
    }
    engine.takeOverAverage();
    End end = state.epoch() < config.epochs() ? End.EARLY : End.COMPLETE;
    return new TrainingResult(state.history(), state.step(), end);
  }

  private boolean finished(RunState state) {
    return state.epoch() == config.epochs() || state.exhausted(config.patience());
  }

  private long endOf(int epoch) {
    return (epoch + 1L) * stepsPerEpoch;
  }

  /** The rest of an epoch, or as much of it as may be done. */
  private RunState steps(RunState start) throws IOException {
    RunState state = start;
    int epoch = state.epoch();
    int accumulation = config.optimizer().accumulation();
    long done = state.step() - (long) epoch * stepsPerEpoch;
    long rest = (stepsPerEpoch - done) * accumulation; // what fills no step is not prepared
    try (PreparedBatches<B, B> batches = ahead(epoch, done * accumulation, rest)) {
      while (state.step() < endOf(epoch) && !stopRequested) {
        List<B> group = new ArrayList<>();
        for (int part = 0; part < accumulation; part++) {
          group.add(batches.next());
        }
        StepReport report = engine.step(epoch, state.step(), group);
        state = state.after(report);
        listeners.step(report);
        stopRequested = control.stop().getAsBoolean();
        if (!stopRequested && state.step() < endOf(epoch)) {
          saved.stepDone(state);
        }
      }
      return state;
    }
  }

  /** Some batches of an epoch, prepared while the steps before them compute. */
  private PreparedBatches<B, B> ahead(int epoch, long skipped, long count) {
    Iterator<B> batches = recipe.samples().epoch(epoch).iterator();
    for (long i = 0; i < skipped; i++) {
      batches.next();
    }
    return recipe
        .samples()
        .preparation()
        .map(work -> PreparedBatches.of(limited(batches, count), work, control.ahead()))
        .orElseGet(() -> PreparedBatches.of(batches, UnaryOperator.identity(), AheadConfig.none()));
  }

  private static <B> Iterator<B> limited(Iterator<B> batches, long count) {
    return Stream.generate(batches::next).limit(count).iterator();
  }

  private RunState validated(RunState state) {
    int epoch = state.epoch();
    NamedValues scores = recipe.validator().score(engine.judged(), epoch);
    recipe.names().requireAnnounced(scores);
    NotFinite.requireFinite(epoch, scores);
    EpochReport report =
        new EpochReport(
            epoch,
            recipe.loss().name(epoch),
            state.epochSum().over(stepsPerEpoch),
            scores,
            state.improvedBy(scores, config.selection()));
    listeners.epoch(report);
    return state.after(report);
  }
}
