// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import ai.djl.Device;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.training.ProcessRecord;
import org.mindeye.training.RunIdentity;
import org.mindeye.training.RunState;
import org.mindeye.training.checkpoint.Checkpoint;

/** A run of the low-level recipe: what it goes on from, and what else its checkpoints note. */
final class LowLevelIdentity implements RunIdentity {
  static final String MODEL = "model.json";
  static final String SOURCES = "data.json";
  static final String RECORD = "record.json";

  private final LowLevelTrainingConfig config;
  private final LowLevelConfig network;
  private final ProcessRecord record;
  private final Supplier<LowLevelSources> read;
  private RunIdentity strict;

  /**
   * Describes a run.
   *
   * @param read reads all data, and is called only for checkpoints and final weights
   */
  LowLevelIdentity(
      LowLevelTrainingConfig config,
      LowLevelConfig network,
      Device device,
      Supplier<LowLevelSources> read) {
    this.config = config;
    this.network = network;
    this.read = read;
    record = ProcessRecord.of(device);
  }

  @Override
  public Object config() {
    return config;
  }

  private RunIdentity strict() {
    if (strict == null) {
      strict = RunIdentity.strict(config, new Learned(network, read.get()));
    }
    return strict;
  }

  /** What must not change, beside the recipe. */
  record Learned(LowLevelConfig network, LowLevelSources sources) {}

  @Override
  public Map<String, Object> documents() {
    Map<String, Object> documents = new LinkedHashMap<>(strict().documents());
    documents.put(MODEL, network);
    documents.put(RECORD, record);
    return documents;
  }

  @Override
  public void requireSame(Checkpoint checkpoint, RunState state, int stepsPerEpoch)
      throws IOException {
    strict().requireSame(checkpoint, state, stepsPerEpoch);
  }

  /** The same documents for the header of a file of weights. */
  @Override
  public Map<String, String> metadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    documents()
        .forEach(
            (name, value) ->
                metadata.put(
                    "mindeye." + name.replaceFirst("\\.json$", ""), DocumentWriter.line(value)));
    return metadata;
  }
}
