// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.mindeye.core.weights.StateDict;

/** Weights, and what is noted about them. */
interface WeightSource {
  /** A file, or the folder of a checkpoint. */
  Path place();

  /** Opened on each call; the caller closes them. */
  StateDict weights() throws IOException;

  /** What is noted under the name of a document; empty if nothing is. */
  <T> Optional<T> document(String name, Class<T> type) throws IOException;
}
