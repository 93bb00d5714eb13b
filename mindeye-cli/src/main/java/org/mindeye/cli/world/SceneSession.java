// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import java.io.IOException;
import org.mindeye.cli.train.RunSession;
import org.mindeye.training.RunFolder;
import org.mindeye.training.TrainerRecipe;

/**
 * Scenes, and a network that is trained on them alone.
 *
 * @param <C> the trainer's recipe
 */
interface SceneSession<C extends TrainerRecipe<C>> extends RunSession<C> {
  @Override
  WorldRecord record();

  @Override
  default void requireBegun(RunFolder begun) throws IOException {
    record().requireBegun(begun);
  }

  @Override
  default int samples() {
    return record().training().samples();
  }
}
