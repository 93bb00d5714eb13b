// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.mindeye.data.loader.AheadConfig;

/**
 * How a run is led, whatever it trains: which listeners it has, where it is saved, what stops it,
 * and how far ahead batches are prepared. All trainers take one, and so does a {@link
 * TrainingLoop}.
 */
public final class RunControl {
  private final List<TrainingListener> listeners;
  private final CheckpointPolicy checkpoints;
  private final BooleanSupplier stop;
  private final AheadConfig ahead;

  private RunControl(
      List<TrainingListener> listeners,
      CheckpointPolicy checkpoints,
      BooleanSupplier stop,
      AheadConfig ahead) {
    this.listeners = listeners;
    this.checkpoints = checkpoints;
    this.stop = stop;
    this.ahead = ahead;
  }

  /**
   * A run that is not saved, and stops at its end.
   *
   * @param listeners notified of every step and epoch, in this order
   * @return the control
   */
  public static RunControl of(TrainingListener... listeners) {
    return new RunControl(
        List.of(Objects.requireNonNull(listeners, "listeners")),
        null,
        () -> false,
        AheadConfig.standard());
  }

  /**
   * The same for a run that is saved.
   *
   * @param policy where and how often
   * @return a changed copy
   */
  public RunControl withCheckpoints(CheckpointPolicy policy) {
    return new RunControl(listeners, Objects.requireNonNull(policy, "policy"), stop, ahead);
  }

  /**
   * The same for a run that stops on request: it finishes the step, and the validation if the step
   * was the last of its epoch, saves if it has a policy, and returns.
   *
   * @param requested queried after every step and every validation
   * @return a changed copy
   */
  public RunControl stoppingWhen(BooleanSupplier requested) {
    return new RunControl(
        listeners, checkpoints, Objects.requireNonNull(requested, "requested"), ahead);
  }

  /**
   * The same for a run that prepares batches another number of steps ahead; {@link
   * AheadConfig#standard()} if it is not said. The numbers of the run do not depend on it, but the
   * memory that it takes does: {@link HeapContents.Steps}.
   *
   * @param config how far ahead
   * @return a changed copy
   */
  public RunControl preparing(AheadConfig config) {
    return new RunControl(listeners, checkpoints, stop, Objects.requireNonNull(config, "config"));
  }

  List<TrainingListener> listeners() {
    return listeners;
  }

  /** Null for a run that is not saved. */
  CheckpointPolicy checkpoints() {
    return checkpoints;
  }

  BooleanSupplier stop() {
    return stop;
  }

  AheadConfig ahead() {
    return ahead;
  }
}
