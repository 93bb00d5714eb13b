// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import java.io.IOException;
import java.nio.file.Path;
import org.mindeye.MindEyeException;
import org.mindeye.core.document.Document;
import org.mindeye.core.weights.StateDict;
import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.training.MindEyeWeights;

/** Weights on the command line that are to predict CLIP tokens. */
public final class TokenWeights {
  private TokenWeights() {}

  /**
   * Opens weights, and refuses those of a low-level network, which predicts none.
   *
   * @param weights a file, or the folder of a checkpoint
   * @return the weights
   * @throws IOException if they cannot be read
   * @throws MindEyeException if they are a low-level network's; says which command takes them
   */
  public static MindEyeWeights open(Path weights) throws IOException {
    MindEyeWeights opened = MindEyeWeights.open(weights);
    try (StateDict file = opened.weights()) {
      if (Document.noted(file, LowLevelConfig.METADATA).filter(d -> d.has("latents")).isPresent()) {
        throw new MindEyeException(
            weights
                + ": weights of a low-level network, which predicts latents and no CLIP tokens;"
                + " `mindeye forward lowlevel` uses them");
      }
    }
    return opened;
  }
}
