// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import java.io.IOException;
import java.nio.file.Path;
import org.mindeye.cli.train.RunSession;
import org.mindeye.core.nn.Network;
import org.mindeye.training.RunControl;
import org.mindeye.training.RunFolder;
import org.mindeye.training.TrainerRecipe;
import org.mindeye.training.TrainingResult;

/**
 * Scenes, and what is trained on them alone.
 *
 * @param <C> the trainer's recipe
 * @param <M> what is trained
 * @param <S> scenes of a split
 * @param recipe how it is trained
 * @param folder of the run
 * @param splits the scenes
 * @param record who trains it on what
 * @param trained with weights; closed with this
 */
record SceneSession<C extends TrainerRecipe<C>, M, S>(
    SceneRecipe<C, M, S> recipe, RunFolder folder, Splits<S> splits, WorldRecord record, M trained)
    implements RunSession<C> {

  /**
   * Scenes of each split.
   *
   * @param <S> those of one
   * @param training trained on
   * @param validation scored after every epoch
   * @param test scored once, at the end
   */
  record Splits<S>(S training, S validation, S test) {}

  @Override
  public SceneSource<C> source() {
    return recipe.source();
  }

  @Override
  public Record model() {
    return source().model();
  }

  @Override
  public void requireBegun(RunFolder begun) throws IOException {
    record.requireBegun(begun);
  }

  @Override
  public int samples() {
    return record.training().samples();
  }

  @Override
  public int allSamples() {
    return source().scenes().training();
  }

  @Override
  public long trainableCount() {
    return recipe.networks(trained).stream().mapToLong(Network::parameterCount).sum();
  }

  @Override
  public TrainingResult train(C training, RunControl control, boolean resumed) {
    return recipe
        .training(training, control, resumed)
        .of(trained, splits.training(), splits.validation());
  }

  @Override
  public void write(Path file) throws IOException {
    recipe.write(file, this);
  }

  @Override
  public void close() {
    recipe.networks(trained).forEach(Network::close);
  }
}
