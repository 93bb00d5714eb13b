// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import org.mindeye.training.TrainerRecipe;

/**
 * Everything that makes a network that is trained on scenes alone; becomes JSON.
 *
 * @param <C> the trainer's recipe
 */
interface SceneSource<C extends TrainerRecipe<C>> extends WorldSource<C> {
  /**
   * How many scenes.
   *
   * @param training trained on
   * @param validation scored after every epoch
   * @param test scored once, at the end
   */
  record Scenes(int training, int validation, int test) {}

  /** The shape of what is trained. */
  Record model();

  /** How many of each split. */
  Scenes scenes();
}
