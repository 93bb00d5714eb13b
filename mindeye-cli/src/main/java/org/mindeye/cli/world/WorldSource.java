// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import ai.djl.Device;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.train.RunRecipe;
import org.mindeye.cli.train.SavingConfig;

/**
 * Everything that makes a network of the small world; becomes JSON.
 *
 * @param <S> itself
 */
interface WorldSource<S extends WorldSource<S>> {
  /**
   * How many scenes.
   *
   * @param training trained on
   * @param validation scored after every epoch
   * @param test scored once, at the end
   */
  record Scenes(int training, int validation, int test) {}

  /** Where it is trained. */
  String device();

  /** How often the run is saved. */
  SavingConfig checkpoints();

  /** The same on another device unless that is null, saved in another rhythm. */
  S goingOn(String newDevice, SavingConfig saving);

  /** What trains it. */
  RunRecipe recipe(Console console, Device where);
}
