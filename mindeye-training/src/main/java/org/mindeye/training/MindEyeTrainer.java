package org.mindeye.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.mindeye.core.MindEyeException;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.backbone.BackboneMemory;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.optim.FusedAdamW;
import org.mindeye.core.optim.OneCycleSchedule;
import org.mindeye.core.optim.StepRates;
import org.mindeye.core.optim.StepScope;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.data.Split;
import org.mindeye.data.Splits;
import org.mindeye.data.Trial;
import org.mindeye.data.loader.LastBatch;
import org.mindeye.data.loader.LoaderConfig;
import org.mindeye.data.loader.TrialBatch;
import org.mindeye.data.loader.TrialLoader;
import org.mindeye.data.loader.TrialOrder;
import org.mindeye.losses.LossSchedule;
import org.mindeye.losses.MixCo;
import org.mindeye.losses.MixCoPlan;
import org.mindeye.training.TrainingListener.EpochReport;
import org.mindeye.training.TrainingListener.RunPlan;
import org.mindeye.training.TrainingListener.StepReport;

/**
 * Trains the backbone by the published recipe (paper section 4, {@code Train_MindEye.py}) without
 * the diffusion prior: BiMixCo for the first third of the epochs, SoftCLIP with a rising
 * temperature for the rest, AdamW under a one-cycle schedule, incomplete batches left out.
 *
 * <p>Deviations from the original, all on purpose: order is a true permutation per epoch,
 * validation is a validation split (never the test split) scored the same way over the whole run.
 *
 * <p>The same seed, data, machine and thread count give the same weights.
 */
public final class MindEyeTrainer {
  private static final long MIXING = 1;
  private static final long DROPOUT = 2;

  private final TrainingConfig config;
  private final List<TrainingListener> listeners;

  /**
   * Creates a trainer.
   *
   * @param config the recipe
   * @param listeners told about every step and epoch, in this order
   */
  public MindEyeTrainer(TrainingConfig config, TrainingListener... listeners) {
    this.config = config;
    this.listeners = List.of(listeners);
  }

  /**
   * Trains in place.
   *
   * @param backbone initialised; holds the weights of the last step afterwards
   * @param training the training split
   * @param validation scored after every epoch; must not be the test split
   * @return the report of every epoch
   * @throws IllegalArgumentException if a split is used for what it is not for, or targets and
   *     backbone are of different spaces
   * @throws ShapeMismatchException if a sample has other voxels than the backbone reads
   * @throws MindEyeException if a picture is in both splits, or the loss becomes NaN or infinite;
   *     names epoch, step and samples. Also, before the first step, if the memory is known not to
   *     hold gradients, moments and activations: says what would fit
   */
  public List<EpochReport> train(
      ResidualMlpBackbone backbone, TrainingSplit training, TrainingSplit validation) {
    requireFit(backbone, training, validation);
    BackboneMemory.requireTrainable(
        backbone, config.batchSize(), MemoryBudget.of(backbone.device()));
    TrialLoader loader =
        new TrialLoader(
            training.trials(),
            new LoaderConfig(
                config.batchSize(),
                TrialOrder.PERMUTATION,
                config.repeats(),
                LastBatch.DROP,
                config.seed()));
    RunPlan plan =
        new RunPlan(
            config,
            training.trials().size(),
            validation.trials().size(),
            loader.batchesPerEpoch(),
            backbone.parameterCount());
    try (Listeners told = new Listeners(listeners);
        FusedAdamW optimizer =
            FusedAdamW.over(config.decayRule().groups(backbone, config.weightDecay()))) {
      told.start(plan);
      return new Run(backbone, training, optimizer, plan, told)
          .train(loader, new Validator(validation));
    }
  }

