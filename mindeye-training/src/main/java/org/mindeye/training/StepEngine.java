// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.mindeye.core.engine.Torch;
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

/**
 * Optimiser steps: loss, gradients, update, moving average. Knows nothing of epochs and files. The
 * numbers of a step are read from the device once, before the update.
 */
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
    schedule = config.optimizer().learningRate().over(config.epochs(), stepsPerEpoch);
    requireSomeTrained(config.freezing(), model);
    optimizer = FusedAdamW.over(groups(config, model));
    try (CloseOnFailure opened = new CloseOnFailure()) {
      opened.undo(this::close);
      average = config.optimizer().averages() ? model.twin() : null;
      if (average != null) {
        average.networks().forEach(n -> n.computeIn(config.optimizer().precision()));
        startAverages();
      }
      opened.done(this);
    }
  }

  private static void requireSomeTrained(Freezing freezing, TrainableModel<?> model) {
    if (freezing.epochs() > 0
        && model.trainable().allMatch(p -> freezing.freezes(0, p.getName()))) {
      throw new IllegalArgumentException(
          "freezing: expected parameters whose names start with one of "
              + freezing.only()
              + " but there are none");
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
    Position at = new Position(epoch, step, 0);
    return batches.size() == 1 ? step(at, batches.get(0)) : accumulated(at, batches);
  }

  private StepReport step(Position at, B batch) {
    try (StepScope scope = StepScope.open(model.device())) {
      StepContext context = new StepContext(scope.manager(), at, config.seed());
      WeightedLoss value = evaluate(context, batch);
      ParameterGradients gradients = scope.gradients(value.total(), optimizer.parameters());
      double[] numbers = gradients.readWith(List.of(value.numbers()));
      NamedValues terms = WeightedLoss.read(loss.terms(), numbers, 0);
      if (!Double.isFinite(terms.value(LossTerm.TOTAL))) {
        throw NotFinite.loss(context, terms, loss, batch);
      }
      return update(at, terms, gradients);
    }
  }

  private StepReport accumulated(Position at, List<B> batches) {
    try (GradientAccumulator accumulator = new GradientAccumulator();
        NDManager kept = Torch.newManager(model.device())) {
      List<NDArray> unread = new ArrayList<>();
      for (int part = 0; part < batches.size(); part++) {
        try (StepScope scope = StepScope.open(model.device())) {
          StepContext context = new StepContext(scope.manager(), at.of(part), config.seed());
          WeightedLoss value = evaluate(context, batches.get(part));
          accumulator.add(scope.gradients(value.total(), optimizer.parameters()));
          unread.add(scope.keep(value.numbers(), kept));
        }
      }
      double[] numbers = accumulator.mean().readWith(unread);
      NamedValues sum = NamedValues.NONE;
      for (int part = 0; part < batches.size(); part++) {
        NamedValues terms = WeightedLoss.read(loss.terms(), numbers, part);
        if (!Double.isFinite(terms.value(LossTerm.TOTAL))) {
          throw explained(at.of(part), terms, batches);
        }
        sum = sum.plus(terms);
      }
      return update(at, sum.over(batches.size()), accumulator.mean());
    }
  }

  /** The tensors of that batch are gone, so the step is computed again up to there. */
  private NotFiniteException explained(Position at, NamedValues terms, List<B> batches) {
    EngineSeed.set(config.seed(), at.step());
    for (int part = 0; ; part++) {
      try (StepScope scope = StepScope.open(model.device())) {
        StepContext context = new StepContext(scope.manager(), at.of(part), config.seed());
        evaluate(context, batches.get(part));
        if (part == at.part()) {
          return NotFinite.loss(context, terms, loss, batches.get(part));
        }
      }
    }
  }

  /** Only when it changes: at the start, and when the freezing ends. */
  private void freeze(int epoch) {
    boolean partly = epoch < config.freezing().epochs();
    if (partly != frozen) {
      frozen = partly;
      optimizer.setFrozen(p -> config.freezing().freezes(epoch, p.getName()));
    }
  }

  private WeightedLoss evaluate(StepContext context, B batch) {
    try {
      return WeightedLoss.of(loss.terms(), loss.evaluate(batch, context));
    } catch (NotFiniteException e) {
      throw NotFinite.loss(context, e, loss, batch);
    }
  }

  private StepReport update(Position at, NamedValues terms, ParameterGradients gradients) {
    double limit = config.optimizer().clipNorm();
    double norm = gradients.globalNorm();
    if (!Double.isFinite(norm)) {
      throw NotFinite.gradients(at, gradients, optimizer.parameters());
    }
    if (limit > 0) {
      gradients.clipToGlobalNorm(limit);
    }
    StepRates rates = schedule.at(at.step());
    optimizer.step(gradients, rates);
    averages.forEach(ExponentialMovingAverage::update);
    return new StepReport(at.epoch(), at.step(), terms, norm, rates.learningRate());
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
