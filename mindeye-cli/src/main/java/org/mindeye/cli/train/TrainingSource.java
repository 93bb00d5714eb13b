// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import ai.djl.Device;
import java.util.List;
import org.mindeye.cli.console.Console;
import org.mindeye.training.TrainerRecipe;

/**
 * What a run is made from: everything to make it again. Becomes JSON in the run's folder.
 *
 * @param <C> the trainer's recipe
 */
public interface TrainingSource<C extends TrainerRecipe<C>> {
  /**
   * How the networks are trained.
   *
   * @return the recipe
   */
  C training();

  /**
   * How often the run is saved.
   *
   * @return the rhythm
   */
  SavingConfig checkpoints();

  /**
   * Where the networks live.
   *
   * @return the device's name
   */
  String device();

  /**
   * What is read, and must be there before anything begins.
   *
   * @return files and folders
   */
  default List<String> files() {
    return List.of();
  }

  /**
   * What trains it.
   *
   * @param console where progress is printed
   * @param where the device
   * @return the run's own part of a training
   */
  RunRecipe recipe(Console console, Device where);
}
