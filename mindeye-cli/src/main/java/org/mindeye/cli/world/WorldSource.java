// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import org.mindeye.cli.train.SavingConfig;
import org.mindeye.cli.train.TrainingSource;
import org.mindeye.training.TrainerRecipe;

/**
 * Everything that makes a network of the small world; becomes JSON.
 *
 * @param <C> the trainer's recipe
 */
interface WorldSource<C extends TrainerRecipe<C>> extends TrainingSource<C> {
  /** The same on another device unless that is null, saved in another rhythm. */
  WorldSource<C> goingOn(String newDevice, SavingConfig saving);
}
