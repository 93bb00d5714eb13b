// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.mindeye.core.document.Document;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;

/**
 * Those of a file of any format.
 *
 * @param place the file
 */
record FileWeights(Path place) implements WeightSource {
  @Override
  public StateDict weights() throws IOException {
    return WeightFiles.open(place);
  }

  /** Only the files that this library writes note anything. */
  @Override
  public <T> Optional<T> document(String name, Class<T> type) throws IOException {
    String key = Provenance.key(name);
    try (StateDict file = weights()) {
      return Document.noted(file, key).map(noted -> noted.as(type));
    }
  }
}
