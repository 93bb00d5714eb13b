// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.util.Objects;
import java.util.function.BiConsumer;
import org.mindeye.core.memory.MemoryBudget;

/**
 * What a {@link TrainingLoop} trains, on what, and how it is judged.
 *
 * @param <M> the model
 * @param <B> a batch
 * @param model initialised; trained in place
 * @param samples what it is trained on
 * @param loss what is minimised; computed with the model
 * @param validator judges the model after every epoch
 * @param identity what the run is, for its checkpoints
 * @param memory refuses a run that does not fit into the memory left by the model's weights
 */
public record Recipe<M extends TrainableModel<M>, B>(
    M model,
    SampleSource<B> samples,
    StepLoss<B> loss,
    ModelValidator<M> validator,
    RunIdentity identity,
    BiConsumer<LoopConfig, MemoryBudget> memory) {
  /** Checks that all is there. */
  public Recipe {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(samples, "samples");
    Objects.requireNonNull(loss, "loss");
    Objects.requireNonNull(validator, "validator");
    Objects.requireNonNull(identity, "identity");
    Objects.requireNonNull(memory, "memory");
  }

  /**
   * A recipe whose memory is estimated from its networks, without what batches need.
   *
   * @param model initialised; trained in place
   * @param samples what it is trained on
   * @param loss what is minimised; computed with the model
   * @param validator judges the model after every epoch
   * @param identity what the run is, for its checkpoints
   * @param <M> the model
   * @param <B> a batch
   * @return the recipe
   */
  public static <M extends TrainableModel<M>, B> Recipe<M, B> of(
      M model,
      SampleSource<B> samples,
      StepLoss<B> loss,
      ModelValidator<M> validator,
      RunIdentity identity) {
    return new Recipe<>(
        model,
        samples,
        loss,
        validator,
        identity,
        (config, budget) -> LoopMemory.requireFits(model, config, budget));
  }

  /** The names of all numbers it reports. */
  ReportNames names() {
    return new ReportNames(loss.terms(), validator.scores());
  }
}
