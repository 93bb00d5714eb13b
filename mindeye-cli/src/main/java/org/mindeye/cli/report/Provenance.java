// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.training.ModelConfig;
import org.mindeye.training.RunRecord;

/** What weights say about themselves, in the header of their file. */
public final class Provenance {
  /** The key of the networks' shape. */
  public static final String NETWORKS = BackboneConfig.METADATA;

  private static final String RECORD = "mindeye.record";
  private static final ObjectMapper JSON = new ObjectMapper();

  private Provenance() {}

  /**
   * The header of trained weights.
   *
   * @param shape of the networks
   * @param record who made them from what
   * @return texts by key
   */
  public static Map<String, String> metadata(ModelConfig shape, RunRecord record) {
    return Map.of(NETWORKS, text(shape), RECORD, text(record));
  }

  private static String text(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records of numbers and texts become JSON", e);
    }
  }
}
