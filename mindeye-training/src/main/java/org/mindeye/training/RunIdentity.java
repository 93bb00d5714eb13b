// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.mindeye.MindEyeException;
import org.mindeye.training.checkpoint.Checkpoint;

/**
 * What a run is, apart from its tensors: a checkpoint holds it, and a run is resumed only from one
 * of the same.
 */
public interface RunIdentity {
  /**
   * The recipe, for listeners and the record.
   *
   * @return a value that becomes JSON
   */
  Object config();

  /**
   * What to write into every checkpoint.
   *
   * @return values that become JSON by the names of their files, for example {@code config.json}
   */
  Map<String, Object> documents();

  /**
   * What the files of a checkpoint's weights note beside the tensors, so that a file says which
   * networks it is of where it is read alone: a library that finds no note assumes the published
   * ones.
   *
   * @return texts by key, for example {@link Provenance#metadata()}; none by default
   */
  default Map<String, String> metadata() {
    return Map.of();
  }

  /**
   * Refuses a checkpoint of another run.
   *
   * @param checkpoint to resume from
   * @param state where its run is
   * @param stepsPerEpoch of the run to resume
   * @throws IOException if a document cannot be read
   * @throws MindEyeException if it is another run's; names what differs
   */
  void requireSame(Checkpoint checkpoint, RunState state, int stepsPerEpoch) throws IOException;

  /**
   * A run that is resumed only if nothing differs.
   *
   * @param config the recipe, a record for example; saved as {@code config.json}
   * @param data what it is trained on, fingerprints for example; saved as {@code data.json}
   * @return the identity
   */
  static RunIdentity strict(Object config, Object data) {
    return new StrictIdentity(config, Optional.empty(), data, Map.of());
  }

  /**
   * The same for networks whose shape is noted too, so that {@link SingleNetwork#load} finds it.
   *
   * @param config the recipe, a record for example; saved as {@code config.json}
   * @param model the shape of the networks, a record for example; saved as {@code model.json}
   * @param data what it is trained on, fingerprints for example; saved as {@code data.json}
   * @return the identity
   */
  static RunIdentity strict(Object config, Object model, Object data) {
    return strict(config, model, data, Map.of());
  }

  /**
   * The same for networks that can be loaded from a file of weights alone.
   *
   * @param config the recipe, a record for example; saved as {@code config.json}
   * @param model the shape of the networks, a record for example; saved as {@code model.json}
   * @param data what it is trained on, fingerprints for example; saved as {@code data.json}
   * @param metadata what the files of weights note: see {@link #metadata}
   * @return the identity
   */
  static RunIdentity strict(
      Object config, Object model, Object data, Map<String, String> metadata) {
    return new StrictIdentity(config, Optional.of(model), data, Map.copyOf(metadata));
  }

  /**
   * Refuses what differs.
   *
   * @param checkpoint to resume from
   * @param differences both values by name
   * @throws MindEyeException if there are some
   */
  static void requireNone(Checkpoint checkpoint, Map<String, String> differences) {
    if (!differences.isEmpty()) {
      throw new MindEyeException(
          checkpoint.folder()
              + ": expected a checkpoint of this run but it differs in "
              + new TreeMap<>(differences)
              + "; resume with what the run was started with, or start a new one in another"
              + " folder");
    }
  }
}
