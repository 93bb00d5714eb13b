// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.document.DocumentWriter;

/**
 * What weights say about themselves: {@link MindEyeWeights#write} notes it in the header of their
 * file, {@link MindEyeWeights} reads it back.
 *
 * @param config how they were trained
 * @param model the shape of the networks
 * @param record who trained them from what
 */
public record Provenance(TrainingConfig config, ModelConfig model, RunRecord record) {
  static final String PREFIX = "mindeye.";

  /** Checks that all is there. */
  public Provenance {
    Objects.requireNonNull(config, "config");
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(record, "record");
  }

  /** The key under which a file of weights has what a checkpoint has in a document. */
  static String key(String document) {
    return PREFIX + document.replaceFirst("\\.json$", "");
  }

  /**
   * The header of a file of weights.
   *
   * @return JSON by key: {@code mindeye.config}, {@link BackboneConfig#METADATA} and {@code
   *     mindeye.record}
   */
  public Map<String, String> metadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(key(RunDescription.CONFIG), DocumentWriter.line(config));
    metadata.put(BackboneConfig.METADATA, DocumentWriter.line(model));
    metadata.put(key(RunDescription.RECORD), DocumentWriter.line(record));
    return metadata;
  }
}
