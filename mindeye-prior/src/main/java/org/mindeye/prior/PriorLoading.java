// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiFunction;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.prior.diffusion.BetaSchedule;
import org.mindeye.prior.diffusion.NoiseSchedule;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Network and process of a prior out of one file. */
final class PriorLoading {
  private static final Logger LOG = LoggerFactory.getLogger(PriorLoading.class);

  private PriorLoading() {}

  /** Loads whichever network the file holds; the process is decided by both. */
  static DiffusionPrior load(
      Path file, Device device, BiFunction<DenoisingNetwork, StateDict, DiffusionConfig> process)
      throws IOException {
    try (StateDict weights = WeightFiles.open(file);
        CloseOnFailure opened = new CloseOnFailure()) {
      DenoisingNetwork network =
          opened.add(
              PriorWeights.isFinalLayer(PriorWeights.of(weights))
                  ? FinalLayerPriorNetwork.load(weights, device)
                  : PriorNetwork.load(weights, device));
      return opened.done(DiffusionPrior.of(network, process.apply(network, weights)));
    }
  }

  /** Saved betas, or with a warning the published ones; all else as published. */
  static DiffusionConfig savedOrPublished(DenoisingNetwork network, StateDict weights) {
    int width = network.space().width();
    DiffusionConfig published =
        network instanceof FinalLayerPriorNetwork
            ? DiffusionConfig.finalLayer(width)
                .withSchedule(BetaSchedule.COSINE, network.knownTimesteps())
            : DiffusionConfig.paper(width);
    Optional<PriorWeights.SavedSchedule> saved = PriorWeights.schedule(weights);
    if (saved.isEmpty()) {
      LOG.warn(
          "{}: no {}, so the published noise schedule is assumed, {}. Samples of weights that were"
              + " trained with another one are wrong: give it to"
              + " DiffusionPrior.load(file, config, device)",
          weights.source(),
          PriorWeights.BETAS,
          published.noiseSchedule());
      return published;
    }
    if (saved.get().timesteps() > network.knownTimesteps()) {
      throw new MalformedFileException(
          tensor(weights),
          "at most the " + network.knownTimesteps() + " timesteps of to_time_embeds.0.weight",
          String.valueOf(saved.get().timesteps()));
    }
    return published.withSchedule(saved.get().kind(), saved.get().timesteps());
  }

  /** A process that contradicts no saved betas. */
  static DiffusionConfig given(DiffusionConfig config, StateDict weights) {
    NoiseSchedule given = config.noiseSchedule();
    Optional<PriorWeights.SavedSchedule> saved = PriorWeights.schedule(weights);
    if (saved.isPresent() && !saved.get().coefficients().equals(given)) {
      throw new MalformedFileException(
          tensor(weights), "the schedule given, " + given, saved.get().coefficients().toString());
    }
    return config;
  }

  private static String tensor(StateDict weights) {
    return weights.source() + ": tensor '" + PriorWeights.BETAS + "'";
  }
}
