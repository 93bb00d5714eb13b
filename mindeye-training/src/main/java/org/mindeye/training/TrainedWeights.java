// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mindeye.core.document.Document;
import org.mindeye.core.nn.Network;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightBinder;
import org.mindeye.core.weights.WeightMismatchException;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.training.TrainingListener.EpochReport;

/**
 * The weights that a {@link TrainedRun} had at one of its steps, whatever it trains, and what is
 * known about them: a checkpoint, or what the run left at its end. {@link MindEyeWeights} loads the
 * networks of the published recipe from them; those of another recipe are made by it and filled by
 * {@link #copyInto(TrainableModel)}, or one by one:
 *
 * <pre>{@code
 * Decoder decoder = run.best(
 *     weights -> {
 *       Decoder network = new Decoder(weights.config(MyConfig.class).width());
 *       network.allocate(Device.cpu());
 *       weights.copyInto("decoder", network);
 *       return network;
 *     });
 * }</pre>
 */
public abstract class TrainedWeights implements WeightSource {
  private static final String CONFIG = RunDescription.CONFIG;

  TrainedWeights() {}

  /**
   * When they were saved.
   *
   * @return optimiser steps done
   * @throws IOException if it cannot be read
   */
  public abstract long step() throws IOException;

  /**
   * Where they are.
   *
   * @return the folder of a checkpoint, or a file
   */
  @Override
  public abstract Path place();

  /**
   * The epochs that were done by then.
   *
   * @return from the first
   * @throws IOException if they cannot be read
   * @throws MalformedFileException if what says so lacks a key or is of a later schema; names it
   */
  public abstract List<EpochReport> history() throws IOException;

  /**
   * Whether a moving average was saved beside the weights that are trained.
   *
   * @return true if {@link #weights} are the average; false for the end of a run, which has only
   *     one set: the average too, if the run kept one
   */
  public abstract boolean averages();

  /**
   * The weights to use: the moving average where there is one.
   *
   * @return tensors as {@link TrainableModel#tensors} names them; the caller closes them
   * @throws IOException if the file cannot be read
   */
  @Override
  public abstract StateDict weights() throws IOException;

  /**
   * Reads what the run noted with its weights.
   *
   * @param name as in {@link RunIdentity#documents()}
   * @param type of the value
   * @param <T> the same
   * @return the value; empty if the run notes nothing of this name
   * @throws IOException if it cannot be read
   * @throws MalformedFileException if it is of another kind, lacks a key or is of a later schema:
   *     names it
   */
  @Override
  public abstract <T> Optional<T> document(String name, Class<T> type) throws IOException;

  /**
   * All that the run noted with its weights, whatever its recipe.
   *
   * @return documents as they were written, by the names that {@link #document} knows
   * @throws IOException if they cannot be read
   * @throws MalformedFileException if one is no JSON; names it
   */
  public abstract Map<String, Document> documents() throws IOException;

  /**
   * Reads how they were trained.
   *
   * @param type of {@link RunIdentity#config()}; {@link TrainingConfig} for the published recipe
   * @param <T> the same
   * @return the recipe
   * @throws IOException if it cannot be read
   * @throws MalformedFileException if it is noted nowhere, is of another kind, lacks a key or is of
   *     a later schema: names it
   */
  public final <T> T config(Class<T> type) throws IOException {
    return document(CONFIG, type)
        .orElseThrow(
            () ->
                new MalformedFileException(
                    place().toString(), "a note of the recipe", "none; ask who trained it"));
  }

  /**
   * Fills a model.
   *
   * @param model of the shape that was trained; all its weights are replaced
   * @throws IOException if the file cannot be read
   * @throws WeightMismatchException if it is of another shape; names what differs
   */
  public final void copyInto(TrainableModel<?> model) throws IOException {
    try (StateDict file = weights()) {
      model.copyFrom(file);
    }
  }

  /**
   * Fills one of several {@link NamedNetworks}.
   *
   * @param name of the network
   * @param network of the shape that was trained, allocated or with weights, which are replaced
   * @throws IOException if the file cannot be read
   * @throws WeightMismatchException if there is none of this name, or it is of another shape; names
   *     what differs
   */
  public final void copyInto(String name, Network network) throws IOException {
    try (StateDict file = weights()) {
      WeightBinder.strict().copyInto(file.partOf(NamedNetworks.prefix(name)), network);
    }
  }

  /**
   * For messages.
   *
   * @return where they are
   */
  @Override
  public final String toString() {
    return place().toString();
  }
}
