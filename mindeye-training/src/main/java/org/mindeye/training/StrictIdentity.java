// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.mindeye.training.checkpoint.Checkpoint;

/** A run that is resumed only if nothing differs. */
record StrictIdentity(
    Object config, Optional<Object> model, Object data, Map<String, String> metadata)
    implements RunIdentity {
  private static final String CONFIG = RunDescription.CONFIG;
  private static final String MODEL = RunDescription.MODEL;
  private static final String DATA = "data.json";

  @Override
  public Map<String, Object> documents() {
    Map<String, Object> documents = new LinkedHashMap<>();
    documents.put(CONFIG, config);
    model.ifPresent(shape -> documents.put(MODEL, shape));
    documents.put(DATA, data);
    return documents;
  }

  @Override
  public void requireSame(Checkpoint checkpoint, RunState state, int stepsPerEpoch)
      throws IOException {
    Differences differences =
        new Differences()
            .compare("config", RunDocuments.tree(checkpoint, CONFIG, config.getClass()), config)
            .compare("data", RunDocuments.tree(checkpoint, DATA, data.getClass()), data);
    if (model.isPresent()) {
      Object shape = model.get();
      differences.compare("model", RunDocuments.tree(checkpoint, MODEL, shape.getClass()), shape);
    }
    RunIdentity.requireNone(checkpoint, differences.found());
  }
}
