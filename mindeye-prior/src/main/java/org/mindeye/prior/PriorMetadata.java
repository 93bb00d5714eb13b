// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import java.util.Optional;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.document.Document;
import org.mindeye.core.weights.StateDict;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * What a file of weights notes about its prior: the objects {@code prior} or {@code
 * finalLayerPrior}, and {@code process}, of the networks under {@link BackboneConfig#METADATA}.
 * Each of them may be missing.
 */
final class PriorMetadata {
  static final String PRIOR = "prior";
  static final String FINAL_LAYER = "finalLayerPrior";
  static final String PROCESS = "process";

  private PriorMetadata() {}

  static Optional<PriorConfig> prior(StateDict file) {
    return networks(file, PRIOR, FINAL_LAYER).map(noted -> noted.as(PriorConfig.class));
  }

  static Optional<FinalLayerPriorConfig> finalLayer(StateDict file) {
    return networks(file, FINAL_LAYER, PRIOR).map(noted -> noted.as(FinalLayerPriorConfig.class));
  }

  /** The noted network of the kind that the tensors are of. */
  private static Optional<Document> networks(StateDict file, String kind, String other) {
    Optional<Document> noted = BackboneConfig.notedNetworks(file);
    if (noted.isPresent() && noted.get().has(other)) {
      throw new MalformedFileException(
          place(file),
          "a '" + kind + "', as the tensors are of one,",
          "a '" + other + "'; write the file again with the metadata of its model");
    }
    return noted.filter(networks -> networks.has(kind)).map(networks -> networks.part(kind));
  }

  /** The noted process; the schedule is known to exist. */
  static Optional<DiffusionConfig> process(StateDict file) {
    Optional<DiffusionConfig> process =
        BackboneConfig.notedNetworks(file)
            .filter(networks -> networks.has(PROCESS))
            .map(networks -> networks.part(PROCESS).as(DiffusionConfig.class));
    try {
      process.ifPresent(DiffusionConfig::noiseSchedule);
      return process;
    } catch (IllegalArgumentException e) {
      MalformedFileException error =
          new MalformedFileException(
              place(file) + ": " + PROCESS, "a noise schedule", e.getMessage());
      error.initCause(e);
      throw error;
    }
  }

  private static String place(StateDict file) {
    return file.source() + ": metadata " + BackboneConfig.METADATA;
  }

  /** Refuses a noted network that the shapes contradict; only they tell what is in the file. */
  static <C extends Record> C requireFits(StateDict file, C noted, C found) {
    if (!found.equals(noted)) {
      throw new MalformedFileException(
          file.source(),
          "tensors of " + noted + ", as its metadata says,",
          "tensors of " + found + "; write the file again with the metadata of its model");
    }
    return noted;
  }
}