  private static void requireFit(
      ResidualMlpBackbone backbone, TrainingSplit training, TrainingSplit validation) {
    validation.split().requireForSelection();
    requireSplit("training", Split.TRAIN, training);
    requireSplit("validation", Split.VALIDATION, validation);
    Splits.requireDisjoint(
        Map.of(Split.TRAIN, training.trials(), Split.VALIDATION, validation.trials()));
    for (TrainingSplit split : List.of(training, validation)) {
      if (!split.targets().space().equals(backbone.config().space())) {
        throw new IllegalArgumentException(
            split.split()
                + " targets: a "
                + split.targets().space()
                + " space, but the backbone predicts "
                + backbone.config().space());
      }
      requireVoxels(backbone.config().voxels(), split);
    }
  }

  private static void requireSplit(String use, Split expected, TrainingSplit found) {
    if (found.split() != expected) {
      throw new IllegalArgumentException(
          use + " split: expected " + expected + " but was " + found.split());
    }
  }

  /** Now, not after the first epoch. */
  private static void requireVoxels(int expected, TrainingSplit split) {
    for (Trial trial : split.trials()) {
      if (trial.voxelCount() != expected) {
        throw new ShapeMismatchException(
            split.split()
                + " sample "
                + trial.key()
                + ": expected the "
                + expected
                + " voxels that the backbone reads but found "
                + trial.voxelCount());
      }
    }
  }

  /** The state of one run. */
  private final class Run {
    private final ResidualMlpBackbone backbone;
    private final TrainingSplit data;
    private final FusedAdamW optimizer;
    private final OneCycleSchedule schedule;
    private final LossSchedule losses;
    private final Listeners told;
    private long step;

    Run(
        ResidualMlpBackbone backbone,
        TrainingSplit data,
        FusedAdamW optimizer,
        RunPlan plan,
        Listeners told) {
      this.backbone = backbone;
      this.data = data;
      this.optimizer = optimizer;
      this.told = told;
      schedule =
          OneCycleSchedule.paper(config.maxLearningRate(), config.epochs(), plan.stepsPerEpoch());
      losses = config.losses();
    }

    List<EpochReport> train(TrialLoader loader, Validator validator) {
      List<EpochReport> history = new ArrayList<>();
      for (int epoch = 0; epoch < config.epochs(); epoch++) {
        double sum = 0;
        for (TrialBatch batch : loader.epoch(epoch)) {
          StepReport report = step(epoch, batch);
          sum += report.loss();
          told.step(report);
        }
        EpochReport report =
            new EpochReport(
                epoch,
                losses.mixes(epoch) ? "BiMixCo" : "SoftCLIP",
                sum / loader.batchesPerEpoch(),
                validator.score(BackboneEncoder.of(backbone)));
        history.add(report);
        told.epoch(report);
      }
      return List.copyOf(history);
    }

    private StepReport step(int epoch, TrialBatch batch) {
      try (StepScope scope = StepScope.open(backbone.device())) {
        NDArray loss = loss(epoch, batch, scope.manager());
        double value = loss.getFloat();
        if (!Double.isFinite(value)) {
          throw new MindEyeException(
              "the loss became "
                  + value
                  + " in epoch "
                  + epoch
                  + ", step "
                  + step
                  + " (samples "
                  + batch.keys()
                  + "); lower the learning rate or check the targets");
        }
        StepRates rates = schedule.at(step);
        optimizer.step(scope.gradients(loss, optimizer.parameters()), rates);
        return new StepReport(epoch, step++, value, rates.learningRate());
      }
    }

    private NDArray loss(int epoch, TrialBatch batch, NDManager manager) {
      ClipVectors image = data.targets().targets(batch, manager).toUnitVectors();
      VoxelBatch voxels = batch.voxels(manager);
      if (!losses.mixes(epoch)) {
        return losses.unmixed(epoch).evaluate(embed(voxels), image);
      }
      NoiseSource noise = NoiseSource.seeded(config.seed(), MIXING, step);
      MixCoPlan mix = MixCo.draw(batch.size(), config.mixCo(), noise);
      return losses.biMixCo().evaluate(embed(mix.apply(voxels)), image, mix);
    }

    private ClipVectors embed(VoxelBatch voxels) {
      Mode mode = Mode.train(NoiseSource.seeded(config.seed(), DROPOUT, step));
      return backbone.forward(voxels, mode).projected().toUnitVectors();
    }
  }
}
