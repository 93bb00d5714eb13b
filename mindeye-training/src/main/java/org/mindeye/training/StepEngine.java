// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.util.ArrayList;
import java.util.List;
import org.mindeye.core.nn.Network;
import org.mindeye.core.optim.ExponentialMovingAverage;
import org.mindeye.core.optim.FusedAdamW;
import org.mindeye.core.optim.GradientAccumulator;
import org.mindeye.core.optim.LearningRateSchedule;
import org.mindeye.core.optim.ParameterGradients;
import org.mindeye.core.optim.ParameterGroup;
import org.mindeye.core.optim.StepRates;
import org.mindeye.core.optim.StepScope;
import org.mindeye.core.random.EngineSeed;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.training.StepContext.Position;
import org.mindeye.training.TrainingListener.StepReport;

/** Optimiser steps: loss, gradients, update, moving average. Knows nothing of epochs and files. */
final class StepEngine<M extends TrainableModel<M>, B> implements AutoCloseable {
  private final LoopConfig config;
  private final M model;
  private final StepLoss<B> loss;
  private final LearningRateSchedule schedule;
  private final FusedAdamW optimizer;
  private M average;
  private final List<ExponentialMovingAverage> averages = new ArrayList<>();
  private boolean frozen;

  StepEngine(LoopConfig config, M model, StepLoss<B> loss, int stepsPerEpoch) {
    this.config = config;
    this.model = model;
    this.loss = loss;
    schedule = config.optimizer().schedule(config.epochs(), stepsPerEpoch);
    optimizer = FusedAdamW.over(groups(config, model));
    try (CloseOnFailure opened = new CloseOnFailure()) {
      opened.undo(this::close);
      average = config.optimizer().averages() ? model.twin() : null;
      if (average != null) {
        startAverages();
      }
      opened.done(this);
    }
  }

  private void startAverages() {
    List<Network> twins = average.networks();
    for (int i = 0; i < twins.size(); i++) {
      averages.add(
          new ExponentialMovingAverage(
              model.networks().get(i), twins.get(i), config.optimizer().averageDecay()));
    }
    averages.forEach(ExponentialMovingAverage::reset);
  }

  private static List<ParameterGroup> groups(LoopConfig config, TrainableModel<?> model) {
    OptimizerConfig optimizer = config.optimizer();
    return model.networks().stream()
        .flatMap(n -> optimizer.decayRule().groups(n, optimizer.weightDecay()).stream())
        .toList();
  }

  FusedAdamW optimizer() {
    return optimizer;
  }

  /** The model to judge: the moving average where there is one. */
  M judged() {
    return average == null ? model : average;
  }

  M model() {
    return model;
  }

  /** One optimiser step from one or several batches. */
  StepReport step(int epoch, long step, List<B> batches) {
    EngineSeed.set(config.seed(), step);
    freeze(epoch);
    StepRates rates = schedule.at(step);
    NamedValues sum = NamedValues.NONE;
    double norm;
    if (batches.size() == 1) {
      try (StepScope scope = StepScope.open(model.device())) {
        Differentiated one = differentiate(scope, new Position(epoch, step, 0), batches.get(0));
        sum = one.terms;
        norm = update(epoch, step, one.gradients, rates);
      }
    } else {
      try (GradientAccumulator accumulator = new GradientAccumulator()) {
        for (int part = 0; part < batches.size(); part++) {
          try (StepScope scope = StepScope.open(model.device())) {
            Position at = new Position(epoch, step, part);
            Differentiated one = differentiate(scope, at, batches.get(part));
            sum = sum.plus(one.terms);
            accumulator.add(one.gradients);
          }
        }
        sum = sum.over(batches.size());
        norm = update(epoch, step, accumulator.mean(), rates);
      }
    }
    return new StepReport(epoch, step, sum, norm, rates.learningRate());
  }

  /** Only when it changes: at the start, and when the freezing ends. */
  private void freeze(int epoch) {
    boolean partly = epoch < config.freezing().epochs();
    if (partly != frozen) {
      frozen = partly;
      optimizer.setFrozen(p -> config.freezing().freezes(epoch, p.getName()));
      if (model.trainable().findAny().isEmpty()) {
        throw new IllegalArgumentException(
            "freezing: expected parameters whose names start with one of "
                + config.freezing().only()
                + " but there are none");
      }
    }
  }

  private record Differentiated(NamedValues terms, ParameterGradients gradients) {}

  private Differentiated differentiate(StepScope scope, Position at, B batch) {
    StepContext context = new StepContext(scope.manager(), at, config.seed());
    WeightedLoss value;
    try {
      value = WeightedLoss.of(loss.terms(), loss.evaluate(batch, context));
    } catch (NotFiniteException e) {
      throw NotFinite.loss(at, e, context.suspects(), loss.keys(batch));
    }
    return new Differentiated(
        value.terms(), scope.gradients(value.total(), optimizer.parameters()));
  }

  private double update(int epoch, long step, ParameterGradients gradients, StepRates rates) {
    double limit = config.optimizer().clipNorm();
    double norm = gradients.globalNorm();
    if (!Double.isFinite(norm)) {
      throw NotFinite.gradients(epoch, step, gradients, optimizer.parameters());
    }
    if (limit > 0) {
      gradients.clipToGlobalNorm(limit);
    }
    optimizer.step(gradients, rates);
    averages.forEach(ExponentialMovingAverage::update);
    return norm;
  }

  /** At the end of a run the model takes over the moving average. */
  void takeOverAverage() {
    for (ExponentialMovingAverage each : averages) {
      new ExponentialMovingAverage(each.average(), each.trained(), 0).reset();
    }
  }

  /** Frees moments and average; the model stays. */
  @Override
  public void close() {
    if (frozen) {
      optimizer.setFrozen(p -> false);
    }
    optimizer.close();
    if (average != null) {
      average.close();
    }
  }
}
