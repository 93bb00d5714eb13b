// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import java.util.Optional;
import org.mindeye.Plural;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.weights.StateDict;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.prior.diffusion.NoiseSchedule;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The diffusion process that a file of weights belongs to: noted, saved as betas, or assumed. */
final class PriorProcess {
  private static final Logger LOG = LoggerFactory.getLogger(PriorProcess.class);

  private PriorProcess() {}

  /** See {@link DiffusionConfig#of}. */
  static DiffusionConfig of(StateDict file) {
    boolean last = PriorWeights.isFinalLayer(PriorWeights.of(file));
    if (!last) {
      int width = PriorConfig.of(file).space().width();
      return of(file, DiffusionConfig.paper(width), Integer.MAX_VALUE);
    }
    FinalLayerPriorConfig network = FinalLayerPriorConfig.of(file);
    DiffusionConfig published = DiffusionConfig.finalLayer(network.width());
    return of(
        file,
        published.withSchedule(published.schedule(), network.timesteps()),
        network.timesteps());
  }

  private static DiffusionConfig of(StateDict file, DiffusionConfig published, int known) {
    Optional<DiffusionConfig> noted = PriorMetadata.process(file);
    Optional<PriorWeights.SavedSchedule> saved = PriorWeights.schedule(file);
    noted.ifPresent(
        process -> requireSame(file, process, saved, "the schedule that its metadata notes, "));
    if (noted.isEmpty() && saved.isEmpty()) {
      LOG.warn(
          "{}: no {}, so the published noise schedule is assumed, {}. Samples of weights that were"
              + " trained with another one are wrong: give it to"
              + " DiffusionPrior.load(file, config, device)",
          file.source(),
          PriorWeights.BETAS,
          published.noiseSchedule());
      return published;
    }
    DiffusionConfig process =
        noted.orElseGet(() -> published.withSchedule(saved.get().kind(), saved.get().timesteps()));
    if (process.timesteps() > known) {
      throw new MalformedFileException(
          noted.isPresent() ? metadata(file) : tensor(file),
          "at most the " + Plural.of(known, "timestep") + " of to_time_embeds.0.weight",
          String.valueOf(process.timesteps()));
    }
    return process;
  }

  /** A process that contradicts neither saved betas nor the noted process. */
  static DiffusionConfig given(DiffusionConfig config, StateDict file) {
    requireSame(file, config, PriorWeights.schedule(file), "the schedule given, ");
    Optional<DiffusionConfig> noted = PriorMetadata.process(file);
    noted.ifPresent(
        process -> {
          boolean schedule = process.noiseSchedule().equals(config.noiseSchedule());
          if (!schedule || process.scale() != config.scale()) {
            throw new MalformedFileException(
                metadata(file),
                "the process given, " + inWords(config) + ",",
                inWords(process) + "; give that, or leave it out");
          }
        });
    return config;
  }

  private static void requireSame(
      StateDict file,
      DiffusionConfig process,
      Optional<PriorWeights.SavedSchedule> saved,
      String whose) {
    NoiseSchedule expected = process.noiseSchedule();
    if (saved.isPresent() && !saved.get().coefficients().equals(expected)) {
      throw new MalformedFileException(
          tensor(file), whose + expected, saved.get().coefficients().toString());
    }
  }

  /** What weights belong to; how often training hides something may change. */
  private static String inWords(DiffusionConfig process) {
    return process.noiseSchedule() + " with scale " + process.scale();
  }

  private static String tensor(StateDict file) {
    return file.source() + ": tensor '" + PriorWeights.BETAS + "'";
  }

  private static String metadata(StateDict file) {
    return file.source() + ": metadata " + BackboneConfig.METADATA + ": process";
  }
}
