// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.training.TrainingListener.RunPlan;

/**
 * A training that can be stopped anywhere and continues with the same bits, whatever it trains. It
 * owns the optimiser, accumulation, clipping, the moving average, freezing, validation and the
 * choice of the best epoch, checkpoints, listeners, and says where NaN came from; networks, loss,
 * samples and scores are the {@linkplain Recipe recipe's}. {@link MindEyeTrainer} is the published
 * recipe on it.
 *
 * <p>A custom run is a {@link StepLoss}, a {@link SampleSource} and a {@link ModelValidator} over
 * some networks:
 *
 * <pre>{@code
 * var model = NamedNetworks.of(Map.of("encoder", encoder, "decoder", decoder), MyRun::shapes);
 * var recipe =
 *     Recipe.of(model, samples, new MyLoss(model), new MyValidator(), RunIdentity.strict(config, data));
 * TrainingResult result =
 *     new TrainingLoop<>(loop, recipe, ProgressListener.bar(System.err))
 *         .withCheckpoints(CheckpointPolicy.in(folder))
 *         .train(); // or resume()
 * }</pre>
 *
 * @param <M> the model
 * @param <B> a batch
 */
public final class TrainingLoop<M extends TrainableModel<M>, B> {
  private final LoopConfig config;
  private final Recipe<M, B> recipe;
  private final RunControl control;

  /**
   * Creates a loop.
   *
   * @param config how it is trained
   * @param recipe what is trained
   * @param listeners notified of every step and epoch, in this order
   */
  public TrainingLoop(LoopConfig config, Recipe<M, B> recipe, TrainingListener... listeners) {
    this(config, recipe, RunControl.of(listeners));
  }

  /**
   * Creates a loop.
   *
   * @param config how it is trained
   * @param recipe what is trained
   * @param control listeners, checkpoints and what stops the run
   */
  public TrainingLoop(LoopConfig config, Recipe<M, B> recipe, RunControl control) {
    this.config = Objects.requireNonNull(config, "config");
    this.recipe = Objects.requireNonNull(recipe, "recipe");
    this.control = Objects.requireNonNull(control, "control");
  }

  /**
   * The same loop, which saves the run.
   *
   * @param policy where and how often
   * @return a changed copy
   */
  public TrainingLoop<M, B> withCheckpoints(CheckpointPolicy policy) {
    return new TrainingLoop<>(config, recipe, control.withCheckpoints(policy));
  }

  /**
   * The same loop, which stops on request: it finishes the step, and the validation if the step was
   * the last of its epoch, saves if it has a policy, and returns.
   *
   * @param requested queried after every step and every validation
   * @return a changed copy
   */
  public TrainingLoop<M, B> stoppingWhen(BooleanSupplier requested) {
    return new TrainingLoop<>(config, recipe, control.stoppingWhen(requested));
  }

  /**
   * Trains in place, from the first step.
   *
   * @return the outcome; the model holds the weights of the last step or, where the optimiser
   *     averages, their moving average unless the run was stopped
   * @throws MindEyeException if loss, gradients or scores become NaN or infinite: names tensor,
   *     step and samples, and no parameter was updated in the step. Also, before the first step, if
   *     the run is known not to fit into memory, or there are checkpoints of another run where this
   *     one would write
   * @throws UncheckedIOException if a checkpoint cannot be written, a full disk included
   * @throws CancellationException if the thread is interrupted while it waits for a batch that is
   *     being prepared; the run can be resumed where it was last saved
   */
  public TrainingResult train() {
    return run(false);
  }

  /**
   * Continues where the newest intact checkpoint of the policy's folder ends, as if the run had
   * never stopped. The model's weights are replaced.
   *
   * @return the outcome of the whole run
   * @throws MindEyeException if there is no checkpoint, or it is another run's: names what differs.
   *     All that {@link #train} throws, too
   * @throws IllegalStateException without {@link #withCheckpoints}
   */
  public TrainingResult resume() {
    if (control.checkpoints() == null) {
      throw new IllegalStateException("resume: there is no folder of checkpoints to resume from");
    }
    return run(true);
  }

  private TrainingResult run(boolean resume) {
    M model = recipe.model();
    try (RunPrecision computing = RunPrecision.of(model, config.optimizer().precision())) {
      return run(model, resume);
    }
  }

  private TrainingResult run(M model, boolean resume) {
    recipe.memory().accept(config, MemoryBudget.of(model.device()));
    ReportNames names = recipe.names();
    names.requireMeasured(config.selection());
    int stepsPerEpoch = stepsPerEpoch();
    List<String> notes = withoutEffect(stepsPerEpoch);
    // Listeners are notified of the end when nothing requires gradients any more.
    try (Listeners notified = new Listeners(control.listeners());
        StepEngine<M, B> engine = new StepEngine<>(config, model, recipe.loss(), stepsPerEpoch);
        RunCheckpoints<M> saved =
            RunCheckpoints.open(control.checkpoints(), config, recipe.identity(), engine)) {
      RunCheckpoints.Restored start = resume ? saved.restore(stepsPerEpoch) : saved.fresh();
      RunPlan plan =
          new RunPlan(
              recipe.identity().config(),
              new RunLength(
                  config.epochs(),
                  stepsPerEpoch,
                  recipe.samples().samples(),
                  recipe.validator().samples()),
              model.trainableCount(),
              names,
              new RunStart(
                  start.state().step(),
                  start.state().history(),
                  start.checkpoint(),
                  Stream.concat(notes.stream(), start.notes().stream()).toList()));
      notified.start(plan);
      return new EpochLoop<>(config, recipe, engine, notified, saved, control)
          .run(start.state(), stepsPerEpoch);
    } catch (IOException e) {
      throw new UncheckedIOException("checkpoints: " + e.getMessage(), e);
    }
  }

  private List<String> withoutEffect(int stepsPerEpoch) {
    List<String> notes = new ArrayList<>(config.withoutEffect());
    if (control.checkpoints() != null) {
      notes.addAll(control.checkpoints().withoutEffect((long) config.epochs() * stepsPerEpoch));
    }
    return notes;
  }

  /** Batches that do not fill a step are left out, as samples that do not fill a batch are. */
  private int stepsPerEpoch() {
    int accumulation = config.optimizer().accumulation();
    int batches = recipe.samples().batchesPerEpoch();
    if (batches < 1) {
      throw new IllegalArgumentException(
          "samples: expected at least one batch an epoch but there is none");
    }
    if (batches < accumulation) {
      throw new IllegalArgumentException(
          "accumulation: "
              + Plural.of(batches, "batch")
              + " an epoch do not fill one step of "
              + accumulation
              + "; use fewer for a step, or smaller batches");
    }
    return batches / accumulation;
  }
}
