// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.reconstruct;

import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.clip.ClipScorer;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.pipeline.DecodeConfig;
import org.mindeye.core.pipeline.MindEyePipeline;
import org.mindeye.core.pipeline.PipelineBuilder;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFolder;
import org.mindeye.data.Trial;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.io.Problems;
import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.prior.DiffusionPrior;
import org.mindeye.prior.MultistepSampler;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;
import org.mindeye.training.MindEyeModel;

/**
 * All that a reconstruction reads, looked at before any of it is loaded: what is wrong with it, or
 * does not fit together, is in one message.
 */
final class ReconstructionInputs {
  private final BrainModel model;
  private final PainterPlace painter;
  private final LowLevelModel lowLevel;
  private final Path clip;
  private final List<Trial> trials;

  private ReconstructionInputs(NetworkPlaces places, Responses responses, boolean scoring)
      throws IOException {
    Problems problems = new Problems();
    model = problems.read(() -> BrainModel.open(places.model()));
    painter = problems.read(() -> PainterPlace.open(places.painter()));
    lowLevel =
        places.lowLevel() == null
            ? null
            : problems.read(() -> LowLevelModel.open(places.lowLevel()));
    clip = scoring ? tower(places) : null;
    boolean towerKnown = scoring && (clip != null || painter != null);
    VisionTransformerConfig tower = towerKnown ? problems.read(this::tower) : null;
    trials = model == null ? null : problems.read(() -> responses.read(model.backbone().voxels()));
    problems.refuseAny();
    ClipSpace space = model.backbone().space();
    problems.check(() -> requireSpace(space, painter.unet().condition()));
    if (lowLevel != null) {
      problems.check(() -> requireFits(lowLevel.config()));
    }
    if (scoring) {
      problems.check(() -> requireTower(space, tower));
    }
    problems.refuseAny();
  }

  /**
   * Looks at everything.
   *
   * @param places where it is
   * @param responses which ones are read
   * @param candidates for more than one CLIP is needed
   */
  static ReconstructionInputs open(NetworkPlaces places, Responses responses, int candidates)
      throws IOException {
    return new ReconstructionInputs(places, responses, candidates > 1);
  }

  private Path tower(NetworkPlaces places) {
    return places.clip() == null && painter != null
        ? painter.imageEncoder().orElse(null)
        : places.clip();
  }

  private VisionTransformerConfig tower() throws IOException {
    if (clip == null) {
      throw new MindEyeException(
          "choosing among several candidates needs CLIP's image tower, and "
              + painter.missingEncoder()
              + "; give --clip");
    }
    var described = WeightFolder.configAt(clip);
    try (StateDict weights = WeightFolder.openAt(clip)) {
      if (described.isEmpty()) {
        return VisionTransformerConfig.of(weights);
      }
      VisionTransformerConfig config = VisionTransformerConfig.read(described.get());
      config.requireFits(weights);
      return config;
    }
  }

  private void requireSpace(ClipSpace space, ClipSpace painted) {
    if (!space.equals(painted)) {
      throw new MindEyeException(
          painter
              + ": paints from "
              + painted
              + " CLIP tokens, but "
              + model.place().place()
              + " predicts "
              + space
              + "; give a painter for these, or another model");
    }
  }

  private void requireFits(LowLevelConfig branch) {
    int voxels = model.backbone().voxels();
    if (branch.voxels() != voxels) {
      throw new MindEyeException(
          lowLevel.place().place()
              + ": reads "
              + Plural.of(branch.voxels(), "voxel")
              + ", but the model "
              + voxels
              + "; give the branch of the same subject");
    }
    ConditionalUnetConfig unet = painter.unet();
    Shape wanted = new Shape(unet.channels(), unet.side(), unet.side());
    int side = branch.latents().side();
    Shape predicted = new Shape(branch.latents().channels(), side, side);
    if (!predicted.equals(wanted)) {
      throw new MindEyeException(
          lowLevel.place().place()
              + ": predicts latents of "
              + predicted
              + ", but the painter's are "
              + wanted);
    }
  }

  private void requireTower(ClipSpace space, VisionTransformerConfig tower) {
    if (!space.equals(tower.hiddenSpace()) && !space.equals(tower.finalSpace())) {
      throw new MindEyeException(
          String.format(
              Locale.ROOT,
              "%s: the model predicts %s tokens, but this CLIP makes %s (or %s at its end); give"
                  + " the one that it was trained with",
              clip,
              space,
              tower.hiddenSpace(),
              tower.finalSpace()));
    }
  }

  /** The responses to paint. */
  List<Trial> trials() {
    return trials;
  }

  /** The setting that was published for this kind of model. */
  DecodeConfig published() {
    boolean one = model.backbone().space().tokens() == 1;
    return one ? DecodeConfig.finalLayer() : DecodeConfig.paper();
  }

  /**
   * Refuses settings that would fail only when the networks are loaded and the prior has sampled.
   *
   * @throws IllegalArgumentException if there is one; names the option
   */
  void requireRuns(DecodeConfig config, Integer priorSteps) {
    painter.requireRuns(config.steps());
    if (lowLevel != null && config.strength() > 0 && config.repaintedSteps() == 0) {
      throw new IllegalArgumentException(
          "--strength: less than one of the "
              + Plural.of(config.steps(), "step")
              + "; give 0 for the blurry picture itself");
    }
    if (priorSteps != null && priorSteps < 2) {
      throw new IllegalArgumentException(
          "--prior-steps: expected at least 2 but was " + priorSteps);
    }
  }

  /** Reads all files of weights once. */
  Map<String, String> sums() throws IOException {
    Map<String, String> sums = new TreeMap<>();
    sums.put("model", WeightSums.of(List.of(model.place().weights())));
    for (Map.Entry<String, List<Path>> part : painter.files().entrySet()) {
      sums.put(part.getKey(), WeightSums.of(part.getValue()));
    }
    if (lowLevel != null) {
      sums.put("low-level", WeightSums.of(List.of(lowLevel.place().weights())));
    }
    if (clip != null) {
      sums.put("clip", WeightSums.of(WeightFolder.filesAt(clip)));
    }
    return sums;
  }

  /** Loads the networks. */
  MindEyePipeline load(PaintingRequest request, Device device) throws IOException {
    try (CloseOnFailure opened = new CloseOnFailure()) {
      MindEyeModel networks = opened.add(model.load(request.precision(), device));
      PipelineBuilder builder =
          MindEyePipeline.builder(device)
              .encoder(() -> BackboneEncoder.of(networks.backbone()))
              .prior(() -> sampled(networks.prior().orElseThrow(), request.priorSteps()))
              .decoder(() -> painter.load(request.precision(), device));
      if (lowLevel != null) {
        builder.lowLevel(() -> lowLevel.load(request.precision(), device));
      }
      if (clip != null) {
        builder.scorer(() -> scorer(request.precision(), device));
      }
      return opened.done(builder.build());
    }
  }

  private static DiffusionPrior sampled(DiffusionPrior prior, Integer steps) {
    return steps == null ? prior : prior.withSampler(new MultistepSampler(steps));
  }

  private ClipScorer scorer(Precision precision, Device device) throws IOException {
    ClipImageEncoder tower = ClipImageEncoder.load(clip, precision, device);
    return model.backbone().space().equals(tower.space())
        ? ClipScorer.ofTokens(tower)
        : ClipScorer.ofPooled(tower);
  }
}
