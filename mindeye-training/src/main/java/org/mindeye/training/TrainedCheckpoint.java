// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.mindeye.MindEyeException;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.weights.StateDict;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.training.TrainingListener.EpochReport;
import org.mindeye.training.checkpoint.Checkpoint;

/**
 * A checkpoint of the published recipe for those who use it: what was trained, from what, how far
 * it got, and the networks themselves.
 *
 * <pre>{@code
 * try (MindEyeModel model = run.best(c -> TrainedCheckpoint.of(c).load(true, Device.cpu()))) { … }
 * }</pre>
 */
public final class TrainedCheckpoint {
  private static final String MODEL = "model";
  private static final String AVERAGE = "average";

  private final Checkpoint checkpoint;

  private TrainedCheckpoint(Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
  }

  /**
   * Reads a checkpoint.
   *
   * @param checkpoint of a run
   * @return what it holds
   */
  public static TrainedCheckpoint of(Checkpoint checkpoint) {
    return new TrainedCheckpoint(checkpoint);
  }

  /**
   * Opens a checkpoint and verifies it, which reads every file once.
   *
   * @param folder of the checkpoint, of any name
   * @return what it holds
   * @throws IOException if a file cannot be read
   * @throws MalformedFileException if there is no checkpoint, or it is damaged; names the file
   */
  public static TrainedCheckpoint open(Path folder) throws IOException {
    return of(Checkpoint.open(folder));
  }

  /**
   * When it was written.
   *
   * @return optimiser steps done
   */
  public long step() {
    return checkpoint.step();
  }

  /**
   * The recipe.
   *
   * @return as it was trained
   * @throws IOException if the document cannot be read
   * @throws MalformedFileException if it lacks a key or is of a later schema; names it
   */
  public TrainingConfig config() throws IOException {
    return RunDescription.config(checkpoint);
  }

  /**
   * The shape of the networks.
   *
   * @return backbone, and prior if there is one
   * @throws IOException if the document cannot be read
   * @throws MalformedFileException if it lacks a key or is of a later schema; names it
   */
  public ModelConfig model() throws IOException {
    return RunDescription.model(checkpoint);
  }

  /**
   * Who made it from what.
   *
   * @return the record
   * @throws IOException if the document cannot be read
   * @throws MalformedFileException if it lacks a key or is of a later schema; names it
   */
  public RunRecord record() throws IOException {
    return RunDescription.record(checkpoint);
  }

  /**
   * The epochs that were done.
   *
   * @return from the first
   * @throws IOException if the document cannot be read
   * @throws MalformedFileException if it lacks a key or is of a later schema; names it
   */
  public List<EpochReport> history() throws IOException {
    return RunDocuments.state(checkpoint).history();
  }

  /**
   * Whether it holds a moving average of the weights.
   *
   * @return true if {@link #weights} are an average
   */
  public boolean averages() {
    return checkpoint.has(AVERAGE);
  }

  /**
   * The weights to use: the moving average where there is one.
   *
   * @return tensors under the published names; the caller closes them
   * @throws IOException if the file cannot be read
   */
  public StateDict weights() throws IOException {
    return checkpoint.tensors(averages() ? AVERAGE : MODEL);
  }

  /**
   * Loads the networks with {@linkplain #weights the weights to use}.
   *
   * @param withPrior whether the prior is wanted
   * @param device where they will live
   * @return the model, which the caller closes
   * @throws IOException if a file cannot be read
   * @throws MindEyeException if there is no prior although it is wanted, or the memory is known not
   *     to hold the networks
   */
  public MindEyeModel load(boolean withPrior, Device device) throws IOException {
    ModelConfig shape = model();
    if (withPrior && shape.process() == null) {
      throw new MindEyeException(
          checkpoint.folder() + ": this checkpoint has no prior; load it without one");
    }
    ModelConfig wanted = withPrior ? shape : ModelConfig.of(shape.backbone());
    TrainingMemory.requireLoadable(wanted, MemoryBudget.of(device));
    try (CloseOnFailure opened = new CloseOnFailure();
        StateDict weights = weights()) {
      MindEyeModel model = opened.add(wanted.allocated(device));
      model.copyFrom(weights);
      return opened.done(model);
    }
  }
}
